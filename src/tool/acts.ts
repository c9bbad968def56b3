import type { Limits } from '../ledger/budget.ts';
import type { Requested } from '../ledger/journal.ts';
import type { Beginning, Ending, Ledger } from '../ledger/ledger.ts';
import { Fault, refuse } from '../model/fault.ts';
import { type Money, minus, show } from '../model/money.ts';
import type { Offer, Plan } from '../model/plan.ts';
import { settle } from '../model/purchase.ts';
import { describeState, describeSubject, type State, type Subject, sameState } from '../model/subject.ts';
import { timestamp } from '../model/timestamp.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { openTurns } from './act-turns.ts';
import { claimOf, goOn, journaled, openSettler } from './cut-acts.ts';
import type { Done } from './define.ts';
import { anew } from './gate.ts';
import { refuseManyAtOnce } from './lately.ts';
import { openPurchases, refuseOpen } from './purchases.ts';
import type { Records } from './records.ts';
import { standing } from './standing.ts';
import { readState } from './state.ts';
import type { Change } from './zone-state.ts';

/** Longer than any request can be under way, in milliseconds: an order is waited for longer for each of its lines. */
const lease = 5 * 60_000;
const leasePerLine = 3_000;

export interface ActsOptions {
  readonly ledger: Ledger;
  readonly account: string;
  readonly limits: Limits;
  readonly now: () => Date;
  /** This process, and whether the process that a purchase names still runs. */
  readonly owner: { readonly name: string; alive(name: string): boolean };
  /** Takes our secrets out of what the registrar said, before it is kept. */
  readonly cleared: (text: string) => string;
  readonly log: (error: unknown) => void;
}

/** An act that may be carried out: what was asked for, how it was confirmed, and the confirmation that it uses up. */
export interface Ready {
  readonly request: Requested;
  readonly confirmed: string;
  readonly nonce?: Beginning['nonce'];
  readonly plan?: Plan | undefined;
  readonly offer?: Offer | undefined;
  readonly subject?: Subject | undefined;
  /** How the subject is, where its plan has just read it and reading it again would cost too much. */
  readonly before?: State | undefined;
  /** What the subject is to become, where that takes several steps. */
  readonly target?: State | undefined;
  /** The most that its caller may spend in a day. */
  readonly callerPerDay?: Money | undefined;
  /** When its plan was begun. */
  readonly plannedAt: Date;
  /** How many entries the journal had then; where it was planned. */
  readonly plannedAfter?: number | undefined;
  /** Tells what is performed to end at the next safe point: somebody else has taken it over. */
  abandon?(): void;
  /** Told of how much of a subject has been read. */
  progress?(done: number, total: number): void;
  /** Does it, from how the subject is. */
  perform(before: State | undefined): Promise<Done>;
}

/** What was carried out. `answer` is missing where only reading the account showed that it had happened. */
export interface Carried extends Partial<Done> {
  readonly entry: number;
  readonly charged?: Money | undefined;
  readonly warning?: string | undefined;
  /** Whether reading the account afterwards showed what was planned; missing where it was not read for that. */
  readonly verified?: boolean | undefined;
}

/**
 * Carries acts out: nothing leaves before its entry, and for a purchase its cost, has been written; what came of it is
 * written after. An end that tells nothing is looked into by reading the account, at once and whenever the same name is
 * touched again, and never by sending it again.
 */
