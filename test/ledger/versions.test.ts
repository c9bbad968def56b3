import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chained, origin, verifyChain } from '#ledger/journal.ts';
import { migrations } from '#ledger/migrations.ts';
import { fileName, openSqlite } from '#ledger/sqlite.ts';
import { openLedger } from '#ledger/store/ledger.ts';
import { usd } from '#model/money.ts';
import { at, begun } from '../support/acts.ts';

/** A ledger that another version has written. */
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'registrar-ledger-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('of a newer version it is not opened, and left as it was', async () => {
  await (await openLedger(openSqlite(directory))).close();
  const file = new DatabaseSync(join(directory, fileName));
  file.exec('PRAGMA user_version = 99');
  await expect(openLedger(openSqlite(directory))).rejects.toThrow(/newer version/);
  expect(file.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
  file.close();
});

/** A ledger as version 2 wrote it, with a purchase that ended and as many entries cut off its end. */
function written({ cut }: { cut: number }): Buffer {
  const key = Buffer.alloc(32, 7);
  const file = new DatabaseSync(join(directory, fileName));
  for (const step of migrations.slice(0, 2)) file.exec(step.sqlite);
  file.prepare("INSERT INTO secrets VALUES ('confirm', ?)").run(key);
  const bodies = [
    { ...begun, kind: 'begun' },
    { kind: 'ended', at, of: 1, outcome: 'done', charged: '9.99 USD' },
    { ...begun, kind: 'declined', by: 'here' },
  ].map(body => JSON.stringify(body));
  let hash = origin;
  for (const [index, body] of bodies.entries()) {
    hash = chained(hash, { entry: index + 1, body });
    file.prepare('INSERT INTO journal (entry, body, hash) VALUES (?, ?, ?)').run(index + 1, body, hash);
  }
  file.exec(`
    INSERT INTO purchases VALUES (1, 'a', 't', '${at}', 'settled', 999, 999, '[]', 25000, '${at}', 'x', '${at}', '${at}');
    INSERT INTO redeemed VALUES ('one', '${at}', 1);
    DROP TRIGGER journal_kept;
    DELETE FROM journal WHERE entry > ${bodies.length - cut};
    CREATE TRIGGER journal_kept BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
    PRAGMA user_version = 2;`);
  file.close();
  return key;
}

test('of an earlier version it is taken along, with all that is in it', async () => {
  const key = written({ cut: 0 });
  const ledger = await openLedger(openSqlite(directory));
  expect(ledger.key).toEqual(key);
  expect(await ledger.act('a', 1)).toMatchObject({ outcome: 'done', charged: usd(999) });
  expect(await ledger.spending(at.slice(0, 10), { account: 'a' })).toMatchObject({ charged: usd(999) });
  expect(await ledger.usedBy('one')).toBe(1);
  expect([await ledger.tokens(), await ledger.underWay('a')]).toEqual([[], []]);
  await ledger.begin({ begun });
  const { links, ...end } = await ledger.chain();
  expect(verifyChain(links, end)).toMatchObject({ entries: 4 });
  await ledger.close();
  const file = new DatabaseSync(join(directory, fileName));
  expect(() => file.exec('DELETE FROM journal')).toThrow(/only grows/);
  expect(() => file.exec("UPDATE journal SET body = '{}'")).toThrow(/only grows/);
  file.close();
});

test('and what had been cut off its end is still missed', async () => {
  written({ cut: 1 });
  const ledger = await openLedger(openSqlite(directory));
  const { links, ...end } = await ledger.chain();
  expect(verifyChain(links, end)).toEqual({ problem: '3 entries were written, and only 2 are there.' });
  await ledger.close();
});
