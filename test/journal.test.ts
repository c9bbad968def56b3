import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { usd } from '#model/money.ts';
import { collect, executable, exited, freshState, run } from './support/server-process.ts';
import { firstId, openWorld, type World } from './support/world.ts';

/** Everything is traced, and what can be undone is. */
let agent: World;
beforeEach(async () => {
  agent = await openWorld();
});
afterEach(async () => await agent.close());

const harbor = { domain_name: 'harbor-bakery.com' };
const glue = { domain_name: 'glue-works.net' };

const RoleList = z.array(z.looseObject({ type: z.array(z.string()) }));

/** The entry of the newest act. */
async function lastEntry(): Promise<number> {
  const { structured } = await agent.call('journal', { limit: 1 });
  const [act] = Array.isArray(structured?.acts) ? structured.acts : [];
  return act.entry;
}

describe('the journal', () => {
  test('tells who did what with which tool, how it was confirmed, what it cost, and what was before and after', async () => {
    await agent.call('dns_create', { ...harbor, host: 'new', type: 'A', content: '192.0.2.1' });
    await agent.confirmed('domain_create', { domain_name: 'fresh-loaf.com' });
    expect(await agent.confirmed('domain_create', { domain_name: 'fresh-loaf.us' })).toMatchObject({ isError: true });
    const listed = await agent.call('journal');
    expect(listed.structured?.acts).toMatchObject([
      { tool: 'domain_create', outcome: 'failed', about: 'Register fresh-loaf.us for 1 year.' },
      { tool: 'domain_create', outcome: 'done', charged: '9.99 USD', caller: 'test', confirmed: 'by the agent' },
      {
        tool: 'dns_create',
        outcome: 'done',
        about: 'harbor-bakery.com',
        confirmed: 'not needed',
        at: '2026-06-15T12:00:00Z',
      },
    ]);
    expect((await agent.call('journal', { entry: 1 })).structured?.detail).toMatchObject({
      word: 'write',
      before: 'nothing',
      after: 'A new → "192.0.2.1", TTL 300',
      args: expect.stringContaining('"content":"192.0.2.1"'),
    });
    expect((await agent.call('journal', { entry: 3 })).structured?.detail).toMatchObject({
      word: 'paid',
      plan: expect.arrayContaining(['Register fresh-loaf.com for 1 year.', expect.stringMatching(/^Cost: 9\.99 USD/)]),
      before: 'credit 250.00 USD',
      after: 'credit 240.01 USD',
    });
  });

  test('is filtered by domain, tool and outcome, and read in pages', async () => {
    for (let at = 0; at < 5; at += 1)
      await agent.call('dns_create', { ...harbor, host: `h${at}`, type: 'A', content: '192.0.2.1' });
    await agent.call('domain_lock', glue);
    await agent.call('dns_create', { ...harbor, host: 'h0', type: 'A', content: '192.0.2.1' });
    const found = async (query: object) => {
      const { structured } = await agent.call('journal', { ...query });
      return Array.isArray(structured?.acts) ? structured.acts.length : 0;
    };
    expect(await found({})).toBe(7);
    expect(await found({ domain_name: 'glue-works.net' })).toBe(1);
    expect(await found({ tool: 'dns_create' })).toBe(6);
    expect(await found({ outcome: 'failed' })).toBe(1);
    const page = await agent.call('journal', { limit: 3, domain_name: 'harbor-bakery.com' });
    expect(page.structured?.acts).toHaveLength(3);
    const rest = await agent.call('journal', {
      before: page.structured?.more_before,
      domain_name: 'harbor-bakery.com',
    });
    expect(rest.structured?.acts).toHaveLength(3);
    expect(rest.structured?.more_before).toBeUndefined();
    expect(await agent.call('journal', { entry: 999 })).toRefuse('not_found');
  });

  test('reads and previews leave no trace in it', async () => {
    await agent.call('domain_get', harbor);
    await agent.call('domain_create', { domain_name: 'fresh-loaf.com' });
    expect(await agent.call('journal')).toSucceed(/^0 acts/);
  });

  test('an act of unknown outcome says what reading shows', async () => {
    agent.sandbox.faults.add({ on: 'domain_unlock', when: 'after', how: 'reset' });
    expect((await agent.confirmed('domain_unlock', glue)).text).toMatch(
      /now reads: not locked\..*entry 1.*\(outcome_unknown\)/s,
    );
    agent.sandbox.faults.add({ on: 'domain_lock', when: 'before', how: 'garbage' });
    expect((await agent.call('domain_lock', glue)).text).toMatch(
      /still reads as before: not locked\..*\(outcome_unknown\)/s,
    );
    expect((await agent.call('journal', { outcome: 'unknown' })).structured?.acts).toHaveLength(2);
  });
});

