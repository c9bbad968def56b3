import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as Former } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as FormerStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as FormerHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSandbox } from '#sandbox/server.ts';
import { serveHttp as serve } from '#server/http.ts';
import { openListening } from '#server/listening.ts';
import type { Change } from '#tool/changes.ts';
import { resources } from '../tools/resources.ts';
import { call, message } from './support/calls.ts';
import { executable, freshState, run, serveHttp, sharedServer } from './support/server-process.ts';
import { openWorld, type World } from './support/world.ts';

/** Clients that ask to be told when what they have read has changed, against the built server. */
const http = sharedServer();
const stdio = () => ({ command: process.execPath, args: [executable], env: http.env });
const who = { name: 'test', version: '1.0.0' };

const zone = 'registrar://domains/harbor-bakery.com/zone';
const record = { domain_name: 'harbor-bakery.com', host: 'told', type: 'A' };

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});

/** A client of 2026 and the addresses that it was told of. */
async function current(transport: StdioClientTransport | StreamableHTTPClientTransport) {
  const client = new Client(who, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  const told: string[] = [];
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void told.push(params.uri));
  await client.connect(transport);
  open.push(client);
  return { client, told };
}

describe.each([
  ['stdio', () => new StdioClientTransport(stdio())],
  ['HTTP', () => new StreamableHTTPClientTransport(http.url)],
])('a client of 2026 over %s', (where, transport) => {
  test('is told of the zone and the journal that it listens to, until it stops', async () => {
    const { client, told } = await current(transport());
    const stream = await client.listen({ resourceSubscriptions: [zone, 'registrar://journal'] });
    expect(stream.honoredFilter).toEqual({ resourceSubscriptions: [zone, 'registrar://journal'] });
    const add = (content: string) =>
      client.callTool({ name: 'dns_create', arguments: { ...record, host: where.toLowerCase(), content } });
    await add('192.0.2.1');
    await expect.poll(() => [...told].sort()).toEqual([zone, 'registrar://journal']);
    await client.callTool({ name: 'dns_list', arguments: { domain_name: 'harbor-bakery.com' } });
    await client.callTool({ name: 'domain_lock', arguments: { domain_name: 'nightbus.app' } });
    await expect.poll(() => told.slice(2)).toEqual(['registrar://journal']);

    await stream.close();
    const again = await client.listen({ resourceSubscriptions: [zone] });
    await add('192.0.2.2');
    await expect.poll(() => told.slice(3)).toEqual([zone]);
    await again.close();
  });

  test('that asks for what never changes here is told that nothing will come', async () => {
    const { client } = await current(transport());
    expect((await client.listen({ toolsListChanged: true })).honoredFilter).toEqual({});
  });
});

describe('a client of 2025', () => {
  async function former(transport: FormerStdio | FormerHttp) {
    const client = new Former(who);
    const told: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void told.push(params.uri));
    // The former SDK's own transports do not meet its interface under exactOptionalPropertyTypes.
    await client.connect(transport as Parameters<Former['connect']>[0]);
    open.push(client);
    return { client, told };
  }

  test('over stdio is told of the addresses that it subscribed to, and of no others', async () => {
    const { client, told } = await former(new FormerStdio(stdio()));
    const entry = 'registrar://journal/1';
    for (const uri of [zone, 'registrar://account', entry]) await client.subscribeResource({ uri });
    await client.unsubscribeResource({ uri: 'registrar://account' });
    await expect(client.subscribeResource({ uri: 'registrar://boats' })).rejects.toThrow(/not found/i);
    await client.callTool({ name: 'dns_create', arguments: { ...record, content: '192.0.2.3' } });
    await expect.poll(() => told).toEqual([zone]);
  });

  test('over HTTP has no connection to be told over, and is told so', async () => {
    const { client } = await former(new FormerHttp(http.url));
    expect(client.getServerCapabilities()?.resources).toEqual({});
  });
});

