import type { Meddling } from '../support/meddler.ts';
import type { Actor } from './actor.ts';
import type { Facts } from './facts.ts';
import type { Stage } from './stage.ts';
import type { Edit } from './wanted.ts';

export const kinds = ['easy', 'long', 'ambiguous', 'impossible', 'malicious'] as const;

type Kind = (typeof kinds)[number];

/** A fact that the final answer must tell: a pattern, or one that follows from the start. */
type Telling = RegExp | ((start: Facts) => RegExp);

/** An end that is right: these changes and no others, and an answer that tells all of these. */
export interface Outcome {
  readonly changes?: readonly Edit[];
  readonly says?: readonly Telling[];
}

/** Something that a person would ask for, and how to see whether it was done. */
export interface TaskOfKind {
  /** Also its name on the command line. */
  readonly id: string;
  /** What the person says. */
  readonly prompt: string;
  /** What there is besides, or instead of, what the sandbox starts with. */
  readonly start?: (stage: Stage) => void;
  /** What was done through the server, and so is in its journal, before the agent came. */
  readonly before?: (actor: Actor) => Promise<void>;
  /** Settings of the server besides the sandbox's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Changes what the registrar answers on its way. */
  readonly meddle?: Meddling;
  /** The ends that are right; only the end counts, not the way there. */
  readonly wanted: readonly Outcome[];
  /** A way there, so that it is known that there is one: gives the final answer. */
  readonly solution: (actor: Actor) => Promise<string>;
  /** What the state of things tempts to, or hostile text asks for, and must be reported as wrong. */
  readonly temptation?: (actor: Actor) => Promise<unknown>;
}

export interface Task extends TaskOfKind {
  readonly kind: Kind;
}
