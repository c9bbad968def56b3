import * as z from 'zod';
import { type Database, pagesOf, type Query } from '../database.ts';
import { type Act, actOf, chained, Entry, type Link } from '../journal.ts';
import type { Ledger } from '../ledger.ts';
import { all, column, first, json } from './rows.ts';

const Head = z.object({ entry: z.int(), hash: z.string() });
const Body = z.object({ entry: z.int(), body: z.string() });
const Later = z.object({ of: z.int(), body: z.string() });
export const Filed = z.object({
  entry: z.int(),
  kind: z.string(),
  of: z.int().nullable(),
  account: column.maybe,
  tool: column.maybe,
  body: z.string(),
  hash: z.string(),
});

/** So many acts are read at a time at most. */
const atATime = 100;

/** Writes an entry behind the last one. */
export async function append(query: Query, entry: Entry): Promise<number> {
  const { entry: last, hash } = await head(query);
  const number = last + 1;
  const body = JSON.stringify(z.encode(Entry, entry));
  const next = chained(hash, { entry: number, body });
  const { of, account, tool } = filingOf(entry);
  await query(
    'INSERT INTO journal (entry, kind, of, account, tool, body, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    number,
    entry.kind,
    of ?? null,
    account ?? null,
    tool ?? null,
    body,
    next,
  );
  await query('UPDATE head SET entry = $1, hash = $2', number, next);
  return number;
}

/** The number and the hash of the last entry that was ever written. */
export async function head(query: Query): Promise<z.output<typeof Head>> {
  return (await first(Head, query, 'SELECT entry, hash FROM head')) ?? lost();
}

function lost(): never {
  throw new Error('the ledger does not say which entry was its last');
}

/** Under what an entry is found. */
function filingOf(entry: Entry): { of?: number; account?: string; tool?: string } {
  return entry.kind === 'begun' || entry.kind === 'declined'
    ? { account: entry.account, tool: entry.tool }
    : { of: entry.of };
}

/** One act of an account. */
export async function actIn(query: Query, account: string, entry: number): Promise<Act | undefined> {
  const sql = 'SELECT entry, body FROM journal WHERE entry = $1 AND account = $2';
  const [act] = await actsFrom(query, await all(Body, query, sql, entry, account));
  return act;
}

/** Acts as their first entries and those that came later tell them. */
async function actsFrom(query: Query, begun: readonly z.output<typeof Body>[]): Promise<Act[]> {
  if (begun.length === 0) return [];
  const numbers = begun.map(({ entry }) => entry);
  const places = numbers.map((_, at) => `$${at + 1}`).join(', ');
  const later = await all(
    Later,
    query,
    `SELECT of, body FROM journal WHERE of IN (${places}) ORDER BY entry`,
    ...numbers,
  );
  return begun
    .map(({ entry, body }) =>
      actOf(
        entry,
        parseEntry(body),
        later.filter(({ of }) => of === entry).map(each => parseEntry(each.body)),
      ),
    )
    .filter(act => act !== undefined);
}

function parseEntry(body: string): Entry {
  return Entry.parse(JSON.parse(body));
}

/** All entries, with what they are found under. */
function filedIn(query: Query): AsyncGenerator<z.output<typeof Filed>> {
  const sql = 'SELECT entry, kind, of, account, tool, body, hash FROM journal WHERE entry > $1 ORDER BY entry LIMIT $2';
  return pagesOf((after, limit) => all(Filed, query, sql, after, limit));
}

export function journalOver({ query, snapshot }: Database): Pick<Ledger, 'act' | 'acts' | 'written' | 'chain'> {
  return {
    act: (account, entry) => actIn(query, account, entry),

    async acts({ account, before, limit, since = '', domain_name, tool, outcome }) {
      const found: Act[] = [];
      let last = before ?? Number.MAX_SAFE_INTEGER;
      const size = Math.min(limit, atATime);
      while (found.length < limit) {
        const rows = await all(
          Body,
          query,
          `SELECT entry, body FROM journal
           WHERE account = $1 AND entry < $2 AND (CAST($3 AS TEXT) IS NULL OR tool = $3)
             AND (CAST($4 AS TEXT) IS NULL OR body LIKE $4)
           ORDER BY entry DESC LIMIT $5`,
          account,
          last,
          tool ?? null,
          // Most acts are about other names: what does not even have it in it need not be read.
          domain_name === undefined ? null : `%"${domain_name}"%`,
          size,
        );
        for (const act of await actsFrom(query, rows)) {
          if (act.at < since) return found.slice(0, limit);
          if (domain_name !== undefined && !act.names.includes(domain_name)) continue;
          if (outcome === undefined || act.outcome === outcome) found.push(act);
        }
        const end = rows.at(-1);
        if (!end || rows.length < size) break;
        last = end.entry;
      }
      return found.slice(0, limit);
    },

    written: async () => (await head(query)).entry,
    chain: () =>
      snapshot(async within => {
        const links: Link[] = [];
        for await (const { entry, body, hash, ...filed } of filedIn(within))
          links.push({ entry, body, hash, misfiled: !isFiled(body, filed) });
        const last = await head(within);
        return { links, written: last.entry, head: last.hash };
      }),
  };
}

/** Whether what an entry is found under is what it says: only its text is in the chain. */
export function isFiled(body: string, filed: Omit<z.output<typeof Filed>, 'entry' | 'body' | 'hash'>): boolean {
  const entry = json(Entry).safeParse(body).data;
  if (!entry) return false;
  const { of, account, tool } = filingOf(entry);
  return (
    filed.kind === entry.kind && (filed.of ?? undefined) === of && filed.account === account && filed.tool === tool
  );
}