describe('with callers', () => {
  const state = freshState();
  const directory = mkdtempSync(join(tmpdir(), 'registrar-listening-'));
  const tokens: Record<string, string> = {};
  let env: Record<string, string>;
  let sandbox: Awaited<ReturnType<typeof openSandbox>>;
  let server: Awaited<ReturnType<typeof serveHttp>>;
  beforeAll(async () => {
    sandbox = await openSandbox({ directory: join(directory, 'sandbox') });
    const url = sandbox.url.origin;
    const accounts = {
      accounts: {
        shop: { url, username: 'demo', api_token: { env: 'SHOP_TOKEN' } },
        agency: { url, username: 'neighbour', api_token: { env: 'AGENCY_TOKEN' } },
      },
      callers: {
        'token shop': { accounts: ['shop'] },
        'token agency': { accounts: ['agency'] },
        '*': { accounts: 'all' },
      },
    };
    const file = join(directory, 'accounts.json');
    writeFileSync(file, JSON.stringify(accounts));
    env = {
      ...state.env,
      REGISTRAR_ACCOUNTS_FILE: file,
      SHOP_TOKEN: 'demo-token',
      AGENCY_TOKEN: 'neighbour-token',
      REGISTRAR_CONFIRM: 'agent',
    };
    for (const [name, words] of [
      ['shop', 'read,write'],
      ['agency', 'read,write'],
      ['both', 'read'],
      ['writer', 'write'],
    ] as const)
      tokens[name] = (await run(['token', 'create', '--name', name, '--allow', words], env)).stdout.trim();
    server = await serveHttp(env);
  });
  afterAll(async () => {
    await sandbox.close();
    state.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  async function listen(caller: string, uris: readonly string[]) {
    const requestInit = { headers: { Authorization: `Bearer ${tokens[caller]}` } };
    const { client, told } = await current(new StreamableHTTPClientTransport(server.url, { requestInit }));
    return { stream: await client.listen({ resourceSubscriptions: [...uris] }), told };
  }
  const lock = (caller: string, domain_name: string) =>
    call(server.url, tokens[caller], 'domain_lock', { domain_name });

  test('nobody hears of an account that is not theirs, under whatever address', async () => {
    const every = [
      'registrar://journal',
      'registrar://domains/harbor-bakery.com',
      'registrar://domains/next-door.com',
      'registrar://accounts/shop/domains/harbor-bakery.com',
      'registrar://accounts/agency/domains/next-door.com',
    ];
    const [agency, both, writer] = await Promise.all(['agency', 'both', 'writer'].map(caller => listen(caller, every)));
    await lock('shop', 'harbor-bakery.com');
    await lock('agency', 'next-door.com');
    await expect.poll(() => [...(agency?.told ?? [])].sort()).toEqual([every[2], every[0]]);
    await expect.poll(() => both?.told).toEqual([every[3], every[4]]);
    expect(writer?.stream.honoredFilter).toEqual({});
  });

  test('whose token is revoked hears no more: the stream ends', async () => {
    const { stream, told } = await listen('agency', ['registrar://journal']);
    await lock('agency', 'next-door.com');
    await expect.poll(() => told).toHaveLength(1);
    await run(['token', 'revoke', 'agency'], env);
    await lock('shop', 'harbor-bakery.com');
    expect(await stream.closed).toBe('remote');
    expect(told).toHaveLength(1);
  });

  test('streams do not hold a server that is to end', async () => {
    const { stream } = await listen('shop', ['registrar://journal']);
    expect(await server.stop()).toBe(0);
    expect(await stream.closed).toBe('graceful');
  });
});

describe('streams', () => {
  let world: World;
  let served: Awaited<ReturnType<typeof serve>>;
  const listeners = new Set<(change: Change) => void>();
  const changes = {
    subscribe(listener: (change: Change) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  beforeAll(async () => {
    world = await openWorld();
    const { factory } = world;
    const listening = openListening({ ...world.composed, resources, changes });
    served = await serve({ factory, listening, host: '127.0.0.1', port: 0, hosts: [], onerror: () => undefined });
  });
  afterAll(async () => {
    await served.close();
    await world.close();
  });

  const gone = new AbortController();
  /** Opens a stream, and reads nothing of it. */
  const stream = (resourceSubscriptions: readonly string[] = [zone], id: number | string = 1) =>
    fetch(served.url, {
      ...message('subscriptions/listen', { notifications: { resourceSubscriptions } }, { id }),
      signal: gone.signal,
    });

  test('listen to so many addresses and no more, and their ids are short, since each notice is as long', async () => {
    const many = Array.from({ length: 1_001 }, (_, at) => `registrar://journal/${at}`);
    for (const refused of [await stream(many), await stream([zone], 'x'.repeat(101))]) {
      expect(refused.status).toBe(400);
      expect(await refused.text()).toContain('at most 1000 addresses, and an id of at most 100 characters');
    }
    expect(listeners.size).toBe(0);
  });

  test('whose clients do not read what they are told end', async () => {
    const names = Array.from({ length: 500 }, (_, at) => `${'long-name-'.repeat(5)}${at}.com`);
    const { status } = await stream(names.flatMap(name => [`registrar://domains/${name}`]));
    expect(status).toBe(200);
    // Each is told in a turn of its own, as acts are; how much the sockets hold is the system's to say.
    for (let acts = 0; acts < 1_000 && listeners.size > 0; acts += 1) {
      for (const listener of listeners) listener({ account: 'account', names });
      await new Promise(setImmediate);
    }
    expect(listeners.size).toBe(0);
  });

  test('are so many and no more, take no place of calls, and leave nothing when their clients go', async () => {
    const statuses = (await Promise.all(Array.from({ length: 250 }, () => stream()))).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(listeners.size).toBe(250);
    expect((await stream()).status).toBe(503);
    expect((await call(served.url, undefined, 'account_get')).status).toBe(200);
    gone.abort();
    await expect.poll(() => listeners.size).toBe(0);
  });
});
