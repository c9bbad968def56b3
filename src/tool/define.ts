import * as z from 'zod';
import type { Resolver } from '../dns/resolver.ts';
import { type Offer, Plan } from '../model/plan.ts';
import type { Result } from '../model/purchase.ts';
import type { Risk } from '../model/risk.ts';
import type { State, Subject } from '../model/subject.ts';
import type { Registrar, Registrars } from '../registrar/registrar.ts';
import { parseInput, takeConfirm } from './input.ts';
import type { Readings } from './readings.ts';
import type { Records } from './records.ts';
import { type Answer, present } from './render.ts';

/** What a tool's code is handed: the registrar of its own word, which stops when the caller goes away, time and ledger. */
interface Context<W extends Risk> extends Surroundings {
  readonly registrar: Registrar<W>;
}

/** What a write is handed besides. */
interface Acting extends Context<'write'> {
  /** How what it touches is; missing where it touches nothing that can be put back. */
  readonly before: State | undefined;
}

/** What the kernel hands in, to be narrowed to a tool's word. */
interface Given extends Surroundings {
  readonly registrars: Registrars;
}

interface Surroundings {
  readonly now: Date;
  /** What was done and spent; opened when it is asked for. */
  readonly records: () => Promise<Records>;
  /** What was read of the account lately. */
  readonly readings: Readings;
  /** The name system, as the world sees it. */
  readonly resolver: () => Promise<Resolver>;
  /** Whether the caller still waits. */
  readonly signal: AbortSignal;
  /** Tells a caller who wants to know how far long work is. */
  readonly progress: (done: number, total: number) => void;
}

interface Spec<I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** For a colleague in a hurry: what it does, when to use it, what to use instead. */
  readonly description: string;
  readonly input: I;
  readonly output: O;
  /** A text of our own making that is shown line by line, as it is to be used. */
  readonly verbatim?: keyof z.output<O> & string;
  /** The answer in a sentence; the facts follow below it. */
  readonly summary: (done: z.output<O>) => string;
}

interface Direct<I extends z.ZodObject, O extends z.ZodObject, C> extends Spec<I, O> {
  readonly run: (input: z.output<I>, context: C) => Promise<z.output<O>>;
}

interface Writing<I extends z.ZodObject, O extends z.ZodObject> extends Direct<I, O, Acting> {
  /** What it changes, so that it can be undone; nothing for what leaves no trace in the account. */
  readonly touches?: (input: z.output<I>) => Touched;
}

/** What a write changes; where that takes several steps also what it is to become, so that it can be gone on with. */
interface Touched {
  readonly subject: Subject;
  readonly target?: State;
}

interface Gated<W extends 'destructive' | 'paid', I extends z.ZodObject, O extends z.ZodObject, P extends Plan>
  extends Spec<I, O> {
  /** Says what will happen, what it costs, what is lost. It may hold more for `apply`, which is neither shown nor sealed. */
  readonly plan: (input: z.output<I>, context: Context<'read'>) => Promise<P>;
  readonly apply: (input: z.output<I>, plan: P, context: Context<W>) => Promise<z.output<O>>;
}

interface Paying<I extends z.ZodObject, O extends z.ZodObject, P extends Offer> extends Gated<'paid', I, O, P> {
  /** What the registrar said of each thing bought, where it says anything. */
  readonly results?: (done: z.output<O>) => readonly Result[];
}

/**
 * A plan that removes or replaces says what, so that it can be put back; `before`: how that is, where reading it again would
 * cost too much.
 */
type Replacing = Plan & Touched & { readonly before?: State };

/** What came of an act: the answer, and for a purchase what the registrar said of its parts. */
export interface Done {
  readonly answer: Answer;
  readonly results?: readonly Result[] | undefined;
}

/** A planned act, ready to be carried out. `offer`: what it buys; `subject`: what it replaces. */
export interface Planned {
  readonly plan: Plan;
  readonly offer?: Offer | undefined;
  readonly subject?: Subject | undefined;
  readonly before?: State | undefined;
  readonly target?: State | undefined;
  apply(): Promise<Done>;
}

/** A call whose input has been read: it runs, or it is planned first and applied behind the gate. */
type Opened = { readonly input: Readonly<Record<string, unknown>> } & (
  | { readonly kind: 'read'; run(given: Given): Promise<Answer> }
  | { readonly kind: 'write'; readonly touches?: Touched | undefined; run(given: Given, before?: State): Promise<Done> }
  | { readonly kind: 'gated'; readonly confirm: string | undefined; plan(given: Given): Promise<Planned> }
);

