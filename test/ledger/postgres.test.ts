import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyChain } from '#ledger/journal.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { openPostgres } from '#ledger/postgres.ts';
import { openLedger } from '#ledger/store/ledger.ts';
import { at, begun, entryOf, nonce, purchase } from '../support/acts.ts';
import { openPostgresServer, type PostgresServer } from '../support/postgres.ts';

/** What only many processes and a database that comes and goes can show. */
let server: PostgresServer;
beforeAll(async () => {
  server = await openPostgresServer();
});
afterAll(() => server.close());

const open = (url: string) => openLedger(openPostgres(url));

test('ten replicas that start together make one schema and one key', async () => {
  const url = await server.database();
  const ledgers = await Promise.all(Array.from({ length: 10 }, () => open(url)));
  expect(new Set(ledgers.map(({ key }) => key.toString('hex'))).size).toBe(1);
  const admissions = await Promise.all(ledgers.map(ledger => ledger.begin({ begun, nonce: nonce('one') })));
  expect(admissions.filter(admission => 'entry' in admission)).toEqual([{ entry: 1 }]);
  await Promise.all(ledgers.map(ledger => ledger.close()));
});

test('a schema of a newer version is not touched', async () => {
  const url = await server.database();
  await (await open(url)).close();
  await server.query(url, 'UPDATE ledger_version SET version = 99');
  await expect(open(url)).rejects.toThrow(/newer version/);
  expect(await server.query(url, 'SELECT version FROM ledger_version')).toEqual([{ version: '99' }]);
});

test('the journal only grows, and an entry that is filed elsewhere is found', async () => {
  const url = await server.database();
  const ledger = await open(url);
  await entryOf(ledger.begin({ begun }));
  for (const sql of ['DELETE FROM journal', "UPDATE journal SET account = 'b'", 'TRUNCATE journal'])
    await expect(server.query(url, sql)).rejects.toThrow(/only grows/);
  await server.query(url, "ALTER TABLE journal DISABLE TRIGGER ALL; UPDATE journal SET account = 'b'");
  const { links, ...end } = await ledger.chain();
  expect(verifyChain(links, end)).toEqual({ problem: 'Entry 1 is filed as what it is not.' });
  await server.query(url, "UPDATE journal SET body = '{}'");
  expect(verifyChain((await ledger.chain()).links, { written: 1 })).toMatchObject({ problem: /not what was written/ });
  await server.query(url, 'DELETE FROM head');
  await expect(ledger.begin({ begun })).rejects.toThrow(/which entry was its last/);
  await ledger.close();
});

test('texts with anything in them are kept, and times sort as times', async () => {
  const ledger = await open(await server.database());
  const args = { content: "nul \u0000, quote ', emoji \u{1f980}, lone \ud800" };
  const entry = await entryOf(ledger.begin({ begun: { ...begun, args } }));
  expect((await ledger.act('a', entry))?.args).toEqual(args);
  const late = { ...begun, at: '2026-06-15T12:00:00.500Z', names: ['late.com'] };
  await entryOf(ledger.begin({ begun: late, purchase: purchase(1) }));
  expect(await ledger.purchasesSince('a', at)).toHaveLength(0);
  expect(await ledger.purchasesSince('a', '2026-06-15T12:00:00.400Z')).toHaveLength(1);
  await ledger.close();
});

test('a database that is started anew in the middle loses nothing and repeats nothing', async () => {
  const url = await server.database();
  const [one, other] = [await open(url), await open(url)];
  const ledgers = [one, other];
  let begins = 0;
  const work = async (ledger: Ledger, who: number) => {
    for (let n = 0; n < 40; n += 1) {
      const entry = await entryOf(ledger.begin({ begun, nonce: nonce(`${who} ${n}`) }));
      begins += 1;
      await ledger.end(entry, { at, outcome: 'done' });
    }
  };
  const all = Promise.all([0, 1, 2, 3].map(who => work(ledgers[who % 2] ?? one, who)));
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const enough = begins + 20;
    await expect.poll(() => begins, { interval: 5, timeout: 20_000 }).toBeGreaterThan(enough);
    await server.end(signal);
    await server.start();
  }
  await all;
  const { links, ...end } = await one.chain();
  expect(verifyChain(links, end)).toMatchObject({ entries: 320 });
  expect(await other.acts({ account: 'a', limit: 1000, outcome: 'done' })).toHaveLength(160);
  await Promise.all(ledgers.map(ledger => ledger.close()));
});

