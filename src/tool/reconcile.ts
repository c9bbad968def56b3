import type { Purchase } from '../ledger/budget.ts';
import { Fault } from '../model/fault.ts';
import { type Money, minus, total, usd } from '../model/money.ts';
import { type Line, settle } from '../model/purchase.ts';
import { dateOf, type Timestamp, yearsOn } from '../model/timestamp.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { abreast } from './abreast.ts';

/** An order that has not shown in the account so long after it left never will. */
export const quietMinutes = 15;

/** So many lines are looked into at once. */
const atOnce = 8;

/** Within this time a fall of the credit is taken for the price of the purchase, and not for something else's. */
const creditMinutes = 10;

/** What the account shows of a line; of some only the credit can tell. */
interface Evidence {
  readonly shows: 'bought' | 'absent' | 'credit alone' | 'unreadable';
  readonly why: string;
}

/** What reading the account shows of a purchase. `charged` is there once every line is decided. */
export interface Found {
  readonly charged?: Money | undefined;
  readonly bought: boolean;
  /** What was seen, in sentences. */
  readonly why: string;
}

/**
 * Decides from the account alone what became of a purchase: a name that is there now, an expiry that has moved, privacy
 * that is on, and the credit. What shows was bought. What does not show is only taken for not bought once it has had time
 * to, and where no credit is missing that it would explain. `alone`: no other purchase was under way
 * meanwhile; else the credit tells nothing. A credit that did not fall never tells: another payment method may have been
 * charged, and then only a person can say what became of it.
 */
export async function reconcile(
  { lines, credit: before, at, ended = at }: Purchase,
  registrar: Registrar<'read'>,
  { now, alone }: { now: Date; alone: boolean },
): Promise<Found> {
  const evidence: ({ readonly line: Line } & Evidence)[] = [];
  await abreast(lines.entries(), atOnce, async ([at, line]) => {
    evidence[at] = { line, ...(await look(registrar, line)) };
  });
  const credit = await registrar.account_get({}).then(
    account => account.credit,
    () => undefined,
  );
  const spent = alone && credit ? minus(before, credit).cents : undefined;
  const minutesSince = (instant: string) => (now.getTime() - Date.parse(instant)) / 60_000;
  const quiet = minutesSince(ended) >= quietMinutes;
  const costOf = (shown: Evidence['shows']) =>
    total(evidence.filter(({ shows }) => shows === shown).map(({ line }) => line.cost)).cents;
  const hidden = costOf('credit alone');
  // What of the credit's fall is not explained by what shows: for what only the credit can show, then for the rest.
  const missing = spent === undefined ? undefined : spent - costOf('bought');
  const unexplained = missing === hidden ? 0 : missing;

  function verdictOn({ line, shows }: (typeof evidence)[number]): keyof typeof verdicts {
    switch (shows) {
      case 'bought':
        return 'bought';
      case 'absent':
        return quiet && !(unexplained !== undefined && unexplained >= line.cost.cents) ? 'absent' : 'unknown';
      case 'credit alone':
        return hidden > 0 && missing === hidden ? 'bought' : 'unknown';
      case 'unreadable':
        return 'unknown';
    }
  }

  const decided = evidence.map(seen => ({ ...seen, verdict: verdictOn(seen) }));
  const done = decided.filter(({ verdict }) => verdict === 'bought').map(({ line }) => line);
  const why = decided
    .map(({ line, verdict, why: reason }) => `${line.what}: ${verdicts[verdict]} (${reason}).`)
    .join(' ');
  if (decided.some(({ verdict }) => verdict === 'unknown')) return { bought: done.length > 0, why };
  const recent = done.length > 0 && spent !== undefined && minutesSince(at) <= creditMinutes ? usd(spent) : undefined;
  return { charged: settle(done, undefined, recent).charged, bought: done.length > 0, why };
}

const verdicts = { bought: 'bought', absent: 'not bought', unknown: 'not known yet' } as const;

async function look(registrar: Registrar<'read'>, line: Line): Promise<Evidence> {
  const { order_type, domain_name } = line;
  if (order_type === 'backorder/create') return { shows: 'credit alone', why: 'the account does not list backorders' };
  try {
    const { expires, privacy } = await registrar.domain_get({ domain_name });
    switch (order_type) {
      case 'domain/create':
        return { shows: 'bought', why: `${domain_name} is in the account` };
      case 'domain/renew':
        return moved(expires, line, `${domain_name} expires on ${dateOf(expires)}`);
      case 'whois_privacy/create':
        return { shows: privacy.enabled ? 'bought' : 'absent', why: `privacy is ${privacy.enabled ? 'on' : 'off'}` };
      case 'whois_privacy/renew':
        return privacy.expires === undefined
          ? { shows: 'credit alone', why: 'the registrar does not say until when there is privacy' }
          : moved(privacy.expires, line, `privacy ends on ${dateOf(privacy.expires)}`);
    }
  } catch (error) {
    if (error instanceof Fault && error.code === 'domain_not_in_account')
      return order_type === 'domain/create'
        ? { shows: 'absent', why: `${domain_name} is not in the account` }
        : { shows: 'credit alone', why: `${domain_name} is not in the account any more` };
    return { shows: 'unreadable', why: 'the account cannot be read' };
  }
}

/** Whether an expiry has moved by the years that were bought; one that moved otherwise tells nothing. */
function moved(expires: Timestamp, { before, years = 1 }: Line, why: string): Evidence {
  if (before === undefined) return { shows: 'credit alone', why };
  if (dateOf(expires) === before.slice(0, 10)) return { shows: 'absent', why };
  const wanted = Date.parse(yearsOn(`${before.slice(0, 10)}T00:00:00Z`, years)) - tolerance;
  return { shows: Date.parse(expires) >= wanted ? 'bought' : 'credit alone', why };
}

/** Registries count a year in their own way, at the end of February above all; in milliseconds. */
const tolerance = 3 * 86_400_000;
