import type { Confirmations } from '../ledger/confirmations.ts';
import { Fault } from '../model/fault.ts';
import type { Risk } from '../model/risk.ts';
import { didYouMean, oneOf, quote } from '../model/text.ts';
import type { Registrars } from '../registrar/registrar.ts';
import type { Tool } from './define.ts';
import { gate } from './gate.ts';
import { heal } from './heal.ts';
import { type Answer, mostCharacters, presentFault } from './render.ts';

/** Who calls, and whether they still wait. */
export interface Caller {
  readonly id: string;
  readonly signal: AbortSignal;
}

/** What a call comes to: an answer, or a fault in sentences. */
export type Outcome = (Answer & { readonly fault?: undefined }) | { readonly text: string; readonly fault: Fault };

export interface KernelOptions {
  /** The tools that are served. */
  readonly tools: readonly Tool[];
  /** For a tool that exists and is not served: how to get it. */
  readonly hidden: (name: string) => string | undefined;
  /** The account that is served; a confirmation for one is none for another. */
  readonly account: string;
  /** Opened when the first call needs them; what they hand out stops when the signal does. */
  readonly registrars: (signal: AbortSignal) => Promise<Registrars>;
  readonly confirmations: () => Promise<Confirmations>;
  readonly now: () => Date;
  readonly log: (event: { tool: string; caller: string; outcome: string; ms: number }, error?: unknown) => void;
}

/** Runs calls: reads the input, passes the gate, renders what comes of it. No call throws. */
export function openKernel(options: KernelOptions) {
  const { tools, registrars, now } = options;
  const byName = new Map(tools.map(tool => [tool.name, tool]));
  const running = new Set<Promise<unknown>>();
  let closing = false;

  async function answer(name: string, args: unknown, caller: Caller): Promise<Answer> {
    if (closing)
      throw new Fault('shutting_down', 'The server is shutting down; nothing was done.', 'Call again when it is back.');
    const tool = byName.get(name) ?? unknown(name);
    const opened = tool.open(args);
    if (!opened.gated) return await opened.run(await registrars(caller.signal), now());
    return await gate(
      {
        binding: { tool: name, args: opened.args, caller: caller.id, account: options.account },
        confirm: opened.confirm,
        signal: caller.signal,
        plan: async () => await opened.plan(await registrars(caller.signal), now()),
      },
      await options.confirmations(),
    );
  }

  function unknown(name: string): never {
    const hint =
      options.hidden(name) ?? `There is no tool ${quote(name)}${didYouMean(name, [...byName.keys()]) || '.'}`;
    throw new Fault('unknown_tool', hint, `The tools are ${oneOf([...byName.keys()], 'and')}.`);
  }

  async function outcome(name: string, args: unknown, caller: Caller): Promise<Outcome> {
    const began = performance.now();
    const report = (result: string, error?: unknown) =>
      options.log(
        { tool: name.slice(0, 40), caller: caller.id, outcome: result, ms: Math.round(performance.now() - began) },
        error,
      );
    try {
      const given = bounded(await answer(name, args, caller), byName.get(name)?.risk);
      report('ok');
      return given;
    } catch (error) {
      const fault =
        error instanceof Fault
          ? await heal(error, async () => (await registrars(caller.signal)).read)
          : internal(error);
      report(fault.code, fault.code === 'internal' ? error : undefined);
      return { text: presentFault(fault), fault };
    }
  }

  return {
    tools,
    /** Carries out one call. */
    async call(name: string, args: unknown, caller: Caller): Promise<Outcome> {
      const call = outcome(name, args, caller);
      running.add(call);
      return await call.finally(() => running.delete(call));
    },

    /** Takes no more calls, and waits for those that run. */
    async drain(): Promise<void> {
      closing = true;
      await Promise.allSettled(running);
    },
  };
}

export type Kernel = ReturnType<typeof openKernel>;

/** An answer that would flood a reader is refused; that of an act, which has happened, is shortened instead. */
function bounded(answer: Answer, risk: Risk | undefined): Answer {
  // The text has every fact without the keys of each row, so that a short one needs no second look.
  if (answer.text.length <= mostCharacters / 10) return answer;
  if (answer.text.length <= mostCharacters && JSON.stringify(answer.structured).length <= mostCharacters) return answer;
  if (risk !== 'read' && answer.structured.status !== 'needs_confirmation')
    return { ...answer, text: `${answer.text.slice(0, mostCharacters)}…` };
  throw new Fault(
    'too_large',
    `The answer would have more than ${mostCharacters} characters.`,
    'Ask for less: use a filter or a limit, or fewer items at once.',
  );
}

/** A mistake of ours. Its message may hold anything, so it goes to the log and not to the model. */
function internal(error: unknown): Fault {
  return new Fault(
    'internal',
    'The server made a mistake, and this call did not finish.',
    'If it was to change something, read the account to see whether it did.',
    { cause: error },
  );
}
