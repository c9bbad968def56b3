import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toolsets } from '../tools/index.ts';
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
  ['domain_create', { domain_name: 'secret-loaf.com' }],
  ['domain_lock', name],
  ['domain_unlock', name],
  ['domain_update_contacts', { ...name, contacts: [{ type: ['billing'], city: 'Boulder' }] }],
  ['domain_update_nameservers', { ...name, nameservers: ['ns1.elsewhere.net', 'ns2.elsewhere.net'] }],
  ['dns_list', name],
  ['dns_create', { ...name, host: 'x', type: 'A', content: '192.0.2.1' }],
  ['dns_delete', { ...name, record_id: '7', type: 'CNAME', host: 'www', content: 'harbor-bakery.com' }],
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
      ([tool]) => /create$|unlock|update|delete|remove/.test(tool) && !['dns_create', 'host_create'].includes(tool),
    ).length,
  );
  for (const text of said) expect(text).not.toMatch(/demo-token|\b[0-9a-f]{40}\b/);
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
