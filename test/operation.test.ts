import { createServer } from 'node:http';

import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { examine, type Patient, readiness } from '#doctor.ts';
import { openDoor } from '#server/load.ts';
import { freshState, run, serveHttp } from './support/server-process.ts';
import { openWorld } from './support/world.ts';

/** What a server stands on is looked over, and said in words that help. */
describe('doctor', () => {
  test('on a new sandbox everything holds', async () => {
    const state = freshState();
    const { code, stdout } = await run(['doctor'], state.env);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ok {2}state directory .* the journal is whole, with 0 entries\nok {2}registrar .*\nok {2}clock {12}agrees with the registrar\nok {2}credentials .* 250\.00 USD of credit\nok {2}resolvers {8}answer\n$/,
    );
    state.remove();
  });

  test('with wrong credentials, a journal that was changed, and an issuer that is not there, it says what to do', async () => {
    const world = await openWorld();
    await world.call('dns_create', { domain_name: 'nightbus.app', host: 'x', type: 'A', content: '192.0.2.1' });
    const ledger = new DatabaseSync(`${world.directory}/state/ledger.sqlite`, { timeout: 5_000 });
    ledger.exec("DROP TRIGGER journal_fixed; UPDATE journal SET body = replace(body, '192.0.2.1', '192.0.2.2')");
    ledger.close();
    const { code, stdout } = await run(['doctor'], {
      ...freshState().env,
      REGISTRAR_STATE_DIR: `${world.directory}/state`,
      REGISTRAR_URL: world.sandbox.url.origin,
      REGISTRAR_USERNAME: 'demo',
      REGISTRAR_API_TOKEN: 'wrong-token',
      REGISTRAR_DNS_RESOLVERS: '127.0.0.1:1',
      REGISTRAR_OAUTH_ISSUER: 'http://127.0.0.1:1',
      REGISTRAR_OAUTH_AUDIENCE: 'http://127.0.0.1:2/mcp',
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/NO {2}state directory .*the journal is not whole\. Entry 1 is not what was written/);
    expect(stdout).toMatch(/NO {2}clock .*are \d+ seconds apart; set the clock/);
    expect(stdout).toMatch(/NO {2}credentials .*\n {21}\S/);
    expect(stdout).toMatch(/NO {2}resolvers /);
    expect(stdout).toMatch(/NO {2}issuer /);
    expect(stdout).not.toContain('wrong-token');
    await world.close();
  });

  test('an issuer that answers with an error is not one', async () => {
    const world = await openWorld();
    const issuer = createServer((_, response) => response.writeHead(500).end());
    await new Promise<void>(resolve => issuer.listen(0, '127.0.0.1', resolve));
    const address = issuer.address();
    const url = new URL(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    const patient: Patient = { ...world.composed.patient, issuer: url };
    expect((await examine(patient)).find(({ name }) => name === 'issuer')).toMatchObject({
      ok: false,
      says: expect.stringContaining('answers 500'),
    });
    issuer.close();
    await world.close();
  });
});

describe('readiness', () => {
  test('is that of the ledger and the registrar', async () => {
    const world = await openWorld();
    expect(await readiness(world.composed.patient)).toEqual([
      { name: 'ledger', ok: true, says: 'can be read' },
      { name: 'registrar', ok: true, says: expect.stringContaining('answers as') },
    ]);
    world.sandbox.faults.add({ on: 'hello', when: 'before', how: 'status', status: 503, times: 5 });
    expect((await readiness(world.composed.patient))[1]).toMatchObject({ ok: false });
    await world.close();
  });

  test('is served without the words, and a server that cannot work says 503', async () => {
    const state = freshState();
    const server = await serveHttp(state.env);
    const ready = await fetch(new URL('/readyz', server.url));
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        checks: [
          { name: 'ledger', ok: true },
          { name: 'registrar', ok: true },
        ],
      },
    ]);
    expect(await server.stop()).toBe(0);
    const lost = await serveHttp({
      ...state.env,
      REGISTRAR_URL: 'http://127.0.0.1:1',
      REGISTRAR_USERNAME: 'a',
      REGISTRAR_API_TOKEN: 'secret-token',
    });
    const unready = await fetch(new URL('/readyz', lost.url));
    const said = await unready.text();
    expect([unready.status, said]).toEqual([503, expect.stringContaining('"registrar","ok":false')]);
    expect(said).not.toContain('127.0.0.1');
    await lost.stop();
    state.remove();
  });
});

