import * as z from 'zod';
import type { Resolver } from '../dns/resolver.ts';
import { budgetLine, type Limits, left, overBudget, overOwn } from '../ledger/budget.ts';
import { openConfirmations } from '../ledger/confirmations.ts';
import type { Requested } from '../ledger/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Fault, refuse } from '../model/fault.ts';
import type { Permit } from '../model/permit.ts';
import { Plan } from '../model/plan.ts';
import type { Line } from '../model/purchase.ts';
import type { Risk } from '../model/risk.ts';
import { didYouMean, oneOf, quote } from '../model/text.ts';
import { ago, dateOf, timestamp } from '../model/timestamp.ts';
import type { Registrar, Registrars } from '../registrar/registrar.ts';
import { type Acts, type ActsOptions, openActs } from './acts.ts';
import type { Planned, Tool } from './define.ts';
import { type Answered, type Asks, type Gate, openGate, type Policy } from './gate.ts';
import { heal } from './heal.ts';
import { type NamePolicy, namesIn, refuseBeyond, refuseKept } from './names.ts';
import type { Records } from './records.ts';
import type { Redactor } from './redact.ts';
import { type Answer, mostCharacters, presentActed, presentFault, presentWritten, type Question } from './render.ts';

/** Who calls, what their client can show a person, and whether they still wait. */
export interface Caller {
  readonly id: string;
  readonly signal: AbortSignal;
  /** What they may do; everything that the deployment does where it does not say. */
  readonly permit?: Permit | undefined;
  /** The client, as it calls itself. */
  readonly client?: string | undefined;
  readonly asks?: Asks | undefined;
  /** What a question of ours brought back. */
  readonly answered?: Answered | undefined;
  /** Told how far long work is, where the caller wants to know. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** What a call comes to: an answer, a question to a person, or a fault in sentences. */
export type Outcome =
  | (Answer & { readonly fault?: undefined; readonly ask?: undefined })
  | (Question & { readonly text: string; readonly structured?: undefined; readonly fault?: undefined })
  | { readonly text: string; readonly structured?: undefined; readonly fault: Fault; readonly ask?: undefined };

/** What is opened when the first call needs it. */
interface Opening {
  /** What the registrars do stops when the signal does, and is known by the call. */
  readonly registrars: (signal?: AbortSignal, call?: string) => Promise<Registrars>;
  readonly ledger: () => Promise<Ledger>;
  readonly resolver: () => Promise<Resolver>;
}

export interface KernelOptions extends Opening {
  /** The tools that are served. */
  readonly tools: readonly Tool[];
  /** For a tool that exists and is not served: how to get it. */
  readonly hidden: (name: string) => string | undefined;
  /** The account that is served; a confirmation for one is none for another. */
  readonly account: string;
  readonly policy: Policy;
  readonly names: NamePolicy;
  readonly limits: Limits;
  readonly owner: ActsOptions['owner'];
  readonly redactor: Redactor;
  readonly now: () => Date;
  /** A name for a call, by which its log line, its entry in the journal and its requests are known. */
  readonly newCall: () => string;
  readonly log: (
    event: { tool: string; caller: string; outcome: string; ms: number; call?: string },
    error?: unknown,
  ) => void;
}

/** Within this time the same purchase is shown as bought already, in milliseconds. */
const lately = 24 * 3_600_000;

/** Runs calls: reads the input, passes the gate, keeps the records, renders what comes of it. No call throws. */
export function openKernel(options: KernelOptions) {
  const { tools, registrars, now, account, limits, redactor } = options;
  const byName = new Map(tools.map(tool => [tool.name, tool]));
  const running = new Set<Promise<unknown>>();
  let closing = false;
  let opened: Promise<Safeguards> | undefined;

  /** The ledger, and what stands on it. A ledger that cannot be opened is tried again at the next call. */
  function safeguards(): Promise<Safeguards> {
    opened ??= options.ledger().then(
      ledger => ({
        ledger,
        gate: openGate(options.policy, openConfirmations(ledger.key, now), ledger, now),
        acts: openActs({ ...options, ledger, cleared: redactor.text, log: error => options.log(unwritten, error) }),
      }),
      (error: unknown) => {
        opened = undefined;
        throw error;
      },
    );
    return opened;
  }

  async function answer(name: string, args: unknown, caller: Caller, id: string): Promise<Answer | Question> {
    if (closing)
      throw new Fault('shutting_down', 'The server is shutting down; nothing was done.', 'Call again when it is back.');
    const tool = byName.get(name) ?? unknown(name);
    const { permit } = caller;
    if (permit) refuseBeyond(permit, tool.risk, []);
    const call = tool.open(args);
    const read = async () => (await registrars(caller.signal, id)).read;
    const taken = new AbortController();
    const given = async () => ({
      registrars: await registrars(caller.signal, id),
      now: now(),
      records: () => records(read),
      resolver: options.resolver,
      signal: AbortSignal.any([caller.signal, taken.signal]),
      progress: (done: number, total: number) => caller.progress?.(done, total),
    });
    if (call.kind === 'read') return await call.run(await given());

    const names = namesIn(call.input);
    refuseKept(names, tool.risk, options.names);
    if (permit) refuseBeyond(permit, tool.risk, names);
    const { ledger, gate, acts } = await safeguards();
    const request: Requested = {
      account,
      caller: caller.id,
      tool: name,
      word: tool.risk === 'read' ? 'write' : tool.risk,
      names,
      args: redactor.record(call.input),
      call: id,
    };
    const plannedAt = now();
    await acts.settleCut(read);

    if (call.kind === 'write') {
      await acts.settleOpen(names, read);
      const { subject } = call;
      const perform = async () => await call.run(await given());
      const ready = { request, confirmed: 'not needed', subject, plannedAt, perform };
      const { answer: done, warning } = await acts.carryOut(ready, (await registrars(undefined, id)).read);
      return presentWritten(done, warning);
    }

    const decision = await gate.pass(
      {
        binding: { tool: name, args: JSON.stringify(call.input), caller: caller.id, account },
        request,
        confirm: call.confirm,
        answered: caller.answered,
        asks: asksOf(caller),
        human: permit?.human,
        client: caller.client ?? 'the client',
        signal: caller.signal,
      },
      async () => {
        await (tool.risk === 'paid' ? acts.refuseUnknown(names, read) : acts.settleOpen(names, read));
        const planned = await call.plan(await given());
        const touched = [...new Set([...names, ...(planned.subject ? [planned.subject.domain_name] : [])])];
        refuseKept(touched, tool.risk, options.names);
        if (permit) refuseBeyond(permit, tool.risk, touched);
        return { ...planned, names: touched, plan: clearedPlan(await withRecords(ledger, planned, permit)) };
      },
    );
    if (!decision.pass) return decision.reply;
    const { plan, offer, subject, target, apply, names: touched } = decision.pass;
    const { nonce, confirmed } = decision;
    const ready = {
      request: { ...request, names: touched },
      confirmed,
      nonce,
      plan,
      offer,
      subject,
      target,
      plannedAt,
      callerPerDay: permit?.perDay,
      abandon: () => taken.abort(),
    };
    const { answer: done, ...carried } = await acts.carryOut(
      { ...ready, perform: apply },
      (await registrars(undefined, id)).read,
    );
    return presentActed(done, carried);
  }

  /** A plan is kept and shown to people: what it quotes must not be a secret of ours. */
  function clearedPlan(plan: Plan): Plan {
    const text = JSON.stringify(z.encode(Plan, plan));
    return redactor.holds(text) ? Plan.parse(redactor.record(JSON.parse(text))) : plan;
  }

  /** A purchase's plan with what is left of the budget, and with what of the same was bought lately. */
  async function withRecords(ledger: Ledger, { plan, offer }: Planned, permit: Permit | undefined): Promise<Plan> {
    if (!offer) return plan;
    const at = now();
    const spending = await ledger.spending(account, dateOf(timestamp(at)));
    const own = permit?.perDay && (await ledger.spending(account, dateOf(timestamp(at)), permit.caller));
    const over = overBudget(offer.cost, limits, spending) ?? (own && overOwn(offer.cost, permit?.perDay, own));
    if (over) refuse('over_budget', over.message, over.next);
    const since = timestamp(new Date(at.getTime() - lately));
    const earlier = (await ledger.purchasesSince(account, since))
      .filter(({ state, charged }) => state === 'settled' && charged && charged.cents > 0)
      .flatMap(({ entry, at: then, lines, charged, reserved }) =>
        lines
          .filter(line => offer.lines.some(wanted => sameThing(wanted, line)))
          .map(({ what }) => ({
            entry,
            what: `${what}, ${(charged?.cents ?? 0) < reserved.cents ? 'perhaps bought, in an order carried out in part' : 'bought'} ${ago(then, at)}`,
          })),
      );
    return { ...plan, budget: budgetLine(limits, spending), earlier: earlier.length > 0 ? earlier : undefined };
  }

  async function records(read: () => Promise<Registrar<'read'>>): Promise<Records> {
    const { ledger, acts } = await safeguards();
    return {
      limits,
      async spending() {
        await acts.settleOpen('all', read);
        const spending = await ledger.spending(account, dateOf(timestamp(now())));
        return { ...spending, left: left(limits, spending) };
      },
      openPurchases: () => ledger.openPurchases(account),
      act: entry => ledger.act(account, entry),
      acts: query => ledger.acts({ ...query, account }),
    };
  }

  function unknown(name: string): never {
    const hint =
      options.hidden(name) ?? `There is no tool ${quote(name)}${didYouMean(name, [...byName.keys()]) || '.'}`;
    throw new Fault('unknown_tool', hint, `The tools are ${oneOf([...byName.keys()], 'and')}.`);
  }

  async function outcome(name: string, args: unknown, caller: Caller): Promise<Outcome> {
    const began = performance.now();
    const id = options.newCall();
    const report = (result: string, error?: unknown) =>
      options.log(
        {
          tool: name.slice(0, 40),
          caller: caller.id,
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
      const fault = error instanceof Fault ? await healed(error, caller) : internal(error);
      report(fault.code, fault.code === 'internal' ? error : undefined);
      return { text: redactor.text(presentFault(fault)), fault };
    }
  }

  /** With the name that was meant, for a caller who may read the names of the account. */
  async function healed(fault: Fault, { permit, signal }: Caller): Promise<Fault> {
    if (permit && !permit.words.includes('read')) return fault;
    return await heal(fault, async () => (await registrars(signal)).read);
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
    /** Carries out one call. */
    async call(name: string, args: unknown, caller: Caller): Promise<Outcome> {
      const call = outcome(name, args, caller);
      running.add(call);
      return await call.finally(() => running.delete(call));
    },

    /** Looks into the purchases, and the acts of several steps, that an earlier process left without an end. */
    async settleLeft(): Promise<void> {
      const { acts } = await safeguards();
      const read = async () => (await registrars()).read;
      await acts.settleCut(read);
      await acts.settleOpen('all', read);
    },

    /** Takes no more calls, and waits for those that run. */
    async drain(): Promise<void> {
      closing = true;
      await Promise.allSettled(running);
    },
  };
}

export type Kernel = ReturnType<typeof openKernel>;

/** What stands between a call and the registrar. */
interface Safeguards {
  readonly ledger: Ledger;
  readonly gate: Gate;
  readonly acts: Acts;
}

/** How a caller's person can be asked: by a form only where the answer is not the caller's own word. */
function asksOf({ asks = { form: false, url: false }, permit }: Caller): Asks {
  return permit && !permit.answers ? { ...asks, form: false } : asks;
}

const unwritten = { tool: 'journal', caller: '', outcome: 'unwritten', ms: 0 };

function sameThing(a: Line, b: Line): boolean {
  return a.order_type === b.order_type && a.domain_name === b.domain_name;
}

/** An answer that would flood a reader is refused; that of an act, which has happened, is shortened instead. */
function bounded(answer: Answer, risk: Risk | undefined): Answer {
  // The text has every fact without the keys of each row, so that a short one needs no second look.
  if (answer.text.length <= mostCharacters / 10) return answer;
  if (answer.text.length <= mostCharacters && JSON.stringify(answer.structured).length <= mostCharacters) return answer;
  const asks = ['needs_confirmation', 'needs_approval'].some(status => status === answer.structured.status);
  if (risk !== 'read' && !asks) return { ...answer, text: `${answer.text.slice(0, mostCharacters)}…` };
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