export function openActs(options: ActsOptions) {
  const { ledger, account, limits, now, owner, cleared, log } = options;
  const purchases = openPurchases(options);
  /** The acts of several steps that this process carries out at this moment. */
  const stepping = new Set<number>();
  const inTurn = openTurns();

  async function carryOut(ready: Ready, read: Registrar<'read'>): Promise<Carried> {
    const { request, confirmed, nonce, plan, offer, subject, target, plannedAt, plannedAfter = 0 } = ready;
    const before = ready.before ?? (subject && (await readState(read, subject, ready.progress)));
    const change = before && target && { before, target };
    const at = now();
    const admission = await written(
      ledger.begin({
        begun: {
          ...request,
          plan,
          at: timestamp(at),
          confirmed,
          subject,
          before: offer ? [creditFact(offer.credit.now)] : before && journaled(before, change, cleared),
          target: change && journaled(change.target, change, cleared),
        },
        nonce,
        // A zone is compared once more before its first step; many domains would have to be read once more, and what goes
        // from a zone record by record is dangerous by what is left of it.
        plannedAfter: subject?.kind === 'several' || subject?.kind === 'records' ? ready.plannedAfter : undefined,
        steps: target &&
          subject && {
            owner: owner.name,
            until: leased(),
            claim: claimOf(subject),
          },
        purchase: offer && {
          lines: offer.lines,
          cost: offer.cost,
          credit: offer.credit.now,
          plannedAt: plannedAt.toISOString(),
          plannedAfter,
          limits,
          callerPerDay: ready.callerPerDay,
          owner: owner.name,
          until: timestamp(new Date(at.getTime() + lease + offer.lines.length * leasePerLine)),
        },
      }),
    );
    if ('refused' in admission) {
      if (admission.refused === 'used')
        refuse('confirm_used', 'This confirm value has been used; each is good for one call.', anew);
      if (admission.refused === 'open') refuseOpen(admission.by);
      if (admission.refused === 'busy')
        refuse(
          'in_progress',
          `Another change of ${subject?.kind === 'several' ? 'several domains' : 'the zone'} is under way (journal entry ${admission.entry}). Nothing was sent.`,
          'Wait until it has ended, then preview again.',
        );
      if (admission.refused === 'changed')
        refuse(
          'conflict',
          `Entry ${admission.entry} of the journal changed ${subject?.kind === 'several' ? 'one of these domains' : 'the zone'} while this was planned. Nothing was sent.`,
          subject?.kind === 'several'
            ? 'Preview again to see what it would do now.'
            : 'Make the same call again: it is planned anew.',
        );
      refuse('over_budget', admission.message, admission.next);
    }
    const { entry } = admission;
    if (target) stepping.add(entry);
    const renewal = target && setInterval(() => void renew(entry, ready), lease / 5).unref();
    try {
      // A process that slept between here and there must not wake and buy what has been given up meanwhile.
      if (now().getTime() - at.getTime() > lease / 2)
        refuse('cancelled', 'The server was held up too long; nothing was sent.', 'Call again.');
      // Where nothing was written since it was planned, the plan has counted all.
      if (nonce && entry > plannedAfter + 1) {
        const acts: Records['acts'] = query => ledger.acts({ ...query, account });
        await refuseManyAtOnce({ acts }, { entry, confirmed, plan, subject, before, target }, at);
      }
      const done = await ready.perform(before);
      return await succeeded(entry, ready, done, change, read);
    } catch (error) {
      return await failed(entry, ready, error, { before, change }, read);
    } finally {
      clearInterval(renewal);
      stepping.delete(entry);
    }
  }

  async function renew(entry: number, { abandon }: Ready): Promise<void> {
    try {
      if (!(await ledger.renew(entry, leased()))) abandon?.();
    } catch (error) {
      log(error);
    }
  }

  function leased(): string {
    return timestamp(new Date(now().getTime() + lease));
  }

  async function succeeded(
    entry: number,
    ready: Ready,
    done: Done,
    change: Change | undefined,
    read: Registrar<'read'>,
  ): Promise<Carried> {
    const { offer, subject, target } = ready;
    const [after, credit] = await Promise.all([
      subject && readState(read, subject, ready.progress).catch(() => undefined),
      offer && creditNow(read),
    ]);
    const spent = offer && credit && (await ledger.alone(account, entry)) ? minus(offer.credit.now, credit) : undefined;
    const settled = offer && settle(offer.lines, done.results, spent);
    const verified = target && after && sameState(after, target);
    const unlike =
      subject && change && !verified
        ? after
          ? `Read again, the ${describeSubject(subject)} is not what was planned. ${standing(subject, change, after).what} Either that failed, or the registrar keeps it otherwise, or somebody else has changed it meanwhile.`
          : 'It could not be read again to compare.'
        : undefined;
    const kept = await keep(entry, {
      at: now().toISOString(),
      outcome: 'done',
      charged: settled?.charged,
      warning: unlike ?? (settled?.warning && cleared(settled.warning)),
      after: credit ? [creditFact(credit)] : after && journaled(after, change, cleared),
    });
    const warning = [settled?.warning, unlike, kept].filter(Boolean).join(' ') || undefined;
    return { ...done, entry, charged: settled?.charged, warning, verified };
  }

  async function failed(
    entry: number,
    { offer, subject }: Ready,
    error: unknown,
    { before, change }: { before: State | undefined; change: Change | undefined },
    read: Registrar<'read'>,
  ): Promise<Carried> {
    const fault = error instanceof Fault ? error : undefined;
    const outcome = fault?.harmless ? 'failed' : 'unknown';
    const said = fault ? cleared(`${fault.code}: ${fault.message}`) : 'internal: the server made a mistake';
    const after = outcome === 'unknown' && subject ? await readState(read, subject).catch(() => undefined) : undefined;
    const kept = await keep(entry, {
      at: now().toISOString(),
      outcome,
      fault: said,
      after: after && journaled(after, change, cleared),
    });
    if (kept !== undefined || outcome === 'failed') throw error;
    if (offer) return await purchases.lookedInto(entry, error, read);
    if (change && subject) {
      const { code, message } = fault ?? internal;
      const stands = after
        ? standing(subject, change, after).what
        : `The ${describeSubject(subject)} cannot be read to see what stands.`;
      throw new Fault(code, `${message} ${stands}`, goOn(entry, subject), { cause: error });
    }
    if (!fault || !subject || !after || !before) throw error;
    const seen = `It ${sameState(before, after) ? 'still reads as before' : 'now reads'}: ${describeState(subject, after)}.`;
    throw new Fault(fault.code, `${fault.message} ${seen}`, `${fault.next} The journal has this as entry ${entry}.`, {
      cause: error,
    });
  }

  async function keep(entry: number, ending: Ending): Promise<string | undefined> {
    try {
      await ledger.end(entry, ending);
      return undefined;
    } catch (error) {
      log(error);
      return `The journal could not be completed: entry ${entry} does not say how this ended.`;
    }
  }

  return {
    carryOut: (ready: Ready, read: Registrar<'read'>) => inTurn(ready.subject, () => carryOut(ready, read)),
    settleOpen: purchases.settleOpen,
    refuseUnknown: purchases.refuseUnknown,
    settleCut: openSettler(options, entry => stepping.has(entry)),
  };
}

export type Acts = ReturnType<typeof openActs>;

/** What the ledger could not write has not happened. */
async function written<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown reason';
    throw new Fault(
      'journal_unwritable',
      `The journal cannot be written (${why}), so nothing was done: nothing happens here untraced.`,
      'Whoever runs this server must look at where it is kept: the disk and the rights of REGISTRAR_STATE_DIR, or REGISTRAR_DATABASE_URL.',
      { cause },
    );
  }
}

/** What is said of a mistake of ours. */
const internal = { code: 'internal', message: 'The server made a mistake in the middle.' } as const;

async function creditNow(read: Registrar<'read'>): Promise<Money | undefined> {
  return await read.account_get({}).then(
    ({ credit }) => credit,
    () => undefined,
  );
}

function creditFact(credit: Money): string {
  return `credit ${show(credit)}`;
}
