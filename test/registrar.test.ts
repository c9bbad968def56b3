import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import { createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockAgent } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DomainName } from '#model/domain-name.ts';
import { Fault } from '#model/fault.ts';
import { type ClientOptions, openClient } from '#registrar/client.ts';
import type { EndpointName } from '#registrar/endpoints.ts';
import type { Registrars } from '#registrar/registrar.ts';
import { openSandbox, type Sandbox } from '#sandbox/server.ts';

/** The client against the sandbox, and against servers that answer as no healthy registrar would. */
const unlimited = { perSecond: Number.POSITIVE_INFINITY, perHour: Number.POSITIVE_INFINITY };
const harbor = DomainName.decode('harbor-bakery.com');
const quick = { times: 2, wait: 1 };

let directory: string;
let sandbox: Sandbox;
let now = new Date('2026-06-15T12:00:00Z');
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'registrar-client-'));
  now = new Date('2026-06-15T12:00:00Z');
  sandbox = await openSandbox({ directory, now: () => now });
  closing.push(() => sandbox.close());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(directory, { recursive: true, force: true });
});

function client(options: Partial<ClientOptions> = {}, signal?: AbortSignal): Registrars {
  const opened = openClient({
    url: sandbox.url,
    credentials: sandbox.credentials,
    auth: 'token',
    limits: unlimited,
    retry: quick,
    ...options,
  });
  closing.push(() => opened.close());
  return opened.registrars(signal);
}

async function faultOf(call: Promise<unknown>): Promise<Fault> {
  const fault = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  return fault instanceof Fault ? fault : expect.unreachable(`expected a fault, got ${String(fault)}`);
}

/** A registrar that gives one answer to everything. */
async function answering(
  body: string,
  { status = 200, headers = {} as Record<string, string> } = {},
): Promise<{ registrars: Registrars; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(status, headers).end(body);
  });
  return { registrars: client({ url: await listening(server) }), requests };
}

async function listening(server: Server): Promise<URL> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise(resolve => server.close(resolve).closeAllConnections()));
  const address = server.address();
  return new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
}

const ok = '"result":{"code":100,"message":"Command Successful"}';

describe('restricted registrars', () => {
  test('hold the endpoints of their own word, and no others, at run time too', () => {
    const { read, write, destructive, paid } = client();
    const names = (registrar: object) => Object.keys(registrar).sort();
    expect(names(read)).toEqual([
      'account_get',
      'dns_list',
      'domain_check',
      'domain_get',
      'domain_list',
      'hello',
      'host_list',
    ]);
    expect(names(write)).toEqual(
      [
        ...names(read),
        'login',
        'logout',
        'domain_lock',
        'dns_create',
        'host_sync',
        'host_create',
        'host_add_ip',
      ].sort(),
    );
    expect(names(destructive)).toEqual(
      [
        ...names(write),
        'domain_unlock',
        'domain_update_nameservers',
        'domain_update_contacts',
        'dns_delete',
        'host_delete',
        'host_remove_ip',
      ].sort(),
    );
    expect(names(paid)).toEqual([...names(write), 'order', 'domain_create'].sort());
  });
});

