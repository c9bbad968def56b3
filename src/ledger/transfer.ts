import * as z from 'zod';
import { unlikeJournal } from './budget.ts';
import type { Database, Query } from './database.ts';
import { type Act, actOf, Entry, type Link, verifyChain } from './journal.ts';
import { Filed, head, isFiled } from './store/journal.ts';
import { purchaseRows } from './store/purchases.ts';

/**
 * What moves with a ledger, by table: all that outlives a confirmation. The key that these are sealed with stays, and with it
 * what only it makes good: previews that were shown, and approvals that wait.
 */
const tables = {
  journal: ['entry', 'kind', 'of', 'account', 'tool', 'body', 'hash'],
  purchases: [
    'entry',
    'account',
    'tool',
    'at',
    'state',
    'reserved',
    'charged',
    'lines',
    'credit',
    'planned',
    'owner',
    'until',
    'ended',
    'caller',
  ],
  under_way: ['account', 'domain_name', 'entry', 'owner', 'until'],
  tokens: ['hash', 'name', 'words', 'names', 'per_day', 'human', 'created', 'expires', 'revoked'],
} as const satisfies Record<string, readonly string[]>;

type Table = keyof typeof tables;
const names = ['journal', 'purchases', 'under_way', 'tokens'] as const satisfies readonly Table[];

const Value = z.union([z.string(), z.number(), z.null()]);
const Head = z.object({
  ledger: z.literal('registrar-mcp'),
  version: z.literal(1),
  entries: z.int(),
  head: z.string(),
});
const Line = z.tuple([z.enum(names), z.array(Value)]);

/** Writes a ledger as lines of JSON: what it is, then a row each. */
export async function exportLedger({ snapshot }: Database): Promise<string[]> {
  return await snapshot(async query => {
    const { entry: entries, hash } = await head(query);
    const lines = [
      JSON.stringify({ ledger: 'registrar-mcp', version: 1, entries, head: hash } satisfies z.input<typeof Head>),
    ];
    for (const table of names) {
      const columns: readonly string[] = tables[table];
      const { rows } = await query(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY 1, 2`);
      for (const row of z.array(z.record(z.string(), Value)).parse(rows))
        lines.push(JSON.stringify([table, columns.map(column => row[column] ?? null)]));
    }
    return lines;
  });
}

/**
 * Takes over what another ledger has written, into one that is empty; all of it or nothing. Gives how many entries there are.
 * Throws where the lines are no ledger, where its journal is not whole, and where something is there already.
 */
export async function importLedger({ transaction }: Database, lines: readonly string[]): Promise<number> {
  const { entries, last, rows } = parsed(lines);
  return await transaction(async query => {
    if (!(await isEmpty(query))) throw new Error('There is a ledger already: only an empty one can take another over.');
    for (const [table, values] of rows) {
      const places = values.map((_, at) => `$${at + 1}`).join(', ');
      await query(`INSERT INTO ${table} (${tables[table].join(', ')}) VALUES (${places})`, ...values);
    }
    await query('UPDATE head SET entry = $1, hash = $2', entries, last);
    return entries;
  });
}

function parsed(lines: readonly string[]) {
  const [first = '', ...rest] = lines;
  const about = Head.safeParse(json(first, 1));
  if (!about.success)
    throw new Error('Line 1 does not say that this is a ledger: name a file of registrar-mcp export.');
  const { entries, head: last } = about.data;
  const rows = rest.map((line, at) => {
    const row = Line.safeParse(json(line, at + 2));
    if (!row.success || row.data[1].length !== tables[row.data[0]].length)
      throw new Error(`Line ${at + 2} is no row of a ledger.`);
    return row.data;
  });
  const of = (table: Table) =>
    rows
      .filter(([name]) => name === table)
      .map(([, values]) => Object.fromEntries(tables[table].map((column, at) => [column, values[at]])));
  const links = z
    .array(Filed)
    .parse(of('journal'))
    .map(({ entry, body, hash, ...filed }) => ({ entry, body, hash, misfiled: !isFiled(body, filed) }));
  const verified = verifyChain(links, { written: entries, head: last });
  if ('problem' in verified) throw new Error(`The journal in it is NOT whole. ${verified.problem}`);
  const lost = unlikeJournal(actsOf(links), purchaseRows.parse(of('purchases')));
  if (lost.length > 0) throw new Error(`The budget in it is NOT what its journal says. ${lost.join(' ')}`);
  return { entries, last, rows };
}

/** The acts that a whole journal tells. */
function actsOf(links: readonly Link[]): Act[] {
  const entries = links.map(({ entry, body }) => ({ entry, said: Entry.parse(JSON.parse(body)) }));
  const later = Map.groupBy(entries, ({ said }) => ('of' in said ? said.of : 0));
  return entries
    .map(({ entry, said }) => actOf(entry, said, later.get(entry)?.map(each => each.said) ?? []))
    .filter(act => act !== undefined);
}

function json(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(
      `Line ${number} is not JSON: this is no ledger that registrar-mcp export has written, or a part of one.`,
    );
  }
}

async function isEmpty(query: Query): Promise<boolean> {
  const tokens = await query('SELECT name FROM tokens LIMIT 1');
  return (await head(query)).entry === 0 && tokens.rows.length === 0;
}