describe('registrar-mcp journal verify', () => {
  const state = freshState();
  afterEach(() => rmSync(join(state.directory, 'state'), { recursive: true, force: true }));

  /** A journal of six entries, tampered with by whoever can write the file. */
  async function tampered(...statements: string[]) {
    for (const host of ['a', 'b', 'c'])
      await run(
        ['call', 'dns_create', JSON.stringify({ ...harbor, host, type: 'A', content: '192.0.2.1' })],
        state.env,
      );
    const database = new DatabaseSync(join(state.directory, 'state', 'ledger.sqlite'));
    if (statements.length > 0) database.exec('DROP TRIGGER journal_kept; DROP TRIGGER journal_fixed;');
    for (const statement of statements) database.exec(statement);
    database.close();
    return await run(['journal', 'verify'], state.env);
  }

  test('finds a whole one whole, and later what was noted of it', async () => {
    const { code, stdout } = await tampered();
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('whole: 6 entries') });
    const head = /hash is (\w{64})/.exec(stdout)?.[1] ?? '';
    await run(['call', 'domain_lock', JSON.stringify(glue)], state.env);
    expect(await run(['journal', 'verify', head], state.env)).toMatchObject({ code: 0 });
    const other = await run(['journal', 'verify', head.replace(/^./, 'x')], state.env);
    expect(other).toMatchObject({ code: 1, stderr: expect.stringMatching(/No entry has the hash/) });
  });

  test.each([
    [
      'changed',
      /Entry 3 is not what was written/,
      ["UPDATE journal SET body = replace(body, '192.0.2.1', '192.0.2.9') WHERE entry = 3"],
    ],
    ['missing', /Entry 3 is missing/, ['DELETE FROM journal WHERE entry = 3']],
    ['missing at the end', /6 entries were written, and only 5 are there/, ['DELETE FROM journal WHERE entry = 6']],
    [
      'missing, with the others moved up',
      /Entry 3 is not what was written/,
      ['DELETE FROM journal WHERE entry = 3', 'UPDATE journal SET entry = entry - 1 WHERE entry > 3'],
    ],
    [
      'reordered',
      /Entry 3 is not what was written/,
      [
        'UPDATE journal SET entry = -1 WHERE entry = 3',
        'UPDATE journal SET entry = 3 WHERE entry = 5',
        'UPDATE journal SET entry = 5 WHERE entry = -1',
      ],
    ],
  ])('finds an entry that is %s', async (_what, says, statements) => {
    expect(await tampered(...statements)).toMatchObject({ code: 1, stderr: expect.stringMatching(says) });
  });

  test('finds a budget that was emptied beside a journal that is whole', async () => {
    const buy = { domain_name: 'fresh-loaf.com' };
    const preview = await run(['call', 'domain_create', JSON.stringify(buy)], state.env);
    const confirm = /confirm: (\S+)/.exec(preview.stdout)?.[1];
    await run(['call', 'domain_create', JSON.stringify({ ...buy, confirm })], state.env);
    expect(await run(['journal', 'verify'], state.env)).toMatchObject({ code: 0 });
    const database = new DatabaseSync(join(state.directory, 'state', 'ledger.sqlite'));
    database.exec('UPDATE purchases SET charged = 0');
    database.close();
    expect(await run(['journal', 'verify'], state.env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'The budget is NOT what the journal says. Entry 1 is settled in them, and done in the journal.',
      ),
    });
  });

  test('the journal only grows: even whoever opens the file has to break it first', async () => {
    await tampered();
    const database = new DatabaseSync(join(state.directory, 'state', 'ledger.sqlite'));
    expect(() => database.exec('DELETE FROM journal')).toThrow(/only grows/);
    expect(() => database.exec("UPDATE journal SET body = '{}'")).toThrow(/only grows/);
    database.close();
  });
});

