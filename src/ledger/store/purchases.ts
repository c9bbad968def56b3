import * as z from 'zod';
import { usd } from '../../model/money.ts';
import { dateOf, daysOn } from '../../model/timestamp.ts';
import { Lines, type Purchase, type Spending } from '../budget.ts';
import type { Database, Query } from '../database.ts';
import type { Beginning, Ledger, SpendingOf } from '../ledger.ts';
import { append } from './journal.ts';
import { all, column, first, json } from './rows.ts';

const Row = z
  .object({
    entry: z.int(),
    tool: z.string(),
    at: z.string(),
    state: z.enum(['reserved', 'unknown', 'settled']),
    reserved: column.money,
    charged: column.maybeMoney,
    lines: json(Lines),
    credit: z.int().transform(usd),
    owner: z.string(),
    until: z.string(),
    ended: column.maybe,
  })
  .transform((purchase): Purchase => purchase);

const Sums = z.object({ charged: column.money, reserved: column.money, unknown: column.money });

/** Purchases that are not settled. */
export async function openOf(query: Query, account: string): Promise<Purchase[]> {
  return await all(
    Row,
    query,
    "SELECT * FROM purchases WHERE account = $1 AND state <> 'settled' ORDER BY entry",
    account,
  );
}

/** Purchases of which it was written after an entry how they ended: by its number, since the clocks of replicas differ. */
export async function endedAfter(query: Query, account: string, entry: number): Promise<Purchase[]> {
  const later = 'SELECT of FROM journal WHERE entry > $2 AND of IS NOT NULL';
  return await all(Row, query, `SELECT * FROM purchases WHERE account = $1 AND entry IN (${later})`, account, entry);
}

/** What counts against a day's limit: of an account, or of a caller on whatever account. */
export async function spendingOf(query: Query, date: string, of: SpendingOf): Promise<Spending> {
  const next = dateOf(daysOn(date, 1));
  const sum = (when: string, what: string) => `CAST(coalesce(sum(CASE WHEN ${when} THEN ${what} END), 0) AS BIGINT)`;
  const { rows } = await query(
    `SELECT ${sum("state = 'settled' AND at >= $1 AND at < $2", 'charged')} AS charged,
            ${sum("state = 'reserved'", 'reserved')} AS reserved,
            ${sum("state = 'unknown'", 'reserved')} AS unknown
     FROM purchases
     WHERE ${'account' in of ? 'account' : 'caller'} = $3 AND (state <> 'settled' OR at >= $1)`,
    date,
    next,
    'account' in of ? of.account : of.caller,
  );
  return Sums.parse(rows[0]);
}

/** Reserves what a purchase costs. */
export async function reserve(
  query: Query,
  entry: number,
  { account, tool, at, caller }: Beginning['begun'],
  { cost, lines, credit, plannedAt, owner, until }: NonNullable<Beginning['purchase']>,
): Promise<void> {
  await query(
    `INSERT INTO purchases (entry, account, tool, at, state, reserved, lines, credit, planned, owner, until, caller)
     VALUES ($1, $2, $3, $4, 'reserved', $5, $6, $7, $8, $9, $10, $11)`,
    entry,
    account,
    tool,
    at,
    cost.cents,
    JSON.stringify(z.encode(Lines, [...lines])),
    credit.cents,
    plannedAt,
    owner,
    until,
    caller,
  );
}

/** Says how a purchase ended. One that is settled stays so, unless it is now known for certain. */
export async function close(
  query: Query,
  entry: number,
  { state, charged, at }: { state: 'unknown' | 'settled'; charged: number | null; at: string },
): Promise<void> {
  await query(
    `UPDATE purchases SET state = $1, charged = $2, ended = coalesce(ended, $3)
     WHERE entry = $4 AND (state <> 'settled' OR CAST($1 AS TEXT) = 'settled')`,
    state,
    charged,
    at,
    entry,
  );
}

/** Purchases as they stand in rows. */
export const purchaseRows = z.array(Row);

export function purchasesOver({
  query,
  transaction,
}: Database): Pick<Ledger, 'settle' | 'orphan' | 'openPurchases' | 'purchasesSince' | 'alone' | 'spending'> {
  return {
    settle: (entry, settling) =>
      transaction(async within => {
        const sql = "SELECT entry FROM purchases WHERE entry = $1 AND state <> 'settled'";
        if (!(await first(column.entry, within, sql, entry))) return false;
        await append(within, { ...settling, kind: 'settled', of: entry });
        await close(within, entry, { state: 'settled', charged: settling.charged.cents, at: settling.at });
        return true;
      }),
    orphan: (entry, at) =>
      transaction(async within => {
        const sql = "UPDATE purchases SET state = 'unknown', ended = $1 WHERE entry = $2 AND state = 'reserved'";
        await within(sql, at, entry);
      }),
    openPurchases: account => openOf(query, account),
    purchasesSince: (account, at) =>
      all(Row, query, 'SELECT * FROM purchases WHERE account = $1 AND at > $2 ORDER BY entry DESC', account, at),
    alone: async (account, entry) =>
      (await first(
        column.entry,
        query,
        `SELECT other.entry FROM purchases AS other, purchases AS own
         WHERE own.entry = $1 AND other.account = $2 AND other.entry <> own.entry
           AND (other.state <> 'settled' OR other.ended >= own.planned)
         LIMIT 1`,
        entry,
        account,
      )) === undefined,
    spending: (date, of) => spendingOf(query, date, of),
  };
}
