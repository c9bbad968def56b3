import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '#ledger/database.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { openPostgres } from '#ledger/postgres.ts';
import { openSqlite } from '#ledger/sqlite.ts';
import { openLedger } from '#ledger/store/ledger.ts';
import { DomainName } from '#model/domain-name.ts';
import { usd } from '#model/money.ts';
import { at, begun, entryOf, nonce, purchase, request } from '../support/acts.ts';
import { openPostgresServer, type PostgresServer } from '../support/postgres.ts';

/** The ledger by itself, on each store: what a transaction lets in, what it keeps out, and what it writes of it. */
let server: PostgresServer;
beforeAll(async () => {
  server = await openPostgresServer();
});
afterAll(() => server.close());

interface Place {
  open(): Database;
  remove(): void;
}

const places: Readonly<Record<string, () => Promise<Place>>> = {
  async SQLite() {
    const directory = mkdtempSync(join(tmpdir(), 'registrar-ledger-'));
    return { open: () => openSqlite(directory), remove: () => rmSync(directory, { recursive: true, force: true }) };
  },
  async PostgreSQL() {
    const url = await server.database();
    return { open: () => openPostgres(url), remove: () => undefined };
  },
};

describe.each(Object.entries(places))('on %s', (_name, make) => {
  let place: Place;
  let ledger: Ledger;
  beforeEach(async () => {
    place = await make();
    ledger = await openLedger(place.open());
  });
  afterEach(async () => {
    await ledger.close();
    place.remove();
  });

  describe('an act begins', () => {
    test('with a confirmation that nobody has used, of many at once exactly one', async () => {
      const other = await openLedger(place.open());
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, n) => (n % 2 ? ledger : other).begin({ begun, nonce: nonce('one') })),
      );
      expect(all.filter(admission => 'entry' in admission)).toHaveLength(1);
      expect(all.filter(admission => 'refused' in admission && admission.refused === 'used')).toHaveLength(19);
      expect(await other.usedBy('one')).toBe(1);
      await other.close();
    });

    test('within the budget, or not at all; what is refused leaves nothing behind', async () => {
      await entryOf(
        ledger.begin({ begun, nonce: nonce('one'), purchase: { ...purchase(), limits: { perDay: usd(999) } } }),
      );
      const elsewhere = { ...begun, names: ['other-loaf.com'] };
      expect(
        await ledger.begin({ begun: elsewhere, nonce: nonce('two'), purchase: purchase(999, 1500) }),
      ).toMatchObject({
        refused: 'over_budget',
        message: expect.stringContaining('9.99 USD of it under way or not yet known'),
      });
      expect(await ledger.usedBy('two')).toBeUndefined();
      expect((await ledger.chain()).links).toHaveLength(1);
    });

    test('not while another for the name is open, nor where one ended since the plan was made', async () => {
      const first = await entryOf(ledger.begin({ begun, purchase: purchase() }));
      expect(await ledger.begin({ begun, purchase: purchase() })).toMatchObject({
        refused: 'open',
        by: { entry: first },
      });
      await ledger.end(first, { at: '2026-06-15T12:00:01.000Z', outcome: 'done', charged: usd(999) });
      expect(await ledger.begin({ begun, purchase: purchase() })).toMatchObject({
        refused: 'open',
        by: { state: 'settled' },
      });
      const later = { ...purchase(), plannedAfter: await ledger.written() };
      expect(await ledger.begin({ begun, purchase: later })).toHaveProperty('entry');
    });
  });

  test('a purchase is settled once, orphaned only while under way, and a sure end is the last word', async () => {
    const entry = await entryOf(ledger.begin({ begun, purchase: purchase() }));
    await ledger.orphan(entry, at);
    await ledger.orphan(entry, '2026-06-15T13:00:00Z');
    expect(await ledger.openPurchases('a')).toMatchObject([{ state: 'unknown', ended: at }]);
    const settling = { at, outcome: 'failed' as const, charged: usd(0), why: 'It does not show.' };
    expect(await ledger.settle(entry, settling)).toBe(true);
    expect(await ledger.settle(entry, settling)).toBe(false);
    await ledger.end(entry, { at, outcome: 'unknown' });
    expect(await ledger.spending('2026-06-15', { account: 'a' })).toMatchObject({ charged: usd(0), unknown: usd(0) });
    await ledger.end(entry, { at, outcome: 'done', charged: usd(999) });
    expect(await ledger.spending('2026-06-15', { account: 'a' })).toMatchObject({ charged: usd(999) });
    expect(await ledger.act('a', entry)).toMatchObject({ outcome: 'done', charged: usd(999) });
    expect(await ledger.act('another account', entry)).toBeUndefined();
    await ledger.end(await entryOf(ledger.begin({ begun })), { at, outcome: 'failed' });
  });

  test('an approval is decided once, and a refusal or a decline is written once', async () => {
    const approval = { id: 'one', at, expires: '2026-06-15T12:10:00Z', request };
    await ledger.addApproval(approval);
    await ledger.addApproval({ ...approval, id: 'two' });
    expect(await ledger.waiting('a', at)).toHaveLength(2);
    expect(await ledger.decide('one', { state: 'refused', by: 'here', proven: false }, at)).toBe(true);
    expect(await ledger.decide('one', { state: 'approved', by: 'here', proven: true }, at)).toBe(false);
    expect(await ledger.decide('two', { state: 'approved', proven: true }, '2026-06-15T12:10:01Z')).toBe(false);
    expect(await ledger.decide('two', { state: 'approved', proven: true }, at)).toBe(true);
    for (let time = 0; time < 3; time += 1) await ledger.decline(request, nonce('three'), 'there', at);
    expect((await ledger.acts({ account: 'a', limit: 10 })).map(({ confirmed }) => confirmed)).toEqual([
      'declined there',
      'declined here',
    ]);
    expect(await ledger.begin({ begun, nonce: nonce('three') })).toMatchObject({ refused: 'used' });
  });

  test('a caller with a limit of their own is held to it, whatever the account has left', async () => {
    const mine = { ...begun, caller: 'token ci' };
    await entryOf(ledger.begin({ begun: mine, purchase: { ...purchase(600), callerPerDay: usd(1000) } }));
    const more = { ...mine, names: ['other.com'] };
    const asked = { ...purchase(600), lines: [], callerPerDay: usd(1000) };
    expect(await ledger.begin({ begun: more, purchase: asked })).toMatchObject({
      refused: 'over_budget',
      message: expect.stringContaining('6.00 USD of its 10.00 USD is spent'),
    });
    expect(await ledger.spending('2026-06-15', { caller: 'token ci' })).toMatchObject({ reserved: usd(600) });
    expect(await ledger.spending('2026-06-15', { caller: 'somebody' })).toMatchObject({ reserved: usd(0) });
    expect(await ledger.begin({ begun: { ...more, caller: 'else' }, purchase: asked })).toHaveProperty('entry');
    expect(
      await ledger.begin({ begun: { ...more, names: ['third.com'] }, purchase: { ...asked, callerPerDay: undefined } }),
    ).toHaveProperty('entry');
  });

  test('tokens are kept by name and found by their hash until they end', async () => {
    const token = {
      name: 'ci',
      hash: 'h',
      words: ['read' as const],
      names: ['*.com'],
      perDay: usd(5),
      human: true,
      created: at,
      expires: '2026-06-16T00:00:00Z',
    };
    expect(await ledger.addToken(token)).toBe(true);
    expect(await ledger.addToken({ ...token, hash: 'other' })).toBe(false);
    expect(await ledger.addToken({ name: 'plain', hash: 'p', words: [], names: [], human: false, created: at })).toBe(
      true,
    );
    expect(await ledger.tokens()).toEqual([
      token,
      {
        name: 'plain',
        hash: 'p',
        words: [],
        names: [],
        perDay: undefined,
        human: false,
        created: at,
        expires: undefined,
      },
    ]);
    expect(await ledger.tokenOf('h', at)).toEqual(token);
    expect(await ledger.tokenOf('h', '2026-06-17T00:00:00Z')).toBeUndefined();
    expect(await ledger.revokeToken('ci', at)).toBe(true);
    expect(await ledger.revokeToken('ci', at)).toBe(false);
    expect(await ledger.tokenOf('h', at)).toBeUndefined();
    expect(await ledger.addToken({ ...token, hash: 'anew' })).toBe(true);
  });

  test('a ledger that ever had a token says so', async () => {
    expect(await ledger.everMadeTokens()).toBe(false);
    await ledger.addToken({ name: 'once', hash: 'o', words: ['read'], names: [], human: false, created: at });
    await ledger.revokeToken('once', at);
    expect([await ledger.tokens(), await ledger.everMadeTokens()]).toEqual([[], true]);
  });

  test('an act on several domains is refused where an act on the same of one of them began or ended since its plan', async () => {
    const [one, two, three] = ['one.com', 'two.com', 'three.com'].map(name => DomainName.parse(name));
    const lockOf = (domain_name = one ?? expect.unreachable()) => ({
      ...begun,
      subject: { kind: 'lock' as const, domain_name },
    });
    const subject = {
      kind: 'several' as const,
      part: 'lock' as const,
      domain_names: [one, two].flatMap(name => name ?? []),
    };
    const several = async (plannedAfter: number, claim: string) =>
      await ledger.begin({
        begun: { ...begun, subject },
        steps: { owner: 'here 1 a', until: '2026-06-15T12:05:00Z', claim },
        plannedAfter,
      });
    const running = await entryOf(ledger.begin({ begun: lockOf() }));
    const planned = await ledger.written();
    await ledger.begin({ begun: lockOf(three) });
    await ledger.begin({
      begun: { ...begun, subject: { kind: 'contacts', domain_name: one ?? expect.unreachable() } },
    });
    await ledger.begin({ begun });
    await entryOf(several(planned, 'a'));
    expect(await several(running - 1, 'b')).toMatchObject({ refused: 'changed' });

    const later = await ledger.written();
    await ledger.end(running, { at, outcome: 'done' });
    expect(await several(later, 'c')).toEqual({ refused: 'changed', entry: running });
    await entryOf(several(await ledger.written(), 'd'));
  });

  test('an act on a record waits for a new plan where its zone was changed while it was planned', async () => {
    const { names } = request;
    const domain_name = names[0] ?? expect.unreachable();
    const planned = await ledger.written();
    const entry = await entryOf(ledger.begin({ begun: { ...begun, subject: { kind: 'zone', domain_name } } }));
    const record = { ...begun, subject: { kind: 'records' as const, domain_name, host: '@', type: 'MX' } };
    expect(await ledger.begin({ begun: record, plannedAfter: planned })).toEqual({ refused: 'changed', entry });
    await entryOf(ledger.begin({ begun: record, plannedAfter: await ledger.written() }));
  });

  test('an act of several steps has its domain to itself until it has ended, or nobody carries it out any more', async () => {
    const steps = { owner: 'here 1 a', until: '2026-06-15T12:05:00Z', claim: 'example.com' };
    const first = await entryOf(ledger.begin({ begun, steps }));
    expect(await ledger.begin({ begun, steps })).toEqual({ refused: 'busy', entry: first });
    await entryOf(ledger.begin({ begun, steps: { ...steps, claim: 'example.net' } }));
    expect(await ledger.renew(first, '2026-06-15T12:09:00Z')).toBe(true);
    const record = { kind: 'records' as const, domain_name: DomainName.parse('example.com'), host: 'a', type: 'A' };
    expect(await ledger.begin({ begun: { ...begun, subject: record } })).toEqual({ refused: 'busy', entry: first });
    expect(await ledger.underWay('a')).toMatchObject([
      { act: { entry: first }, owner: 'here 1 a', until: '2026-06-15T12:09:00Z' },
      { act: { entry: first + 1 } },
    ]);
    // Whoever saw it before it was renewed does not take it over.
    expect(await ledger.endCut(first, '2026-06-15T12:05:00Z', { at, outcome: 'unknown' })).toBe(false);
    expect(await ledger.endCut(first, '2026-06-15T12:09:00Z', { at, outcome: 'unknown', fault: 'interrupted' })).toBe(
      true,
    );
    expect(await ledger.endCut(first, '2026-06-15T12:09:00Z', { at, outcome: 'unknown' })).toBe(false);
    expect(await ledger.renew(first, '2026-06-15T12:14:00Z')).toBe(false);
    await ledger.end(first + 1, { at, outcome: 'done' });
    expect(await ledger.underWay('a')).toEqual([]);
    expect(await ledger.act('a', first)).toMatchObject({ outcome: 'unknown', fault: 'interrupted' });
    await entryOf(ledger.begin({ begun, steps }));
  });

  test('an act that is under way and of which nothing was written is none', async () => {
    const database = place.open();
    await database.query("INSERT INTO under_way VALUES ('a', 'lost.com', 99, 'here 1 a', $1)", at);
    expect(await ledger.underWay('a')).toEqual([]);
    await database.close();
  });

  test('acts are listed by more than are read at a time, and by what they are about', async () => {
    for (let n = 0; n < 120; n += 1)
      await entryOf(
        ledger.begin({ begun: { ...begun, names: [n % 2 ? 'odd.com' : 'even.com'], args: { n, beside: 'odd.com' } } }),
      );
    expect(await ledger.acts({ account: 'a', limit: 500 })).toHaveLength(120);
    const odd = await ledger.acts({ account: 'a', limit: 3, domain_name: 'odd.com', tool: 't', outcome: 'unfinished' });
    expect(odd.map(({ args }) => args.n)).toEqual([119, 117, 115]);
    expect(await ledger.acts({ account: 'a', limit: 60, domain_name: 'odd.com' })).toHaveLength(60);
    expect(await ledger.acts({ account: 'a', limit: 5, tool: 'other' })).toEqual([]);
    expect(await ledger.acts({ account: 'b', limit: 5 })).toEqual([]);
  });

  test('acts are listed back to an instant, and no further', async () => {
    for (const hour of ['08', '10', '12']) {
      const entry = await entryOf(ledger.begin({ begun: { ...begun, at: `2026-06-15T${hour}:00:00Z` } }));
      await ledger.end(entry, { at, outcome: 'done' });
    }
    const since = await ledger.acts({ account: 'a', limit: 10, since: '2026-06-15T10:00:00Z' });
    expect(since.map(act => act.at)).toEqual(['2026-06-15T12:00:00Z', '2026-06-15T10:00:00Z']);
  });

  test('what cannot be written is not half written', async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    await expect(ledger.begin({ begun: { ...begun, args: circular }, nonce: nonce('one') })).rejects.toThrow();
    expect(await ledger.usedBy('one')).toBeUndefined();
    expect(await ledger.chain()).toMatchObject({ links: [], written: 0 });
    await entryOf(ledger.begin({ begun, nonce: nonce('one') }));
    await ledger.close();
    await expect(ledger.begin({ begun })).rejects.toThrow();
    ledger = await openLedger(place.open());
  });
});