describe('nothing happens untraced', () => {
  const acts = /POST \/api\/(?:dns\/create|domain\/(?:lock|unlock|create))/;

  test('while another holds the ledger', async () => {
    await agent.call('journal');
    const confirm = (await agent.call('domain_unlock', glue)).structured?.confirm;
    const other = new DatabaseSync(join(agent.directory, 'state', 'ledger.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    const refused = await agent.call('domain_unlock', { ...glue, confirm });
    expect(refused).toRefuse('journal_unwritable', /database is locked.*nothing happens here untraced/);
    other.exec('ROLLBACK');
    other.close();
    expect(await agent.call('domain_unlock', { ...glue, confirm })).toSucceed();
  });

  test('where the state directory cannot be one, while reads go on', async () => {
    const stateDir = join(agent.directory, 'file');
    writeFileSync(stateDir, '');
    const registrar = {
      kind: 'account' as const,
      url: agent.sandbox.url,
      place: 'test',
      credentials: agent.sandbox.credentials,
    };
    const blocked = await openWorld({ stateDir, registrar });
    expect(await blocked.call('domain_lock', glue)).toRefuse('misconfigured', /REGISTRAR_STATE_DIR/);
    expect(await blocked.call('domain_unlock', glue)).toRefuse('misconfigured', /REGISTRAR_STATE_DIR/);
    expect(await blocked.call('domain_get', glue)).toSucceed();
    await blocked.close();
    expect(agent.sandbox.seen.filter(request => acts.test(request))).toEqual([]);
  });

  test('on a disk that is full', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'registrar-full-'));
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: directory,
      REGISTRAR_STATE_DIR: join(directory, 'state'),
      REGISTRAR_URL: agent.sandbox.url.origin,
      REGISTRAR_USERNAME: 'demo',
      REGISTRAR_API_TOKEN: 'demo-token',
    };
    await run(['call', 'domain_lock', JSON.stringify(glue)], env);
    const before = agent.sandbox.seen.filter(request => acts.test(request)).length;
    // No file may grow beyond what the ledger has already: for SQLite the same as a full disk.
    const blocks = Math.floor(statSync(join(directory, 'state', 'ledger.sqlite')).size / 1024);
    const node = `exec "${process.execPath}" ${executable} call dns_create '${JSON.stringify({ ...harbor, host: 'x', type: 'TXT', content: 'x'.repeat(500) })}'`;
    const child = spawn('bash', ['-c', `ulimit -f ${Math.min(blocks, 24)}; ${node}`], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stderr = collect(child.stderr);
    expect(await exited(child)).toBe(1);
    expect(stderr()).toMatch(/nothing happens here untraced|cannot be used/);
    expect(agent.sandbox.seen.filter(request => acts.test(request))).toHaveLength(before);
    rmSync(directory, { recursive: true, force: true });
  });
});

