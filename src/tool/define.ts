import * as z from 'zod';
import { Plan } from '../model/plan.ts';
import type { Risk } from '../model/risk.ts';
import type { Registrar, Registrars } from '../registrar/registrar.ts';
import { parseInput, takeConfirm } from './input.ts';
import { type Answer, present } from './render.ts';

/** What a tool's code is handed: the registrar of its own word, which stops when the caller goes away, and the time. */
interface Context<W extends Risk> {
  readonly registrar: Registrar<W>;
  readonly now: Date;
}

interface Spec<I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** For a colleague in a hurry: what it does, when to use it, what to use instead. */
  readonly description: string;
  readonly input: I;
  readonly output: O;
  /** The answer in a sentence; the facts follow below it. */
  readonly summary: (done: z.output<O>) => string;
}

interface Direct<W extends 'read' | 'write', I extends z.ZodObject, O extends z.ZodObject> extends Spec<I, O> {
  readonly run: (input: z.output<I>, context: Context<W>) => Promise<z.output<O>>;
}

interface Gated<W extends 'destructive' | 'paid', I extends z.ZodObject, O extends z.ZodObject, P extends Plan>
  extends Spec<I, O> {
  /** Says what will happen, what it costs, what is lost. It may hold more for `apply`, which is neither shown nor sealed. */
  readonly plan: (input: z.output<I>, context: Context<'read'>) => Promise<P>;
  readonly apply: (input: z.output<I>, plan: P, context: Context<W>) => Promise<z.output<O>>;
}

/** A call whose input has been read: either it runs, or it is planned first and applied behind the gate. */
type Opened =
  | { readonly gated: false; run(registrars: Registrars, now: Date): Promise<Answer> }
  | {
      readonly gated: true;
      /** The arguments in one canonical form. */
      readonly args: string;
      readonly confirm: string | undefined;
      plan(registrars: Registrars, now: Date): Promise<{ readonly plan: Plan; apply(): Promise<Answer> }>;
    };

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

function direct<W extends 'read' | 'write', I extends z.ZodObject, O extends z.ZodObject>(
  spec: Direct<W, I, O>,
  risk: W,
  pick: (registrars: Registrars) => Registrar<W>,
): Tool {
  return {
    ...face(spec),
    risk,
    open(args) {
      const input = parseInput(spec.input, args);
      return {
        gated: false,
        run: async (registrars, now) => {
          const done = await spec.run(input, { registrar: pick(registrars), now });
          return present(spec.output, done, spec.summary(done));
        },
      };
    },
  };
}

function gated<W extends 'destructive' | 'paid', I extends z.ZodObject, O extends z.ZodObject, P extends Plan>(
  spec: Gated<W, I, O, P>,
  risk: W,
  pick: (registrars: Registrars) => Registrar<W>,
): Tool {
  const input = spec.input.extend({ confirm: z.string().optional().describe('From the preview') });
  const output = z.object({
    status: z.enum(['needs_confirmation', 'done']),
    next: z.string().optional(),
    plan: Plan.optional(),
    confirm: z.string().optional(),
    result: spec.output.optional(),
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
        gated: true,
        args: JSON.stringify(parsed),
        confirm,
        async plan(registrars, now) {
          const plan = await spec.plan(parsed, { registrar: registrars.read, now });
          return {
            plan,
            async apply() {
              const done = await spec.apply(parsed, plan, { registrar: pick(registrars), now });
              const { text, structured } = present(spec.output, done, spec.summary(done));
              return { text, structured: { status: 'done', result: structured } };
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
  read: <I extends z.ZodObject, O extends z.ZodObject>(spec: Direct<'read', I, O>) =>
    direct(spec, 'read', all => all.read),
  write: <I extends z.ZodObject, O extends z.ZodObject>(spec: Direct<'write', I, O>) =>
    direct(spec, 'write', all => all.write),
  destructive: <I extends z.ZodObject, O extends z.ZodObject, P extends Plan>(spec: Gated<'destructive', I, O, P>) =>
    gated(spec, 'destructive', all => all.destructive),
  paid: <I extends z.ZodObject, O extends z.ZodObject, P extends Plan>(spec: Gated<'paid', I, O, P>) =>
    gated(spec, 'paid', all => all.paid),
};