test('figures: calls and their ends, the registrar, money; names that no tool has are one', async () => {
  const state = freshState();
  const server = await serveHttp({ ...state.env, REGISTRAR_HTTP_TOKEN: 'a-token-for-this-test' });
  const Authorization = 'Bearer a-token-for-this-test';
  const call = async (name: string, args: Record<string, unknown> = {}): Promise<string> => {
    const reply = await fetch(server.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', Authorization },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
    });
    return await reply.text();
  };
  await call('domain_list');
  const preview = await call('domain_create', { domain_name: 'fresh-loaf.com' });
  await call('domain_create', {
    domain_name: 'fresh-loaf.com',
    confirm: /\\"confirm\\":\\"([^"\\]+)|"confirm":"([^"]+)"/.exec(preview)?.slice(1).find(Boolean),
  });
  await call('a_tool_of_my_own', {});
  const unknown = await fetch(new URL('/metrics', server.url));
  expect(unknown.status).toBe(401);
  const reply = await fetch(new URL('/metrics', server.url), { headers: { Authorization } });
  const text = await reply.text();
  expect(reply.headers.get('Content-Type')).toMatch(/^text\/plain/);
  expect(text).toMatch(/registrar_mcp_call_seconds_count\{tool="domain_list",outcome="ok"\} 1/);
  expect(text).toMatch(/registrar_mcp_call_seconds_count\{tool="unknown",outcome="unknown_tool"\} 1/);
  expect(text).not.toContain('a_tool_of_my_own');
  expect(text).toMatch(
    /registrar_mcp_request_seconds_count\{endpoint="domain_list",outcome="ok"\}|registrar_mcp_request_seconds_count\{endpoint="domain\/list",outcome="ok"\}/,
  );
  expect(text).toMatch(/registrar_mcp_spent_dollars\{account="account",state="charged"\} 9\.99/);
  expect(text).toMatch(/registrar_mcp_unknown_outcomes\{account="account"\} 0/);
  expect(text).toMatch(/registrar_mcp_refused_total\{status="401"\} 1/);
  expect(await server.stop()).toBe(0);
  state.remove();
});

describe('more calls than can be served', () => {
  test('are turned away with when to come back, and nobody is kept out for good', async () => {
    const world = await openWorld();
    world.sandbox.faults.add({ on: 'domain_get', when: 'before', how: 'delay', ms: 1500, times: 10_000 });
    const state = freshState();
    const server = await serveHttp({
      ...state.env,
      REGISTRAR_URL: world.sandbox.url.origin,
      REGISTRAR_USERNAME: 'demo',
      REGISTRAR_API_TOKEN: 'demo-token',
      REGISTRAR_RATE_PER_SECOND: '0',
      REGISTRAR_RATE_PER_HOUR: '0',
    });
    const call = async () => {
      const reply = await fetch(server.url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: 'domain_get', arguments: { domain_name: 'nightbus.app' } },
        }),
      });
      const text = await reply.text();
      return { status: reply.status, again: reply.headers.get('Retry-After'), text };
    };
    const replies = await Promise.all(Array.from({ length: 300 }, call));
    const away = replies.filter(({ status }) => status === 503);
    expect(away.length).toBeGreaterThan(0);
    expect(away.every(({ again, text }) => again === '1' && text.includes('nothing was done'))).toBe(true);
    expect(replies.filter(({ status, text }) => status === 200 && text.includes('nightbus.app')).length).toBe(
      300 - away.length,
    );
    world.sandbox.faults.clear();
    expect((await call()).status).toBe(200);
    expect(await (await fetch(new URL('/metrics', server.url))).text()).toMatch(
      /registrar_mcp_refused_total\{status="503"\} \d+/,
    );
    expect(await server.stop()).toBe(0);
    state.remove();
    await world.close();
  });

  test('leave room for other callers, however many want all of it', () => {
    const door = openDoor(8);
    const all = (caller: string) => {
      const left: (() => void)[] = [];
      for (let leave = door.enter(caller); leave; leave = door.enter(caller)) left.push(leave);
      return left;
    };
    const [a, b, c] = ['a', 'b', 'c'].map(all);
    expect([a?.length, b?.length, c?.length, door.enter('d')]).toEqual([4, 2, 1, undefined]);
    // What becomes free is not for those who have most.
    a?.[0]?.();
    expect([door.enter('a'), door.enter('b')]).toEqual([undefined, undefined]);
    expect(all('d')).toHaveLength(1);
    for (const leave of [...(a ?? []).slice(1), ...(b ?? []), ...(c ?? [])]) leave();
    expect(door.enter('a', 4)).toBeUndefined();
    expect(door.enter('a', 3)).toBeDefined();
  });
});

test('the log line of a call, its requests and its entry in the journal have one name', async () => {
  const state = freshState();
  const args = [
    'call',
    'dns_create',
    JSON.stringify({ domain_name: 'nightbus.app', host: 'x', type: 'A', content: '192.0.2.1' }),
  ];
  const { stderr } = await run(args, { ...state.env, REGISTRAR_LOG_LEVEL: 'debug' });
  const Line = z.object({
    msg: z.string(),
    call: z.string(),
    outcome: z.string(),
    tool: z.string().optional(),
    endpoint: z.string().optional(),
  });
  const lines = stderr
    .trim()
    .split('\n')
    .map(line => Line.parse(JSON.parse(line)));
  const [name] = new Set(lines.map(({ call }) => call));
  expect(new Set(lines.map(({ call }) => call)).size).toBe(1);
  expect(lines.filter(({ msg }) => msg === 'request').map(({ endpoint }) => endpoint)).toEqual(
    expect.arrayContaining(['dns/list', 'dns/create', 'domain/get']),
  );
  expect(lines.filter(({ msg }) => msg === 'call')).toMatchObject([{ tool: 'dns_create', outcome: 'ok' }]);
  expect((await run(['call', 'journal', '{"entry": 1}'], state.env)).stdout).toContain(`call: ${name}`);
  state.remove();
});