describe('registrar-mcp journal settle', () => {
  test('lets a person say what became of an order that the account cannot decide', async () => {
    const state = freshState();
    const env = {
      ...state.env,
      REGISTRAR_URL: agent.sandbox.url.origin,
      REGISTRAR_USERNAME: 'demo',
      REGISTRAR_API_TOKEN: 'demo-token',
      REGISTRAR_CONFIRM: 'agent',
      REGISTRAR_SPEND_LIMIT: '100',
      REGISTRAR_ORDER_LIMIT: 'unlimited',
    };
    const items = { items: [{ order_type: 'backorder/create', domain_name: 'backorder-mill.com' }] };
    const preview = await run(['call', 'order_create', JSON.stringify(items)], env);
    const confirm = /^confirm: (\S+)$/m.exec(preview.stdout)?.[1];
    agent.sandbox.faults.add({ on: 'order', when: 'before', how: 'reset' });
    expect((await run(['call', 'order_create', JSON.stringify({ ...items, confirm })], env)).stderr).toContain(
      'outcome_unknown',
    );
    for (const wrong of [['settle'], ['settle', '1'], ['settle', 'x', '1'], ['settle', '2', '1'], ['forget']])
      expect(await run(['journal', ...wrong], env)).toMatchObject({ code: 1 });
    expect(await run(['journal', 'settle', '1', '49.95'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('49.95 USD was charged'),
    });
    expect(await run(['journal', 'settle', '1', '0'], env)).toMatchObject({ code: 1 });
    expect((await run(['call', 'budget'], env)).stdout).toMatch(/49\.95 USD spent, 50\.05 USD left/);
    expect(await run(['journal', 'verify'], env)).toMatchObject({ code: 0 });
    state.remove();
  });
});

describe('undo', () => {
  const undo = async (entry?: number, more: object = {}) =>
    await agent.confirmed('undo', { entry: entry ?? (await lastEntry()), ...more });

  test('takes back nameservers', async () => {
    const nameservers = ['ns1.elsewhere.net', 'ns2.elsewhere.net'];
    await agent.confirmed('domain_update_nameservers', { ...harbor, nameservers });
    const preview = await agent.call('undo', { entry: await lastEntry() });
    expect(preview).toAskFirst({
      does: /put back the nameservers of harbor-bakery\.com\.\n- .*: ns1\.elsewhere\.net, ns2\.elsewhere\.net → ns1\.name\.com/,
    });
    expect(await undo()).toSucceed(/Undid entry/);
    expect((await agent.call('domain_get', harbor)).structured).toMatchObject({ hosted: true });
  });

  test('takes back a lock and an unlock, and an undo too', async () => {
    await agent.confirmed('domain_unlock', glue);
    expect(await undo()).toSucceed();
    expect(await agent.call('domain_get', glue)).toSucceed(/; locked/);
    expect(await undo()).toSucceed();
    expect(await agent.call('domain_get', glue)).toSucceed(/NOT locked/);
    await agent.call('domain_lock', glue);
    expect(await agent.call('undo', { entry: await lastEntry() })).toAskFirst({ does: /Without its lock/ });
  });

  test('takes back contacts, field by field, and leaves the other roles alone', async () => {
    const contacts = async () =>
      RoleList.parse((await agent.call('domain_get', harbor)).structured?.contacts)
        .flatMap(({ type, ...rest }) => type.map(role => ({ role, ...rest })))
        .sort((a, b) => (a.role < b.role ? -1 : 1));
    const before = await contacts();
    await agent.confirmed('domain_update_contacts', {
      ...harbor,
      contacts: [{ type: ['billing'], city: 'Boulder', first_name: 'Eve' }],
    });
    const preview = await agent.call('undo', { entry: await lastEntry() });
    expect(preview).toAskFirst({ does: /billing first_name: "Eve" → / });
    expect(await undo()).toSucceed();
    expect(await contacts()).toEqual(before);
  });

  test('takes back a record that was added, and one that was deleted', async () => {
    await agent.call('dns_create', {
      ...harbor,
      host: 'new',
      type: 'MX',
      content: 'mx.mailhost.example',
      priority: 10,
      ttl: 600,
    });
    const created = await lastEntry();
    const { structured } = await agent.call('dns_list', { ...harbor, host: 'new' });
    const believed = {
      ...harbor,
      record_id: firstId(structured),
      type: 'MX',
      host: 'new',
      content: 'mx.mailhost.example',
    };
    await agent.confirmed('dns_delete', believed);
    expect(await undo()).toSucceed();
    expect((await agent.call('dns_list', { ...harbor, host: 'new' })).structured?.records).toMatchObject([
      { type: 'MX', content: 'mx.mailhost.example', priority: 10, ttl: 600 },
    ]);
    expect(await undo(created)).toSucceed();
    expect(await agent.call('dns_list', { ...harbor, host: 'new' })).toSucceed(/^0 records/);
  });

  test('takes back host records and their addresses', async () => {
    const host = { ...glue, hostname: 'ns9' };
    await agent.call('host_create', { ...host, ip: '192.0.2.9' });
    await agent.call('host_add_ip', { ...host, ip: '2001:db8::9' });
    const added = await lastEntry();
    await agent.confirmed('host_delete', host);
    expect(await undo()).toSucceed();
    const hosts = async () => (await agent.call('host_list', glue)).text;
    expect(await hosts()).toMatch(/ns9\.glue-works\.net \| 192\.0\.2\.9 2001:db8::9/);
    expect(await undo(added)).toSucceed();
    expect(await hosts()).toMatch(/ns9\.glue-works\.net \| 192\.0\.2\.9$/m);
    await agent.call('host_add_ip', { ...host, ip: '192.0.2.10' });
    await agent.confirmed('host_remove_ip', { ...host, ip: '192.0.2.9' });
    expect(await undo()).toSucceed();
    expect(await hosts()).toMatch(/192\.0\.2\.10 192\.0\.2\.9|192\.0\.2\.9 192\.0\.2\.10/);
  });

  test('where it changed since, it says how and goes no further unless asked; then it leaves what others added', async () => {
    const a = (content: string) => ({ ...harbor, host: 'pool', type: 'A', content });
    await agent.call('dns_create', a('192.0.2.1'));
    const first = await lastEntry();
    await agent.call('dns_create', a('192.0.2.2'));
    const refused = await agent.call('undo', { entry: first });
    expect(refused).toRefuse(
      'conflict',
      /has changed since\. .*after entry 1 it read .*192\.0\.2\.1.*now it reads .*192\.0\.2\.2/,
    );
    expect(await agent.call('undo', { entry: first, even_if_changed: true })).toAskFirst({
      does: /At risk: What has been changed since/,
    });
    expect(await undo(first, { even_if_changed: true })).toSucceed();
    expect((await agent.call('dns_list', { ...harbor, host: 'pool' })).structured?.records).toMatchObject([
      { content: '192.0.2.2' },
    ]);
    expect(await agent.call('undo', { entry: first, even_if_changed: true })).toRefuse(
      'conflict',
      /There is nothing to undo|cannot be taken back here/,
    );
  });

  test('what cannot be undone is refused, and said before', async () => {
    expect(await agent.call('domain_create', { domain_name: 'fresh-loaf.com' })).toAskFirst({
      does: /cannot be undone/,
    });
    await agent.confirmed('domain_create', { domain_name: 'fresh-loaf.com' });
    expect(await agent.call('undo', { entry: await lastEntry() })).toRefuse(
      'conflict',
      /is a purchase, which cannot be undone/,
    );
    await agent.call('login');
    expect(await agent.call('undo', { entry: await lastEntry() })).toRefuse(
      'conflict',
      /changed nothing that can be put back/,
    );
    expect(await agent.call('undo', { entry: 2 })).toRefuse('not_found');
    await agent.call('dns_create', { ...harbor, host: 'www', type: 'CNAME', content: 'harbor-bakery.com' });
    expect(await agent.call('undo', { entry: await lastEntry() })).toRefuse('conflict', /changed nothing: it failed/);
  });

  test('one that stops in the middle says how far it came, and can be gone on with', async () => {
    const host = { ...glue, hostname: 'ns9' };
    await agent.call('host_create', { ...host, ip: '192.0.2.9' });
    await agent.call('host_add_ip', { ...host, ip: '192.0.2.10' });
    await agent.confirmed('host_delete', host);
    const deleted = await lastEntry();
    agent.sandbox.faults.add({ on: 'host_add_ip', when: 'before', how: 'status', status: 429 });
    expect((await undo(deleted)).text).toMatch(/1 of 2 steps were done; then this happened.*\(done_in_part\)/s);
    expect(await undo(deleted, { even_if_changed: true })).toSucceed();
    expect((await agent.call('host_list', glue)).text).toMatch(
      /ns9\.glue-works\.net \| 192\.0\.2\.10 192\.0\.2\.9|ns9\.glue-works\.net \| 192\.0\.2\.9 192\.0\.2\.10/,
    );
  });
});

test('budgets, confirmations and journal outlive the process', async () => {
  const stateDir = join(agent.directory, 'state');
  const registrar = {
    kind: 'account' as const,
    url: agent.sandbox.url,
    place: 'test',
    credentials: agent.sandbox.credentials,
  };
  const confirm = (await agent.call('domain_create', { domain_name: 'fresh-loaf.com' })).structured?.confirm;
  await agent.confirmed('domain_create', { domain_name: 'other-loaf.com' });
  await agent.composed.close();
  const next = await openWorld({ stateDir, registrar, budget: { perDay: usd(2000) } });
  expect((await next.call('budget')).structured).toMatchObject({ spent: '9.99 USD', left: '10.01 USD' });
  expect(await next.call('domain_create', { domain_name: 'fresh-loaf.com', confirm })).toSucceed();
  expect((await next.call('journal')).structured?.acts).toHaveLength(2);
  await next.close();
});