describe('wire oddities', () => {
  test('numbers as strings and as ints, in lists and after a create', async () => {
    const { read, write } = client();
    const created = await write.dns_create({
      domain_name: harbor,
      hostname: '@',
      type: 'MX',
      content: 'mx9.mailhost.example',
      priority: 30,
    });
    expect(created).toMatchObject({ host: '@', ttl: 300, priority: 30 });
    const records = await read.dns_list({ domain_name: harbor });
    expect(records.find(({ record_id }) => record_id === created.record_id)).toEqual(created);
  });

  test.each(['[]', '{}'])('an empty map as %s', async empty => {
    expect(await (await answering(`{${ok},"domains":${empty}}`)).registrars.read.domain_list({})).toEqual([]);
    expect(
      await (await answering(`{${ok},"hosts":${empty}}`)).registrars.read.host_list({ domain_name: harbor }),
    ).toEqual([]);
    expect(
      await (await answering(`{${ok},"domains":${empty},"suggested":${empty}}`)).registrars.read.domain_check({
        keyword: 'x',
      }),
    ).toEqual({ domains: [], suggested: [] });
  });

  test('flags in all their spellings', async () => {
    for (const [spelled, meant] of [
      ['true', true],
      ['"1"', true],
      ['1', true],
      ['"Y"', true],
      ['false', false],
      ['"0"', false],
      ['0', false],
      ['"N"', false],
      ['""', false],
    ]) {
      const { registrars } = await answering(
        `{${ok},"domain_name":"a.com","expire_date":"2027-01-30 23:59:59","locked":${spelled}}`,
      );
      expect((await registrars.read.domain_get({ domain_name: harbor })).locked).toBe(meant);
    }
  });

  test('a price that is missing, null or empty is not known; 0 is 0', async () => {
    for (const [price, meant] of [
      ['', undefined],
      ['"price":"",', undefined],
      ['"price":null,', undefined],
      ['"price":"0",', 0],
      ['"price":9.9,', 990],
    ]) {
      const { registrars } = await answering(`{${ok},"domains":{"a.com":{"avail":true,${price}"tld":"com"}}}`);
      expect((await registrars.read.domain_check({ keyword: 'a' })).domains[0]?.price?.cents).toBe(meant);
    }
  });

  test('renewals come back renamed, and a failed item stands under code 100', async () => {
    const { paid } = client();
    const results = await paid.order({
      items: [
        { order_type: 'domain/create', domain_name: DomainName.decode('google.com'), period: 1 },
        { order_type: 'domain/renew', domain_name: harbor, period: 1, whois_privacy: true },
        { order_type: 'backorder/create', domain_name: DomainName.decode('backorder-loaf.com') },
      ],
    });
    expect(results.map(({ success, order_type, price, years }) => [success, order_type, price?.cents, years])).toEqual([
      [false, 'domain/create', undefined, undefined],
      [true, 'domain/renew', 1099, 1],
      [true, 'whois_privacy/renew', 199, 1],
      [true, 'backorder/create', 4995, 1],
    ]);
    expect(results[0]?.information).toEqual(['Parameter Value Error - Domain Name Is Not Available']);
  });

  test('ns1.name.com reads back with letters of its own, as the same server', async () => {
    const { read, destructive } = client();
    const plain = ['ns1.name.com', 'ns2.name.com', 'ns3.name.com', 'ns4.name.com'];
    const raw = await fetch(new URL('/api/domain/get/harbor-bakery.com', sandbox.url), {
      headers: { 'Api-Username': 'demo', 'Api-Token': 'demo-token' },
    });
    expect(await raw.text()).toMatch(/"nameservers":\["ns1[a-z]{3}\.name\.com"/);
    expect(await read.domain_get({ domain_name: harbor })).toMatchObject({ nameservers: plain, hosted: true });
    await destructive.domain_update_nameservers({
      domain_name: DomainName.decode('old-mill-inn.com'),
      nameservers: (await read.domain_get({ domain_name: harbor })).nameservers.slice(),
    });
    expect(await read.domain_get({ domain_name: DomainName.decode('old-mill-inn.com') })).toMatchObject({
      nameservers: plain,
    });
  });

  test('owners are relative inside and in full on the wire; host records are in full everywhere', async () => {
    const { read } = client();
    expect((await read.dns_list({ domain_name: harbor })).map(({ host }) => host)).toEqual(
      expect.arrayContaining(['@', 'www', '*.preview', '_sip._tcp', 'mail._domainkey']),
    );
    expect(
      (await read.host_list({ domain_name: DomainName.decode('glue-works.net') })).map(({ hostname }) => hostname),
    ).toEqual(['ns1.glue-works.net', 'ns2.glue-works.net']);
  });

  test('extra members pass through untouched, and none that the API knows', async () => {
    let body = '';
    const url = await listening(
      createServer(async (request, response) => {
        for await (const chunk of request) body += chunk;
        response.end(`{${ok}}`);
      }),
    );
    await client({ url }).paid.domain_create({
      domain_name: DomainName.decode('maple.ca'),
      period: 1,
      extra: { cira_type: 'CCT' },
    });
    expect(JSON.parse(body)).toEqual({ cira_type: 'CCT', domain_name: 'maple.ca', period: 1 });
  });
});

describe('replies that leave things out', () => {
  const domain = (members: string) =>
    `{${ok},"domain_name":"a.com","expire_date":"2027-01-30 23:59:59","locked":true${members}}`;

  test.each([
    ',"whois_privacy":{"enabled":false,"expire_date":null}',
    ',"whois_privacy":{"enabled":false,"expire_date":""}',
    ',"whois_privacy":false',
    ',"whois_privacy":[]',
    ',"auto_renew":null,"addons":null,"nameservers":null,"contacts":null',
    ',"create_date":"0000-00-00 00:00:00","addons":[],"nameservers":[]',
    ',"addons":{"domain/renew":{"price":""}}',
  ])('a domain with %s', async members => {
    const { registrars } = await answering(domain(members));
    const read = await registrars.read.domain_get({ domain_name: harbor });
    expect(read).toMatchObject({ domain_name: 'a.com', privacy: { enabled: false }, nameservers: [], hosted: false });
    expect(read.prices.renew).toBeUndefined();
  });

  test('an item of an order says whether it succeeded, whatever else cannot be read', async () => {
    const item = (members: string) => `{"success":true,"order_type":"domain/create","domain_name":"a.com"${members}}`;
    const { registrars } = await answering(
      `{${ok},"results":[${item(',"price":"1,099.00","duration":""')},${item(',"price":"free","information":null')},${item(',"price":"-1.00","information":"odd"')}]}`,
    );
    const results = await registrars.paid.order({
      items: [{ order_type: 'domain/renew', domain_name: harbor, period: 1 }],
    });
    expect(results.map(({ success, price, information }) => [success, price?.cents, information])).toEqual([
      [true, 109900, []],
      [true, undefined, []],
      [true, undefined, ['odd']],
    ]);
  });

  test('an order whose items cannot be read at all has an unknown outcome: code 100 says nothing of them', async () => {
    for (const results of ['', ',"results":[{"order_type":"domain/create"}]']) {
      const { registrars } = await answering(`{${ok}${results}}`);
      const order = registrars.paid.order({ items: [{ order_type: 'domain/renew', domain_name: harbor, period: 1 }] });
      expect(await faultOf(order)).toMatchObject({ code: 'outcome_unknown' });
    }
  });

  test('credit can be overdrawn', async () => {
    const { registrars } = await answering(
      `{${ok},"username":"a","create_date":"2020-01-01 00:00:00","domain_count":"0","account_credit":"-5.25","contacts":[]}`,
    );
    expect((await registrars.read.account_get({})).credit.cents).toBe(-525);
  });
});

describe('result codes', () => {
  const cases: [number, string, string, string][] = [
    [203, 'Required Parameter Missing - Period', 'registrar_refused', 'registrar_refused'],
    [204, 'Parameter Value Error', 'registrar_refused', 'registrar_refused'],
    [211, 'Invalid Command URL', 'registrar_unreadable', 'registrar_unreadable'],
    [221, 'Authorization Error - Domain Name', 'domain_not_in_account', 'domain_not_in_account'],
    [221, 'Authorization Error - Username Or Ip Token Invalid', 'bad_credentials', 'bad_credentials'],
    [221, 'Authorization Error - Tokenshop.com', 'domain_not_in_account', 'domain_not_in_account'],
    [240, 'Command Failed', 'registrar_refused', 'registrar_refused'],
    [250, 'Unexpected Error (Exception)', 'registrar_failed', 'outcome_unknown'],
    [251, 'Authentication Error - Invalid Username Or Api Token', 'bad_credentials', 'bad_credentials'],
    [260, 'Insufficient Funds', 'insufficient_funds', 'insufficient_funds'],
    [261, 'Unable to Authorize Funds', 'insufficient_funds', 'insufficient_funds'],
    [999, 'Something New', 'registrar_refused', 'outcome_unknown'],
  ];

  test.each(cases)('%i (%s) is %s when reading and %s when acting', async (code, message, reading, acting) => {
    const { registrars } = await answering(JSON.stringify({ result: { code, message } }));
    const read = await faultOf(registrars.read.domain_get({ domain_name: harbor }));
    const act = await faultOf(registrars.paid.domain_create({ domain_name: harbor, period: 1 }));
    expect([read.code, act.code]).toEqual([reading, acting]);
    for (const fault of [read, act]) {
      expect(fault.message).toContain(String(code));
      expect(fault.next).toMatch(/\.$/);
    }
  });

  test("a message's hidden characters are shown, not obeyed", async () => {
    const { registrars } = await answering(
      JSON.stringify({ result: { code: 240, message: 'ok\u202e\u0007\n"quoted"' } }),
    );
    expect((await faultOf(registrars.read.hello({}))).message).toContain(String.raw`"ok\u202e\u0007\u000a\"quoted\""`);
  });
});

describe('answers that do not fit', () => {
  test.each([
    ['a missing field', `{${ok},"domain_name":"a.com","locked":true}`, /does not fit: expire_date/],
    [
      'a wrong type',
      `{${ok},"domain_name":"a.com","expire_date":"soon, secret text","locked":true}`,
      /does not fit: expire_date/,
    ],
    ['no JSON', '<html>secret text</html>', /not the API's JSON/],
    ['no envelope', '{"domain_name":"secret text"}', /not the API's JSON/],
    ['nothing', '', /not the API's JSON/],
  ])('%s is a fault that names the field and keeps the raw text out', async (_what, body, says) => {
    const { registrars, requests } = await answering(body);
    const fault = await faultOf(registrars.read.domain_get({ domain_name: harbor }));
    expect(fault).toMatchObject({ code: 'registrar_unreadable', message: expect.stringMatching(says) });
    expect(fault.message).not.toContain('secret');
    expect(requests).toHaveLength(1);
  });

  test('an unreadable answer to a purchase leaves its outcome unknown', async () => {
    const { registrars, requests } = await answering('<html>');
    expect(await faultOf(registrars.paid.domain_create({ domain_name: harbor, period: 1 }))).toMatchObject({
      code: 'outcome_unknown',
      next: expect.stringContaining('Do not repeat it'),
    });
    expect(requests).toHaveLength(1);
  });

  test.each([302, 303, 400, 408, 409, 499, 502])('HTTP %i after what acts leaves its outcome unknown', async status => {
    const { registrars } = await answering('', { status });
    expect(await faultOf(registrars.paid.domain_create({ domain_name: harbor, period: 1 }))).toMatchObject({
      code: 'outcome_unknown',
    });
  });

  test.each([401, 403, 404, 405])('HTTP %i turns away what acts', async status => {
    const { registrars } = await answering('', { status });
    const fault = await faultOf(registrars.paid.domain_create({ domain_name: harbor, period: 1 }));
    expect(['bad_credentials', 'not_authorized', 'registrar_unreadable']).toContain(fault.code);
  });

  test('redirects are refused', async () => {
    const { registrars, requests } = await answering('', { status: 302, headers: { Location: 'http://127.0.0.1:9/' } });
    expect(await faultOf(registrars.read.hello({}))).toMatchObject({
      code: 'registrar_unreadable',
      message: expect.stringContaining('redirect'),
    });
    expect(requests).toHaveLength(1);
  });

  test('an answer over the size limit is not read to its end', async () => {
    const url = await listening(
      createServer((_request, response) => {
        const chunk = Buffer.alloc(1024 * 1024, ' ');
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more).on('error', () => undefined);
        more();
      }),
    );
    expect(await faultOf(client({ url, retry: { times: 0, wait: 1 } }).read.hello({}))).toMatchObject({
      code: 'registrar_unreachable',
      message: expect.stringContaining('larger than 32 MB'),
    });
  });

  test('TLS is verified', async () => {
    const { key, cert } = await selfSigned();
    const server = createTls({ key, cert }, (_request, response) => response.end(`{${ok}}`));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise(resolve => server.close(resolve)));
    const address = server.address();
    const url = new URL(`https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    const fault = await faultOf(client({ url }).paid.domain_create({ domain_name: harbor, period: 1 }));
    expect(fault).toMatchObject({ code: 'registrar_unreachable', message: expect.stringMatching(/SELF_SIGNED/) });
  });
});

describe('faults on the way', () => {
  const acts: [EndpointName, (all: Registrars) => Promise<unknown>][] = [
    [
      'domain_create',
      ({ paid }) => paid.domain_create({ domain_name: DomainName.decode('fresh-loaf.com'), period: 1 }),
    ],
    ['dns_create', ({ write }) => write.dns_create({ domain_name: harbor, hostname: '@', type: 'TXT', content: 'x' })],
    ['domain_unlock', ({ destructive }) => destructive.domain_unlock({ domain_name: harbor })],
  ];

  test.each(['reset', 'garbage', 'truncate', 'status'] as const)(
    'what acts is sent once, and %s leaves its outcome unknown',
    async how => {
      for (const when of ['before', 'after'] as const) {
        for (const [on, act] of acts) {
          sandbox.faults.add({ on, when, how });
          const before = sandbox.seen.length;
          expect(await faultOf(act(client()))).toMatchObject({ code: 'outcome_unknown' });
          expect(sandbox.seen.length - before).toBe(1);
        }
      }
    },
  );

  test('a read is tried again, twice, and then given up', async () => {
    sandbox.faults.add({ on: 'account_get', when: 'before', how: 'status', status: 503, times: 2 });
    expect(await client().read.account_get({})).toMatchObject({ username: 'demo' });
    expect(sandbox.seen).toHaveLength(3);
    sandbox.faults.add({ on: 'account_get', when: 'before', how: 'reset', times: 9 });
    expect(await faultOf(client().read.account_get({}))).toMatchObject({ code: 'registrar_unreachable', again: true });
    expect(sandbox.seen).toHaveLength(6);
  });

  test('Retry-After is honoured', async () => {
    sandbox.faults.add({ on: 'hello', when: 'before', how: 'status', status: 429, headers: { 'Retry-After': '1' } });
    const began = performance.now();
    await client().read.hello({});
    expect(performance.now() - began).toBeGreaterThan(950);
    sandbox.faults.add({ on: 'domain_create', when: 'before', how: 'status', status: 429 });
    expect(
      await faultOf(client().paid.domain_create({ domain_name: DomainName.decode('fresh-loaf.com'), period: 1 })),
    ).toMatchObject({ code: 'registrar_busy' });
  });

  test('headers, body and the whole of an answer have their time', async () => {
    const timeouts = { connect: 1000, headers: 100, item: 0, body: 100, wholeBody: 300 };
    sandbox.faults.add({ on: 'hello', when: 'before', how: 'delay', ms: 5000 });
    expect(await faultOf(client({ timeouts, retry: { times: 0, wait: 1 } }).read.hello({}))).toMatchObject({
      code: 'registrar_unreachable',
      message: expect.stringContaining('no answer came in time'),
    });
    sandbox.faults.add({ on: 'domain_create', when: 'after', how: 'slow', ms: 20 });
    expect(
      await faultOf(
        client({ timeouts }).paid.domain_create({ domain_name: DomainName.decode('fresh-loaf.com'), period: 1 }),
      ),
    ).toMatchObject({ code: 'outcome_unknown' });
  });

  test('an order of many items is waited for longer', async () => {
    const timeouts = { connect: 1000, headers: 100, item: 1000, body: 1000, wholeBody: 3000 };
    sandbox.faults.add({ on: 'order', when: 'after', how: 'delay', ms: 1500 });
    const items = ['fresh-loaf.com', 'fresh-bun.com'].map(name => ({
      order_type: 'domain/create' as const,
      domain_name: DomainName.decode(name),
      period: 1,
    }));
    expect(await client({ timeouts }).paid.order({ items })).toHaveLength(2);
  });

  test('what never left is no unknown outcome, and may be tried again even where it acts', async () => {
    const refusing = createTcp();
    await new Promise<void>(resolve => refusing.listen(0, '127.0.0.1', resolve));
    const address = refusing.address();
    const url = new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    await new Promise(resolve => refusing.close(resolve));
    const fault = await faultOf(client({ url }).paid.domain_create({ domain_name: harbor, period: 1 }));
    expect(fault).toMatchObject({ code: 'registrar_unreachable', message: expect.stringContaining('ECONNREFUSED') });
  });

  test('a route that goes away after a connection was made is no "never left"', async () => {
    const sent: number[] = [];
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    const broken = Object.assign(new Error('read EHOSTUNREACH'), { code: 'EHOSTUNREACH', syscall: 'read' });
    dispatcher
      .get('http://registrar.test')
      .intercept({ path: '/api/domain/create', method: 'POST', headers: () => sent.push(1) > 0 })
      .replyWithError(broken)
      .persist();
    const act = client({ url: new URL('http://registrar.test'), dispatcher }).paid.domain_create({
      domain_name: harbor,
      period: 1,
    });
    expect(await faultOf(act)).toMatchObject({ code: 'outcome_unknown' });
    expect(sent).toHaveLength(1);
  });

  test('a caller that goes away ends a read, and not what acts', async () => {
    const slow = { when: 'before', how: 'delay', ms: 150 } as const;
    sandbox.faults.add({ on: 'hello', ...slow });
    const read = new AbortController();
    const reading = faultOf(client({}, read.signal).read.hello({}));
    setTimeout(() => read.abort(), 30);
    expect(await reading).toMatchObject({ code: 'cancelled' });
    sandbox.faults.add({ on: 'domain_create', ...slow });
    const act = new AbortController();
    const acting = client({}, act.signal).paid.domain_create({
      domain_name: DomainName.decode('fresh-loaf.com'),
      period: 1,
    });
    setTimeout(() => act.abort(), 30);
    expect(await acting).toEqual({});
  });
});

describe('sessions', () => {
  test('an expired session is renewed once, silently, however many calls wait', async () => {
    const { read } = client({ auth: 'session' });
    await read.account_get({});
    now = new Date(now.getTime() + 31 * 60_000);
    const answers = await Promise.all(Array.from({ length: 20 }, () => read.account_get({})));
    expect(answers.every(({ username }) => username === 'demo')).toBe(true);
    expect(sandbox.seen.filter(request => request === 'POST /api/login')).toHaveLength(2);
  });

  test('bad credentials fail once, and are not asked for over and over', async () => {
    const { read } = client({ auth: 'session', credentials: { username: 'demo', apiToken: 'wrong' } });
    expect(await faultOf(read.account_get({}))).toMatchObject({ code: 'bad_credentials' });
    expect(sandbox.seen).toEqual(['POST /api/login']);
  });

  test('a login that goes unanswered is repeated, and is no unknown outcome of what waits for it', async () => {
    sandbox.faults.add({ on: 'login', when: 'before', how: 'reset', times: 2 });
    expect(await client({ auth: 'session' }).read.account_get({})).toMatchObject({ username: 'demo' });
    sandbox.faults.add({ on: 'login', when: 'before', how: 'reset', times: 9 });
    const act = client({ auth: 'session' }).paid.domain_create({ domain_name: harbor, period: 1 });
    expect(await faultOf(act)).toMatchObject({ code: 'registrar_unreachable' });
    expect(sandbox.seen).not.toContain('POST /api/domain/create');
  });

  test.each(['251 Authentication Error', '221 Authorization Error - Session Token Invalid'])(
    'a session refused with %s is renewed once',
    async refusal => {
      const [code, message] = [Number(refusal.slice(0, 3)), refusal.slice(4)];
      const requests: string[] = [];
      const url = await listening(
        createServer((request, response) => {
          requests.push(`${request.url} ${request.headers['api-session-token'] ?? ''}`);
          if (request.url === '/api/login') return response.end(`{${ok},"session_token":"t${requests.length}"}`);
          const good = request.headers['api-session-token'] === 't3';
          return response.end(good ? `{${ok},"records":[]}` : JSON.stringify({ result: { code, message } }));
        }),
      );
      expect(await client({ url, auth: 'session' }).read.dns_list({ domain_name: harbor })).toEqual([]);
      expect(requests).toEqual([
        '/api/login ',
        '/api/dns/list/harbor-bakery.com t1',
        '/api/login ',
        '/api/dns/list/harbor-bakery.com t3',
      ]);
    },
  );

  test('login opens a session that later calls use, and logout ends it', async () => {
    const { read, write } = client();
    expect(await write.login({})).toEqual({});
    sandbox.faults.clear();
    await read.account_get({});
    await write.logout({});
    await read.account_get({});
    expect(sandbox.seen).toEqual([
      'POST /api/login',
      'GET /api/account/get',
      'GET /api/logout',
      'GET /api/account/get',
    ]);
  });
});

test('calls start no faster than the limits allow', async () => {
  const { read } = client({ limits: { perSecond: 10, perHour: 1000 } });
  const starts: number[] = [];
  await Promise.all(
    Array.from({ length: 25 }, async () => {
      await read.hello({});
      starts.push(performance.now());
    }),
  );
  const sorted = starts.sort((a, b) => a - b);
  // Eleven answers in a row take a second, less what an answer itself takes.
  for (let at = 10; at < sorted.length; at += 1)
    expect((sorted[at] ?? 0) - (sorted[at - 10] ?? 0)).toBeGreaterThan(900);
});

/** A certificate that nobody trusts. */
async function selfSigned(): Promise<{ key: string; cert: string }> {
  const { execFileSync } = await import('node:child_process');
  const pem = execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=127.0.0.1',
      '-keyout',
      '-',
      '-out',
      '-',
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  ).toString();
  return {
    key: pem.slice(pem.indexOf('-----BEGIN PRIVATE'), pem.indexOf('-----BEGIN CERT')),
    cert: pem.slice(pem.indexOf('-----BEGIN CERT')),
  };
}