/** A tool as the kernel and the catalogue see it: what it is generic in has been closed over. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly risk: Risk;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  open(args: unknown): Opened;
}

function reading<I extends z.ZodObject, O extends z.ZodObject>(spec: Direct<I, O, Context<'read'>>): Tool {
  return {
    ...face(spec),
    risk: 'read',
    open(args) {
      const input = parseInput(spec.input, args);
      return {
        kind: 'read',
        input,
        async run({ registrars, ...rest }) {
          const done = await spec.run(input, { ...rest, registrar: registrars.read });
          return present(spec.output, done, spec.summary(done), spec.verbatim);
        },
      };
    },
  };
}

function writing<I extends z.ZodObject, O extends z.ZodObject>(spec: Writing<I, O>): Tool {
  return {
    ...face(spec),
    risk: 'write',
    output: spec.output.extend({ warning: z.string().optional(), entry: z.int().optional() }),
    open(args) {
      const input = parseInput(spec.input, args);
      return {
        kind: 'write',
        input,
        touches: spec.touches?.(input),
        async run({ registrars, ...rest }, before) {
          const done = await spec.run(input, { ...rest, before, registrar: registrars.write });
          return { answer: present(spec.output, done, spec.summary(done)) };
        },
      };
    },
  };
}

/** What the kinds of gated tools differ in. */
interface Nature<P extends Plan, O, W extends Risk> {
  readonly risk: 'destructive' | 'paid';
  pick(registrars: Registrars): Registrar<W>;
  describe(plan: P): Pick<Planned, 'offer' | 'subject' | 'before' | 'target'>;
  results(done: O): readonly Result[] | undefined;
}

function gated<W extends 'destructive' | 'paid', I extends z.ZodObject, O extends z.ZodObject, P extends Plan>(
  spec: Gated<W, I, O, P>,
  { risk, pick, describe, results }: Nature<P, z.output<O>, W>,
): Tool {
  const input = spec.input.extend({ confirm: z.string().optional().describe('From the preview') });
  const output = z.object({
    status: z.enum(['needs_confirmation', 'needs_approval', 'done']),
    next: z.string().optional(),
    plan: Plan.optional(),
    confirm: z.string().optional(),
    approve_at: z.string().optional(),
    result: spec.output.optional(),
    ...(risk === 'paid' && { charged: z.string().optional() }),
    warning: z.string().optional(),
    ...(risk === 'destructive' && { verified: z.boolean().optional() }),
    entry: z.int().optional(),
  });
  return {
    ...face(spec),
    risk,
    input,
    output,
    open(args) {
      const [confirm, rest] = takeConfirm(args);
      const parsed = parseInput(spec.input, rest, ['confirm']);
      return {
        kind: 'gated',
        input: parsed,
        confirm,
        async plan({ registrars, ...given }) {
          const plan = await spec.plan(parsed, { ...given, registrar: registrars.read });
          return {
            plan,
            ...describe(plan),
            async apply() {
              const done = await spec.apply(parsed, plan, { ...given, registrar: pick(registrars) });
              return { answer: present(spec.output, done, spec.summary(done)), results: results(done) };
            },
          };
        },
      };
    },
  };
}

function face<I extends z.ZodObject, O extends z.ZodObject>({ name, title, description, input, output }: Spec<I, O>) {
  return { name, title, description, input, output };
}

/** The four ways to make a tool. Its word decides everything about safety: annotations, gate, scope, registrar. */
export const tool = {
  read: reading,
  write: writing,
  destructive: <I extends z.ZodObject, O extends z.ZodObject, P extends Replacing>(
    spec: Gated<'destructive', I, O, P>,
  ) =>
    gated(spec, {
      risk: 'destructive',
      pick: ({ destructive }) => destructive,
      describe: ({ subject, before, target }) => ({ subject, before, target }),
      results: () => undefined,
    }),
  paid: <I extends z.ZodObject, O extends z.ZodObject, P extends Offer>(spec: Paying<I, O, P>) =>
    gated(spec, {
      risk: 'paid',
      pick: ({ paid }) => paid,
      describe: offer => ({ offer }),
      results: done => spec.results?.(done),
    }),
};