/** Stands between a ledger and its database, and once it is armed cuts the line at a COMMIT: before it goes on, or after. */
async function cutting(url: string, when: 'before' | 'after', then: 'up' | 'down' = 'up') {
  const to = new URL(url);
  let armed = false;
  let down = false;
  const port = Number(to.port);
  const relay = createServer(client => {
    if (down) return void client.destroy();
    const database = connect(port, to.hostname);
    const end = () => {
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) socket.on('error', end).on('close', end);
    let cut = false;
    client.on('data', chunk => {
      cut = armed && chunk.includes('COMMIT\0');
      if (cut) armed = false;
      if (cut && then === 'down') down = true;
      if (cut && when === 'before') return end();
      database.write(chunk);
    });
    database.on('data', chunk => {
      if (cut) return end();
      client.write(chunk);
    });
  });
  await new Promise<void>(resolve => relay.listen(0, '127.0.0.1', resolve));
  const address = relay.address();
  to.port = String(typeof address === 'object' && address ? address.port : '');
  return {
    url: to.href,
    arm: () => {
      armed = true;
    },
    get armed(): boolean {
      return armed;
    },
    up: () => {
      down = false;
    },
    close: () => relay.close(),
  };
}

test.each(['before', 'after'] as const)('a line that breaks %s a commit: it is done once all the same', async when => {
  const url = await server.database();
  const relay = await cutting(url, when);
  const ledger = await open(relay.url);
  relay.arm();
  expect(await ledger.begin({ begun, nonce: nonce('one') })).toEqual({ entry: 1 });
  expect(relay.armed).toBe(false);
  expect((await ledger.chain()).links).toHaveLength(1);
  await ledger.close();
  relay.close();
});

test('where nobody can say whether it was committed, it is not done again', async () => {
  const relay = await cutting(await server.database(), 'after', 'down');
  const ledger = await openLedger(openPostgres(relay.url, { patience: 300 }));
  relay.arm();
  await expect(ledger.begin({ begun })).rejects.toThrow(/not known whether this was written/);
  relay.up();
  expect((await ledger.chain()).links).toHaveLength(1);
  await ledger.close();
  relay.close();
});

test('whoever reads all of it keeps nobody from writing', async () => {
  const url = await server.database();
  const [one, other] = [openPostgres(url), await open(url)];
  await one.snapshot(async query => {
    await query('SELECT 1');
    expect(await other.begin({ begun })).toEqual({ entry: 1 });
    expect((await query('SELECT entry FROM journal')).rows).toEqual([]);
  });
  await Promise.all([one.close(), other.close()]);
});

test('in an outage everybody is told after the same while, however many wait', async () => {
  const relay = await cutting(await server.database(), 'before', 'down');
  const ledger = await openLedger(openPostgres(relay.url, { patience: 400 }));
  relay.arm();
  const began = performance.now();
  const ends = await Promise.allSettled(Array.from({ length: 8 }, () => ledger.begin({ begun })));
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  expect(performance.now() - began).toBeLessThan(2_000);
  await ledger.close();
  relay.close();
});

test('a database that is not there is waited for, not for ever; one that refuses is not asked again', async () => {
  const url = await server.database();
  const nowhere = new URL(url);
  nowhere.port = '1';
  const began = performance.now();
  await expect(openLedger(openPostgres(nowhere.href, { patience: 200 }))).rejects.toThrow(/ECONNREFUSED/);
  expect(performance.now() - began).toBeLessThan(5_000);
  await expect(open(url.replace(/test_\d+$/, 'nothing'))).rejects.toThrow(/does not exist/);
});
