import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chained, origin } from '#ledger/journal.ts';
import { openSqlite } from '#ledger/sqlite.ts';
import { openLedger } from '#ledger/store/ledger.ts';
import { exportLedger, importLedger } from '#ledger/transfer.ts';
import { at, begun } from '../support/acts.ts';
import { openPostgresServer, type PostgresServer } from '../support/postgres.ts';
import { freshState, run } from '../support/server-process.ts';

/** A ledger moves from one store to another, with its chain, its budget and its tokens. */
let server: PostgresServer;
const old = freshState();
const exported = join(old.directory, 'ledger.jsonl');
let state: ReturnType<typeof freshState>;
let shared: Record<string, string>;

beforeAll(async () => {
  server = await openPostgresServer();
  const buy = { domain_name: 'fresh-loaf.com' };
  const preview = await run(['call', 'domain_create', JSON.stringify(buy)], old.env);
  const confirm = /confirm: (\S+)/.exec(preview.stdout)?.[1];
  await run(['call', 'domain_create', JSON.stringify({ ...buy, confirm })], old.env);
  await run(['token', 'create', '--name', 'ci', '--limit', '20/day'], old.env);
  await run(['token', 'create', '--name', 'gone'], old.env);
  await run(['token', 'revoke', 'gone'], old.env);
  expect(await run(['export', exported], old.env)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('5 rows'),
  });
});
afterAll(async () => {
  await server.close();
  old.remove();
});
beforeEach(async () => {
  state = freshState();
  shared = { ...state.env, REGISTRAR_DATABASE_URL: await server.database() };
});
afterEach(() => state.remove());

const head = (text: string) => /hash is (\w{64})/.exec(text)?.[1];

test('from a file into PostgreSQL and back, byte for byte', async () => {
  const before = await run(['journal', 'verify'], old.env);
  expect(statSync(exported).mode & 0o777).toBe(0o600);
  expect(await run(['import', exported], shared)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('2 entries'),
  });

  const after = await run(['journal', 'verify', head(before.stdout) ?? ''], shared);
  expect([after.code, head(after.stdout)]).toEqual([0, head(before.stdout)]);
  expect((await run(['token', 'list'], shared)).stdout).toBe((await run(['token', 'list'], old.env)).stdout);
  for (const env of [shared, old.env]) expect((await run(['call', 'budget'], env)).stdout).toContain('9.99 USD');
  expect((await run(['call', 'journal'], shared)).stdout).toContain('fresh-loaf.com');

  const back = join(state.directory, 'back.jsonl');
  await run(['export', back], shared);
  expect(readFileSync(back, 'utf8')).toBe(readFileSync(exported, 'utf8'));
  const elsewhere = { ...state.env, REGISTRAR_STATE_DIR: join(state.directory, 'elsewhere') };
  expect(await run(['import', back], elsewhere)).toMatchObject({ code: 0 });
  expect(head((await run(['journal', 'verify'], elsewhere)).stdout)).toBe(head(before.stdout));

  // What was moved is gone on with.
  await run(['call', 'domain_lock', JSON.stringify({ domain_name: 'nightbus.app' })], shared);
  expect((await run(['journal', 'verify', head(before.stdout) ?? ''], shared)).stdout).toContain('4 entries');
});

describe('is refused', () => {
  test('into a ledger that is not empty, and onto a file that is there', async () => {
    expect(await run(['export', exported], old.env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('EEXIST'),
    });
    expect(await run(['import', exported], old.env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('only an empty one'),
    });
    await run(['token', 'create', '--name', 'own'], shared);
    expect(await run(['import', exported], shared)).toMatchObject({ code: 1 });
    expect(await run(['import'], shared)).toMatchObject({ code: 1, stderr: expect.stringContaining('Name the file') });
  });

  test.each([
    ['a journal that was changed', (text: string) => text.replace('9.99 USD', '0.00 USD'), /NOT whole.*Entry 1/],
    [
      'one that lost its end',
      (text: string) => text.replace(/\["journal",\[2,.*\n/, ''),
      /2 entries were written, and only 1/,
    ],
    ['another end', (text: string) => text.replace(/"head":"../, '"head":"zz'), /not the one that was written last/],
    ['half of it', (text: string) => text.slice(0, text.length / 2), /Line \d+ is not JSON/],
    [
      'a row of another table',
      (text: string) => `${text}["secrets",["confirm","x"]]\n`,
      /Line 7 is no row of a ledger/,
    ],
    ['a row that is too short', (text: string) => `${text}["tokens",["x"]]\n`, /Line 7 is no row of a ledger/],
    [
      'fewer entries than there are',
      (text: string) => text.replace('"entries":2', '"entries":1'),
      /only 1 were written/,
    ],
    [
      'an entry that is filed elsewhere',
      (text: string) => text.replace('"sandbox"', '"another"'),
      /filed as what it is not/,
    ],
    ['a budget that was widened', (text: string) => text.replace(/999,999/, '999,-99900'), /charged|>=0/],
    ['a budget that was emptied', (text: string) => text.replace(/999,999/, '999,0'), /NOT what its journal says/],
    ['JSON of something else', () => '{}', /Line 1 does not say that this is a ledger/],
    ['nothing', () => '', /Line 1 is not JSON/],
  ])('with %s; and nothing is written', async (_what, change, says) => {
    const lines = change(readFileSync(exported, 'utf8')).trimEnd().split('\n');
    const database = openSqlite(join(state.directory, 'in'));
    const ledger = await openLedger(database);
    await expect(importLedger(database, lines)).rejects.toThrow(says);
    expect(await ledger.chain()).toMatchObject({ links: [], written: 0 });
    expect(await ledger.tokens()).toEqual([]);
    await ledger.close();
  });

  test('with entries that are in the chain and say nothing', async () => {
    const database = openSqlite(join(state.directory, 'in'));
    const ledger = await openLedger(database);
    for (const body of [
      'no JSON',
      '{"kind":"begun"}',
      JSON.stringify({ ...begun, kind: 'ended', of: 1, outcome: 'done' }),
    ]) {
      const hash = chained(origin, { entry: 1, body });
      const head = { ledger: 'registrar-mcp', version: 1, entries: 1, head: hash };
      const row = ['journal', [1, 'begun', null, 'a', 't', body, hash]];
      await expect(
        importLedger(
          database,
          [head, row].map(line => JSON.stringify(line)),
        ),
      ).rejects.toThrow('filed as what it is not');
    }
    await ledger.close();
  });
});

test('one ledger takes another over, and writes the same again', async () => {
  const lines = readFileSync(exported, 'utf8').trimEnd().split('\n');
  const database = openSqlite(join(state.directory, 'in'));
  const ledger = await openLedger(database);
  expect(await importLedger(database, lines)).toBe(2);
  expect(await exportLedger(database)).toEqual(lines);
  await expect(importLedger(database, lines)).rejects.toThrow('only an empty one');
  await ledger.close();
  const other = openSqlite(join(state.directory, 'other'));
  const tokens = await openLedger(other);
  await tokens.addToken({ name: 'own', hash: 'h', words: ['read'], names: [], human: false, created: at });
  await expect(importLedger(other, lines)).rejects.toThrow('only an empty one');
  await tokens.close();
});
