import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { toolsets } from '../tools/index.ts';
import { openMeddler } from './support/meddler.ts';
import { freshState, run } from './support/server-process.ts';
import { openWorld } from './support/world.ts';

const name = { domain_name: 'harbor-bakery.com' };

/** A call of every tool that goes through. */
const calls: [string, Record<string, unknown>][] = [
  ['hello', {}],
  ['login', {}],
  ['account_get', {}],
  ['domain_list', {}],
  ['domain_get', name],
  ['domain_check', { keyword: 'loaf' }],
  ['portfolio', { depth: 'zones' }],
  ['domain_create', { domain_name: 'secret-loaf.com' }],
  ['domain_lock', name],
  ['domain_unlock', name],
  ['domain_update_contacts', { ...name, contacts: [{ type: ['billing'], city: 'Boulder' }] }],
  ['domain_update_nameservers', { ...name, nameservers: ['ns1.elsewhere.net', 'ns2.elsewhere.net'] }],
  ['dns_list', name],
  ['dns_create', { ...name, host: 'x', type: 'A', content: '192.0.2.1' }],
  ['dns_delete', { ...name, record_id: '7', type: 'CNAME', host: 'www', content: 'harbor-bakery.com' }],
  ['dns_apply', { ...name, records: [{ host: 'applied', type: 'A', content: '192.0.2.9' }] }],
  ['dns_export', name],
  ['dns_check', name],
  ['order_create', { items: [{ order_type: 'domain/renew', ...name, period: 1 }] }],
  ['host_list', { domain_name: 'glue-works.net' }],
  ['host_sync', { domain_name: 'glue-works.net' }],
  ['host_create', { domain_name: 'glue-works.net', hostname: 'ns7', ip: '192.0.2.7' }],
  ['host_add_ip', { domain_name: 'glue-works.net', hostname: 'ns7', ip: '192.0.2.8' }],
  ['host_remove_ip', { domain_name: 'glue-works.net', hostname: 'ns7', ip: '192.0.2.8' }],
  ['host_delete', { domain_name: 'glue-works.net', hostname: 'ns7' }],
  ['journal', {}],
  ['budget', {}],
  ['undo', { entry: 1 }],
  ['logout', {}],
];

test('no answer of any tool, and no fault, holds a credential or a session token', async () => {
  expect(calls.map(([tool]) => tool).sort()).toEqual(
    toolsets.flatMap(({ tools }) => tools.map(({ name: tool }) => tool)).sort(),
  );
  const agent = await openWorld();
  const said: string[] = [];
  for (const [tool, args] of calls) {
    agent.sandbox.faults.add({ when: 'before', how: 'garbage' });
    said.push(JSON.stringify(await agent.call(tool, args)));
    agent.sandbox.faults.clear();
    const answer = await agent.call(tool, args);
    said.push(JSON.stringify(answer));
    const confirm = answer.structured?.confirm;
    if (confirm !== undefined) said.push(JSON.stringify(await agent.call(tool, { ...args, confirm })));
  }
  expect(said.filter(text => text.includes('"status":"done"'))).toHaveLength(
    calls.filter(
      ([tool]) =>
        /create$|unlock|update|delete|remove|apply/.test(tool) && !['dns_create', 'host_create'].includes(tool),
    ).length,
  );
  for (const text of said) expect(text).not.toMatch(/demo-token|\b[0-9a-f]{40}\b/);
  await agent.close();
});

