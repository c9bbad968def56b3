import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Money } from '../model/money.ts';
import { Plan } from '../model/plan.ts';
import { Subject } from '../model/subject.ts';

/** What was asked for: by whom, with which tool and arguments, and the plan that was shown. Secrets are taken out before. */
export const Requested = z.object({
  account: z.string(),
  caller: z.string(),
  tool: z.string(),
  word: z.enum(['write', 'destructive', 'paid']),
  /** The domains that it is about. */
  names: z.array(z.string()),
  args: z.record(z.string(), z.unknown()),
  plan: Plan.optional(),
  /** The name of the call, as the log has it. */
  call: z.string().optional(),
});
export type Requested = z.output<typeof Requested>;

const state = z.array(z.string());

/** Written before an act leaves: without it nothing is sent. */
const Begun = Requested.extend({
  kind: z.literal('begun'),
  at: z.string(),
  /** How it was confirmed, and by whom. */
  confirmed: z.string(),
  subject: Subject.optional(),
  before: state.optional(),
  /** What the subject is to become, for an act of several steps: one that is cut short can be gone on with, or taken back. */
  target: state.optional(),
});

/** What came of an act. `unknown`: it may have taken effect. */
const Ended = z.object({
  kind: z.literal('ended'),
  at: z.string(),
  of: z.int(),
  outcome: z.enum(['done', 'failed', 'unknown']),
  fault: z.string().optional(),
  charged: Money.optional(),
  warning: z.string().optional(),
  after: state.optional(),
});

/** What reading the account, or a person, later found of a purchase whose end was unknown. */
const Settled = z.object({
  kind: z.literal('settled'),
  at: z.string(),
  of: z.int(),
  outcome: z.enum(['done', 'failed']),
  charged: Money,
  why: z.string(),
});

/** A person said no. */
const Declined = Requested.extend({ kind: z.literal('declined'), at: z.string(), by: z.string() });

export const Entry = z.discriminatedUnion('kind', [Begun, Ended, Settled, Declined]);
export type Entry = z.output<typeof Entry>;
export type Begun = z.output<typeof Begun>;
export type Ended = z.output<typeof Ended>;
export type Settled = z.output<typeof Settled>;

/** An entry as it is stored: its number, its text, and the hash that chains it to the one before. */
export interface Link {
  readonly entry: number;
  readonly body: string;
  readonly hash: string;
  /** Whether it is found under what it does not say: only its text is in the chain. */
  readonly misfiled?: boolean;
}

/** The hash before the first entry. */
export const origin = '0'.repeat(64);

export function chained(previous: string, { entry, body }: Pick<Link, 'entry' | 'body'>): string {
  return createHash('sha256').update(`${previous}\n${entry}\n${body}`).digest('hex');
}

type Verified = { readonly entries: number; readonly head: string } | { readonly problem: string };

/**
 * Follows the chain from its first entry: a changed, missing, inserted or reordered one is named. `written` is how many
 * entries were ever written, so that ones cut off the end are missed, and `head` the hash of the last, where it is known;
 * `noted` a hash noted earlier, which must be in the chain.
 */
export function verifyChain(
  links: Iterable<Link>,
  { written, head, noted }: { readonly written: number; readonly head?: string; readonly noted?: string | undefined },
): Verified {
  let previous = origin;
  let entries = 0;
  let met = noted === undefined;
  for (const link of links) {
    entries += 1;
    if (link.entry !== entries)
      return { problem: `Entry ${entries} is missing: entry ${link.entry} stands in its place.` };
    if (chained(previous, link) !== link.hash)
      return { problem: `Entry ${link.entry} is not what was written, or not in its place.` };
    if (link.misfiled) return { problem: `Entry ${link.entry} is filed as what it is not.` };
    previous = link.hash;
    met ||= link.hash === noted;
  }
  if (entries > written) return { problem: `${entries} entries are there, and only ${written} were written.` };
  if (entries < written) return { problem: `${written} entries were written, and only ${entries} are there.` };
  if (head !== undefined && head !== previous)
    return { problem: 'The last entry is not the one that was written last.' };
  if (!met) return { problem: `No entry has the hash ${noted}: what it stood for has been replaced.` };
  return { entries, head: previous };
}

/** An act as its entries together tell it. `unfinished`: it began, and nothing says how it ended. */
export interface Act extends Requested {
  readonly entry: number;
  readonly at: string;
  readonly confirmed: string;
  readonly outcome: Ended['outcome'] | 'unfinished' | 'declined';
  readonly subject?: Subject | undefined;
  readonly before?: readonly string[] | undefined;
  readonly target?: readonly string[] | undefined;
  readonly after?: readonly string[] | undefined;
  readonly fault?: string | undefined;
  readonly charged?: Money | undefined;
  readonly warning?: string | undefined;
  readonly settled?: string | undefined;
}

/** Puts together what an act's entries say; undefined where the first is no beginning of one. */
export function actOf(entry: number, first: Entry, later: readonly Entry[]): Act | undefined {
  if (first.kind === 'declined') return { ...first, entry, confirmed: `declined ${first.by}`, outcome: 'declined' };
  if (first.kind !== 'begun') return undefined;
  const ended = later.findLast(next => next.kind === 'ended');
  // A process that was given up may come back and say for certain how its request ended.
  const last = later.findLast(next => next.kind === 'settled' || (next.kind === 'ended' && next.outcome !== 'unknown'));
  const settled = last?.kind === 'settled' ? last : undefined;
  return {
    ...first,
    entry,
    outcome: settled?.outcome ?? ended?.outcome ?? 'unfinished',
    fault: ended?.fault,
    charged: settled?.charged ?? ended?.charged,
    warning: ended?.warning,
    after: ended?.after,
    settled: settled?.why,
  };
}
