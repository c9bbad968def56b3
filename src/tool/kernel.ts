import { Fault, refuse } from '../model/fault.ts';
import { isRecord } from '../model/is-record.ts';
import type { Permit } from '../model/permit.ts';
import type { Risk } from '../model/risk.ts';
import { didYouMean, oneOf, quote } from '../model/text.ts';
import type { Caller } from './caller.ts';
import type { Tool } from './define.ts';
import { openDesk, type Served, type Shared } from './desk.ts';
import { refuseBeyond } from './names.ts';
import { type Answer, isTooLarge, mostCharacters, presentFault, type Question, refuseTooLarge } from './render.ts';

/** What a call comes to: an answer, a question to a person, or a fault in sentences. */
export type Outcome =
  | (Answer & { readonly fault?: undefined; readonly ask?: undefined })
  | (Question & { readonly text: string; readonly structured?: undefined; readonly fault?: undefined })
  | { readonly text: string; readonly structured?: undefined; readonly fault: Fault; readonly ask?: undefined };

export interface KernelOptions extends Omit<Shared, 'log'> {
  /** The tools that are served. */
  readonly tools: readonly Tool[];
  /** For a tool that exists and is not served: how to get it. */
  readonly hidden: (name: string) => string | undefined;
  readonly accounts: readonly Served[];
  /** A name for a call, by which its log line, its entry in the journal and its requests are known. */
  readonly newCall: () => string;
  readonly log: (event: CallEvent, error?: unknown) => void;
}

/** How a call ended. */
interface CallEvent {
  readonly tool: string;
  readonly caller: string;
  /** The account that the call says it is for, where it says one that there is. */
  readonly account?: string;
  readonly outcome: string;
  readonly ms: number;
  readonly call?: string;
}

/** Runs calls: finds the tool and the account, renders what comes of it. No call throws. */
export function openKernel(options: KernelOptions) {
  const { tools, redactor } = options;
  const byName = new Map(tools.map(tool => [tool.name, tool]));
  const shared = { ...options, log: (error: unknown) => options.log(unwritten, error) };
  const desks = new Map(options.accounts.map(served => [served.name, openDesk(served, shared)]));
  const running = new Set<Promise<unknown>>();
  let closing = false;

  /** The accounts that a caller may use. */
  function accountsOf(permit: Permit | undefined): readonly string[] {
    const theirs = permit?.accounts;
    return theirs ? [...desks.keys()].filter(name => theirs.includes(name)) : [...desks.keys()];
  }

  /** The desk of the account that a call is for. Only a caller with several has to say which. */
  function deskFor(args: unknown, permit: Permit | undefined) {
    const names = accountsOf(permit);
    const [only] = names;
    const { account, ...rest } = names.length > 1 && isRecord(args) ? args : { account: only };
    const desk = typeof account === 'string' && names.includes(account) ? desks.get(account) : undefined;
    if (desk) return { desk, args: names.length > 1 ? rest : args };
    if (only === undefined)
      refuse(
        'not_permitted',
        `${permit?.caller} has no account here. Nothing was done.`,
        'Only whoever runs this server can give it one.',
      );
    return refuse(
      'invalid_input',
      `account: must be ${oneOf(names)}${typeof account === 'string' ? didYouMean(account, names) : ''}.`,
      'Nothing was sent. Say which account it is about and call again.',
    );
  }

  async function answer(name: string, args: unknown, caller: Caller, id: string): Promise<Answer | Question> {
    const tool = byName.get(name) ?? unknown(name);
    if (closing)
      throw new Fault('shutting_down', 'The server is shutting down; nothing was done.', 'Call again when it is back.');
    if (caller.permit) refuseBeyond(caller.permit, tool.risk, []);
    const { desk, args: rest } = deskFor(args, caller.permit);
    return await desk.answer(tool, rest, caller, id);
  }

  function unknown(name: string): never {
    const hint =
      options.hidden(name) ?? `There is no tool ${quote(name)}${didYouMean(name, [...byName.keys()]) || '.'}`;
    throw new Fault('unknown_tool', hint, `The tools are ${oneOf([...byName.keys()], 'and')}.`);
  }

  async function outcome(name: string, args: unknown, caller: Caller): Promise<Outcome> {
    const began = performance.now();
    const id = options.newCall();
    const about =
      isRecord(args) && typeof args.account === 'string' && desks.has(args.account) ? args.account : undefined;
    const report = (result: string, error?: unknown) =>
      options.log(
        {
          tool: name.slice(0, 40),
          caller: caller.id,
          ...(about !== undefined && { account: about }),
          outcome: result,
          ms: Math.round(performance.now() - began),
          call: id,
        },
        error,
      );
    try {
      const given = await answer(name, args, caller, id);
      const shown = 'ask' in given ? clearedQuestion(given) : bounded(cleared(given), byName.get(name)?.risk);
      report('ask' in given ? 'asks' : 'ok');
      return shown;
    } catch (error) {
      const fault = error instanceof Fault ? error : internal(error);
      report(fault.code, fault.code === 'internal' ? error : undefined);
      return { text: redactor.text(presentFault(fault)), fault };
    }
  }

  function clearedQuestion({ ask, state }: Question) {
    const message = redactor.text(ask.message);
    return { ask: { ...ask, message }, state, text: message };
  }

  /** An answer without our own secrets, from wherever they got into it. */
  function cleared(given: Answer): Answer {
    if (!redactor.holds(given.text)) return given;
    return { text: redactor.text(given.text), structured: redactor.record(given.structured) };
  }

  return {
    tools,
    accountsOf,
    /** How many calls run. */
    get running(): number {
      return running.size;
    },
    /** Carries out one call. */
    async call(name: string, args: unknown, caller: Caller): Promise<Outcome> {
      const call = outcome(name, args, caller);
      running.add(call);
      return await call.finally(() => running.delete(call));
    },

    /** Looks into what an earlier process left without an end, on every account. */
    async settleLeft(): Promise<void> {
      for (const desk of desks.values()) await desk.settleLeft();
    },

    /** Takes no more calls, and waits for those that run. */
    async drain(): Promise<void> {
      closing = true;
      await Promise.allSettled(running);
    },
  };
}

export type Kernel = ReturnType<typeof openKernel>;

const unwritten = { tool: 'journal', caller: '', outcome: 'unwritten', ms: 0 };

/** An answer that would flood a reader is refused; that of an act, which has happened, is shortened instead. */
function bounded(answer: Answer, risk: Risk | undefined): Answer {
  if (!isTooLarge(answer)) return answer;
  const asks = ['needs_confirmation', 'needs_approval'].some(status => status === answer.structured.status);
  if (risk !== 'read' && !asks) return { ...answer, text: `${answer.text.slice(0, mostCharacters)}…` };
  return refuseTooLarge();
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