test('planted secrets are nowhere: not in answers and questions, nor in journal, approvals and database files', async () => {
  const planted = { apiToken: 'canary-api-token', token: 'canary-http-token' };
  const direct = await openWorld();
  const store = new DatabaseSync(join(direct.directory, 'sandbox', 'sandbox.sqlite'), { timeout: 5_000 });
  store.prepare("UPDATE accounts SET api_token = ? WHERE username = 'demo'").run(planted.apiToken);
  store.close();
  const meddler = await openMeddler(direct.sandbox.url);
  const registrar = {
    kind: 'account' as const,
    url: meddler.url,
    place: 'test',
    credentials: { username: 'demo', apiToken: planted.apiToken },
  };
  const config = { registrar, http: { token: planted.token, hosts: [] }, approvalCode: 'the-approval-code' };
  const said: (string | undefined)[] = [];
  const sessions: string[] = [];
  // A registrar that says back what it was sent, and records that hold what must not be told.
  meddler.meddle = (request, answer) => {
    const session = /"session_token":"([^"]+)"/.exec(answer)?.[1];
    if (session !== undefined) sessions.push(session);
    if (request.startsWith('GET /api/dns/list')) return answer.replaceAll('192.0.2.10', planted.token);
    const code = answer.includes('"code":100') ? undefined : 240;
    return code && answer.replace(/"message":"[^"]*"/, `"message":"${planted.apiToken} ${sessions.at(-1)}"`);
  };
  for (const confirm of ['agent', 'human'] as const) {
    const agent = await openWorld({ ...config, confirm, stateDir: join(direct.directory, 'kept') });
    for (const [tool, given] of calls) {
      const args = { ...given, ...(tool === 'domain_create' && { extra: { note: planted.token } }) };
      for (const fault of ['garbage', undefined, 'reset'] as const) {
        if (fault) direct.sandbox.faults.add({ when: 'after', how: fault });
        const answer = await agent.call(tool, args);
        said.push(answer.text, JSON.stringify(answer.structured));
        const value = answer.structured?.confirm;
        if (value === undefined) continue;
        const done = await agent.call(tool, { ...args, confirm: value });
        said.push(done.text, JSON.stringify(done.structured));
      }
      direct.sandbox.faults.clear();
    }
    const record = { ...name, record_id: '1', type: 'A', host: '@', content: planted.token };
    said.push((await agent.call('dns_delete', record)).text);
    await agent.close();
  }
  expect(sessions.length).toBeGreaterThan(0);
  const kept = readdirSync(join(direct.directory, 'kept')).map(file =>
    readFileSync(join(direct.directory, 'kept', file)),
  );
  for (const secret of [...Object.values(planted), ...sessions]) {
    expect(said.filter(text => text?.includes(secret))).toEqual([]);
    for (const bytes of kept) expect(bytes.includes(secret), `a file holds ${secret}`).toBe(false);
  }
  expect(said.join()).toContain('[redacted]');
  await meddler.close();
  await direct.close();
});

test('an answer does not tell whether a guess at the approval code was right', async () => {
  const agent = await openWorld({ confirm: 'human', approvalCode: '48151623' });
  const told = async (guess: string) => {
    const { text } = await agent.call('domain_get', { domain_name: `${guess}.com` });
    return text.replaceAll(guess, 'GUESS');
  };
  expect(await told('48151623')).toBe(await told('11111111'));
  await agent.close();
});

test('nor do the log lines, at their most talkative', async () => {
  const state = freshState();
  const env = {
    ...state.env,
    REGISTRAR_LOG_LEVEL: 'debug',
    REGISTRAR_USERNAME: 'ada',
    REGISTRAR_API_TOKEN: 'canary-api-token',
    REGISTRAR_URL: 'http://127.0.0.1:9',
  };
  const { stdout, stderr } = await run(['call', 'account_get'], env);
  expect(stderr).toContain('"tool":"account_get"');
  expect(stdout + stderr).not.toContain('canary');
  state.remove();
});

test('the state directory is closed to others, and holds no credential', async () => {
  const state = freshState();
  await run(['call', 'domain_unlock', JSON.stringify(name)], state.env);
  const directory = join(state.directory, 'state');
  const mode = (...path: string[]) => (statSync(join(directory, ...path)).mode & 0o777).toString(8);
  expect([mode(), mode('sandbox'), mode('ledger.sqlite'), mode('sandbox', 'sandbox.sqlite')]).toEqual([
    '700',
    '700',
    '600',
    '600',
  ]);
  expect(readFileSync(join(directory, 'ledger.sqlite')).includes('demo-token')).toBe(false);
  state.remove();
});
