import * as z from 'zod';
import { domainsOf, kindOf, Subject } from '../../model/subject.ts';
import { daysOn } from '../../model/timestamp.ts';
import { isFor, overBudget, overOwn } from '../budget.ts';
import type { Database, Query } from '../database.ts';
import type { Admission, Beginning, Ledger, Nonce } from '../ledger.ts';
import { actIn, append } from './journal.ts';
import { close, endedAfter, openOf, reserve, spendingOf } from './purchases.ts';
import { all, column, first, json } from './rows.ts';

const Done = z.object({ entry: z.int(), body: json(z.object({ subject: Subject.optional() })) });
const UnderWay = z.object({ entry: z.int(), owner: z.string(), until: z.string() });

/** The entry of the act that used a confirmation up. */
export async function usedBy(query: Query, nonce: string): Promise<number | undefined> {
  return (await first(column.entry, query, 'SELECT entry FROM redeemed WHERE nonce = $1', nonce))?.entry;
}

/** Uses a confirmation up, and forgets those that nobody could use any more. */
export async function redeem(query: Query, { value, expires }: Nonce, entry: number, at: string): Promise<void> {
  await query('DELETE FROM redeemed WHERE expires < $1', daysOn(at, -1));
  await query('INSERT INTO redeemed (nonce, expires, entry) VALUES ($1, $2, $3)', value, expires, entry);
}

/** An act on something of a subject that began or ended behind an entry. */
async function changedAfter(
  query: Query,
  account: string,
  subject: Subject,
  entry: number,
): Promise<number | undefined> {
  const later = 'SELECT coalesce(of, entry) FROM journal WHERE entry > $2';
  const sql = `SELECT entry, body FROM journal WHERE account = $1 AND kind = 'begun' AND entry IN (${later}) ORDER BY entry DESC`;
  const about = new Set(domainsOf(subject));
  return (await all(Done, query, sql, account, entry)).find(
    ({ body }) =>
      body.subject &&
      placeOf(body.subject) === placeOf(subject) &&
      domainsOf(body.subject).some(name => about.has(name)),
  )?.entry;
}

/** What of a domain an act changes; a set of records is in its zone. */
function placeOf(subject: Subject): string {
  const kind = kindOf(subject);
  return kind === 'records' ? 'zone' : kind;
}

/** Whether an act may begin, in a transaction; where it may, all that it needs has been written. */
async function admit(query: Query, { begun, nonce, plannedAfter, steps, purchase }: Beginning): Promise<Admission> {
  if (nonce && (await usedBy(query, nonce.value)) !== undefined) return { refused: 'used' };
  const { account, subject } = begun;
  const claim = steps?.claim ?? (subject?.kind === 'records' ? subject.domain_name : undefined);
  const sql = 'SELECT entry FROM under_way WHERE account = $1 AND domain_name = $2';
  const busy = claim && (await first(column.entry, query, sql, account, claim));
  if (busy) return { refused: 'busy', ...busy };
  const other = plannedAfter !== undefined && subject && (await changedAfter(query, account, subject, plannedAfter));
  if (other) return { refused: 'changed', entry: other };
  if (purchase) {
    const recent = await endedAfter(query, account, purchase.plannedAfter);
    const by = [...(await openOf(query, account)), ...recent].find(other => isFor(other, begun.names));
    if (by) return { refused: 'open', by };
    const { cost, limits, callerPerDay } = purchase;
    const date = begun.at.slice(0, 10);
    const over =
      overBudget(cost, limits, await spendingOf(query, date, { account })) ??
      overOwn(cost, callerPerDay, await spendingOf(query, date, { caller: begun.caller }));
    if (over) return { refused: 'over_budget', ...over };
  }
  const entry = await append(query, { ...begun, kind: 'begun' });
  if (nonce) await redeem(query, nonce, entry, begun.at);
  if (steps)
    await query(
      'INSERT INTO under_way (account, domain_name, entry, owner, until) VALUES ($1, $2, $3, $4, $5)',
      account,
      steps.claim,
      entry,
      steps.owner,
      steps.until,
    );
  if (purchase) await reserve(query, entry, begun, purchase);
  return { entry };
}

export function actsOver({
  query,
  transaction,
}: Database): Pick<Ledger, 'usedBy' | 'begin' | 'end' | 'underWay' | 'renew' | 'endCut'> {
  const stop = 'DELETE FROM under_way WHERE entry = $1';
  return {
    usedBy: nonce => usedBy(query, nonce),
    begin: beginning => transaction(within => admit(within, beginning)),
    end: (entry, ending) =>
      transaction(async within => {
        await append(within, { ...ending, kind: 'ended', of: entry });
        await within(stop, entry);
        const state = ending.outcome === 'unknown' ? 'unknown' : 'settled';
        const charged = state === 'settled' ? (ending.charged?.cents ?? 0) : null;
        await close(within, entry, { state, charged, at: ending.at });
      }),

    async underWay(account) {
      const sql = 'SELECT entry, owner, until FROM under_way WHERE account = $1 ORDER BY entry';
      const rows = await all(UnderWay, query, sql, account);
      const acts = await Promise.all(
        rows.map(async ({ entry, ...rest }) => ({ act: await actIn(query, account, entry), ...rest })),
      );
      return acts.flatMap(({ act, ...rest }) => (act ? [{ act, ...rest }] : []));
    },
    renew: (entry, until) =>
      transaction(
        async within => (await within('UPDATE under_way SET until = $1 WHERE entry = $2', until, entry)).changes > 0,
      ),
    endCut: (entry, until, ending) =>
      transaction(async within => {
        if ((await within(`${stop} AND until = $2`, entry, until)).changes === 0) return false;
        await append(within, { ...ending, kind: 'ended', of: entry });
        return true;
      }),
  };
}
