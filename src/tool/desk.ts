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
import { domainsOf, type State } from '../model/subject.ts';
import { ago, dateOf, timestamp } from '../model/timestamp.ts';
import type { Registrar, Registrars } from '../registrar/registrar.ts';
import { type Acts, type ActsOptions, openActs } from './acts.ts';
import type { Caller } from './caller.ts';
import type { Planned, Tool } from './define.ts';
import { type Asks, type Gate, openGate, type Policy } from './gate.ts';
import { heal } from './heal.ts';
import { type NamePolicy, namesIn, refuseBeyond, refuseKept } from './names.ts';
import type { Readings } from './readings.ts';
import type { Records } from './records.ts';
import type { Redactor } from './redact.ts';
import { type Answer, presentActed, presentWritten, type Question } from './render.ts';

/** An account that is served, and what may be done on it. */
export interface Served {
  /** How callers name it. */
  readonly name: string;
  /** What tells it from every other, wherever it is served; a confirmation for one is none for another. */
  readonly key: string;
  /** What the registrars do stops when the signal does, and is known by the call. Opened when the first call needs them. */
  readonly registrars: (signal?: AbortSignal, call?: string) => Promise<Registrars>;
  /** What was read of it lately; whoever changes something through the registrars makes it forget that. */
  readonly readings: Readings;
  readonly resolver: () => Promise<Resolver>;
  readonly policy: Policy;
  readonly names: NamePolicy;
  readonly limits: Limits;
}

/** What the accounts of a deployment have in common; the ledger is opened when the first call needs it. */
export interface Shared {
  readonly ledger: () => Promise<Ledger>;
  readonly owner: ActsOptions['owner'];
  readonly redactor: Redactor;
  readonly now: () => Date;
  /** Told of what could not be written. */
  readonly log: (error: unknown) => void;
}

/** What stands between a call and the registrar. */
interface Safeguards {
  readonly ledger: Ledger;
  readonly gate: Gate;
  readonly acts: Acts;
}

/** Within this time the same purchase is shown as bought already, in milliseconds. */
const lately = 24 * 3_600_000;

/** Carries out calls on one account: passes the gate, keeps the records. Throws a fault where that is what comes of it. */
export function openDesk(served: Served, shared: Shared) {
  const { key: account, registrars, policy, names: kept, limits } = served;
  const { now, redactor } = shared;
  let opened: Promise<Safeguards> | undefined;

  /** The ledger, and what stands on it. A ledger that cannot be opened is tried again at the next call. */
  function safeguards(): Promise<Safeguards> {
    opened ??= shared.ledger().then(
      ledger => ({
        ledger,
        gate: openGate(policy, openConfirmations(ledger.key, now), ledger, now),
        acts: openActs({ ...shared, account, limits, ledger, cleared: redactor.text }),
      }),
      (error: unknown) => {
        opened = undefined;
        throw error;
      },
    );
    return opened;
  }

  async function answer(tool: Tool, args: unknown, caller: Caller, id: string): Promise<Answer | Question> {
    const { permit } = caller;
    const call = tool.open(args);
    const read = async () => (await registrars(caller.signal, id)).read;
    const progress = countingOn((done, total) => caller.progress?.(done, total));
    const given = async (signal: AbortSignal) => ({
      registrars: await registrars(caller.signal, id),
      now: now(),
      records: () => records(read),
      readings: served.readings,
      resolver: served.resolver,
      signal,
      progress,
    });
    if (call.kind === 'read') return await call.run(await given(caller.signal));

    const taken = new AbortController();
    const waiting = AbortSignal.any([caller.signal, taken.signal]);
    const names = namesIn(call.input);
    refuseKept(names, tool.risk, kept);
    if (permit) refuseBeyond(permit, tool.risk, names);
    const { ledger, gate, acts } = await safeguards();
    const request: Requested = {
      account,
      caller: caller.id,
      tool: tool.name,
      word: tool.risk === 'read' ? 'write' : tool.risk,
      names,
      args: redactor.record(call.input),
      call: id,
    };
    const plannedAt = now();
    await acts.settleCut(read);

    if (call.kind === 'write') {
      await acts.settleOpen(names, read);
      const perform = async (before?: State) => await call.run(await given(waiting), before);
      const abandon = () => taken.abort();
      const ready = { request, confirmed: 'not needed', ...call.touches, plannedAt, progress, abandon, perform };
      const { answer: done, ...carried } = await acts.carryOut(ready, (await registrars(undefined, id)).read);
      return presentWritten(done, carried);
    }

    const plannedAfter = await ledger.written();
    const decision = await gate.pass(
      {
        binding: { tool: tool.name, args: JSON.stringify(call.input), caller: caller.id, account },
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
        const planned = await call.plan(await given(waiting));
        // Those that change come first: a person may have to type one of them.
        const touched = [...new Set([...(planned.subject ? domainsOf(planned.subject) : []), ...names])];
        refuseKept(touched, tool.risk, kept);
        if (permit) refuseBeyond(permit, tool.risk, touched);
        return { ...planned, names: touched, plan: clearedPlan(await withRecords(ledger, planned, permit)) };
      },
    );
    if (!decision.pass) return decision.reply;
    const { plan, offer, subject, before, target, apply, names: touched } = decision.pass;
    const { nonce, confirmed } = decision;
    const ready = {
      request: { ...request, names: touched },
      confirmed,
      nonce,
      plan,
      offer,
      subject,
      before,
      target,
      plannedAt,
      plannedAfter,
      progress,
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
    const today = dateOf(timestamp(at));
    const spending = await ledger.spending(today, { account });
    const own = permit?.perDay && (await ledger.spending(today, { caller: permit.caller }));
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
        const spending = await ledger.spending(dateOf(timestamp(now())), { account });
        return { ...spending, left: left(limits, spending) };
      },
      openPurchases: () => ledger.openPurchases(account),
      act: entry => ledger.act(account, entry),
      acts: query => ledger.acts({ ...query, account }),
    };
  }

  return {
    /** Answers a call of a tool; a fault about a name gets the one that was meant, for a caller who may read the names. */
    async answer(tool: Tool, args: unknown, caller: Caller, id: string): Promise<Answer | Question> {
      try {
        return await answer(tool, args, caller, id);
      } catch (error) {
        if (!(error instanceof Fault) || (caller.permit && !caller.permit.words.includes('read'))) throw error;
        throw await heal(error, async () => (await registrars(caller.signal, id)).read);
      }
    },

    /** Looks into the purchases, and the acts of several steps, that an earlier process left without an end. */
    async settleLeft(): Promise<void> {
      const { acts } = await safeguards();
      const read = async () => (await registrars()).read;
      await acts.settleCut(read);
      await acts.settleOpen('all', read);
    },
  };
}

/** How a caller's person can be asked: by a form only where the answer is not the caller's own word. */
function asksOf({ asks = { form: false, url: false }, permit }: Caller): Asks {
  return permit && !permit.answers ? { ...asks, form: false } : asks;
}

/** One count for all that a call does one after the other: what is told of progress must not go back. */
function countingOn(told: NonNullable<Caller['progress']>): NonNullable<Caller['progress']> {
  let earlier = 0;
  let last = { done: 0, total: 0 };
  let furthest = -1;
  return (done, total) => {
    if (done < last.done) earlier += last.total;
    last = { done, total };
    if (earlier + done <= furthest) return;
    furthest = earlier + done;
    told(furthest, earlier + total);
  };
}

function sameThing(a: Line, b: Line): boolean {
  return a.order_type === b.order_type && a.domain_name === b.domain_name;
}
