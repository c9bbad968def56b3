import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '#sandbox/server.ts';

/** The sandbox as a foreign client sees it: bytes over HTTP. */
let directory: string;
let sandbox: Sandbox;
let now = new Date('2026-06-15T12:00:00Z');

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'registrar-sandbox-'));
  now = new Date('2026-06-15T12:00:00Z');
  sandbox = await openSandbox({ directory, now: () => now });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true, force: true });
});

const demo = { 'Api-Username': 'demo', 'Api-Token': 'demo-token' };
const neighbour = { 'Api-Username': 'neighbour', 'Api-Token': 'neighbour-token' };
const done = '{"result":{"code":100,"message":"Command Successful"}';

async function ask(
  path: string,
  body?: unknown,
  { headers = demo as Record<string, string>, method = body === undefined ? 'GET' : 'POST' } = {},
): Promise<string> {
  const reply = await fetch(new URL(path, sandbox.url), {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return await reply.text();
}

/** One exchange as raw bytes. */
async function raw(request: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(sandbox.url.port), '127.0.0.1', () => socket.write(request));
    socket
      .on('data', chunk => (text += chunk))
      .on('end', () => resolve(text))
      .on('error', reject);
    setTimeout(() => socket.end(), 300);
  });
}

async function order(...items: object[]): Promise<unknown[]> {
  return JSON.parse(await ask('/api/order', { items })).results;
}

async function credit(): Promise<string> {
  return JSON.parse(await ask('/api/account/get')).account_credit;
}

describe('bytes', () => {
  test('hello', async () => {
    expect(await ask('/api/hello', undefined, { headers: {} })).toBe(
      `${done},"service":"Name.com API Test Server","server_date":"2026-06-15 12:00:00","version":"2.0","language":"en","client_ip":"127.0.0.1"}`,
    );
  });

  test('a check, as the document has it', async () => {
    expect(
      await ask(
        '/api/domain/check',
        { keyword: 'largecat', tlds: ['com', 'net'], services: ['availability'] },
        { headers: {} },
      ),
    ).toBe(
      `${done},"domains":{"largecat.com":{"avail":true,"tld":"com","price":"9.99","premium":false,"backorder":false},"largecat.net":{"avail":false,"tld":"net","price":"49.95","premium":false,"backorder":true}}}`,
    );
  });

  test('slashes and letters beyond ASCII are escaped, empty maps are lists', async () => {
    expect(await ask('/api/domain/list')).toContain(
      '"addons":{"domain\\/renew":{"price":"8.99"},"whois_privacy":{"price":"3.99"}}',
    );
    expect(await ask('/api/host/list/harbor-bakery.com')).toBe(`${done},"hosts":[]}`);
    expect(
      await ask('/api/dns/create/harbor-bakery.com', { hostname: 'x', type: 'TXT', content: 'crème 🥐' }),
    ).toContain('"content":"cr\\u00e8me \\ud83e\\udd50"');
  });

  test('numbers are strings in a list and ints after a create', async () => {
    expect(
      await ask('/api/dns/create/harbor-bakery.com', {
        hostname: 'mail',
        type: 'MX',
        content: 'mx0.name.com',
        ttl: '600',
        priority: '10',
      }),
    ).toMatch(
      /^\{"result":\{"code":100,"message":"Command Successful"\},"record_id":(\d+),"name":"mail\.harbor-bakery\.com","type":"MX","content":"mx0\.name\.com","ttl":600,"create_date":"2026-06-15 12:00:00","priority":10\}$/,
    );
    expect(await ask('/api/dns/list/harbor-bakery.com')).toMatch(
      /\{"record_id":"\d+","name":"mail\.harbor-bakery\.com","type":"MX","content":"mx0\.name\.com","ttl":"600","create_date":"2026-06-15 12:00:00","priority":"10"\}\]\}$/,
    );
  });

  test('an order answers as the document has it', async () => {
    const items = [
      { order_type: 'domain/create', domain_name: 'alpha-loaf.org', period: 1, whois_privacy: 1 },
      { order_type: 'backorder/create', domain_name: 'backorder-loaf.com' },
      { order_type: 'domain/renew', domain_name: 'harbor-bakery.com', period: '2' },
    ];
    expect(await ask('/api/order', { items })).toBe(
      `${done},"results":[{"success":true,"order_type":"domain\\/create","domain_name":"alpha-loaf.org","price":"10.99","duration":"1","interval":"year"},{"success":true,"order_type":"domain\\/renewal","domain_name":"harbor-bakery.com","price":"21.98","duration":"2","interval":"year"},{"success":true,"order_type":"whois_privacy\\/create","domain_name":"alpha-loaf.org","price":"3.99","duration":"1","interval":"year"},{"success":true,"order_type":"backorder\\/create","domain_name":"backorder-loaf.com","price":"49.95","period":"1","interval":"year"}]}`,
    );
  });

  test.each([
    [
      'a login with bad credentials',
      '/api/login',
      { username: 'demo', api_token: 'no' },
      {},
      '{"result":{"code":221,"message":"Authorization Error - Username Or Ip Token Invalid"}}',
    ],
    [
      'bad header credentials',
      '/api/account/get',
      undefined,
      { 'Api-Username': 'demo', 'Api-Token': 'no' },
      '{"result":{"code":251,"message":"Authentication Error - Invalid Username Or Api Token"}}',
    ],
    [
      "another's domain",
      '/api/domain/get/next-door.com',
      undefined,
      demo,
      '{"result":{"code":221,"message":"Authorization Error - Domain Name"}}',
    ],
    ['an unknown path', '/api/nothing', undefined, demo, '{"result":{"code":211,"message":"Invalid Command URL"}}'],
    [
      'a missing parameter',
      '/api/dns/create/harbor-bakery.com',
      { hostname: 'x', type: 'MX', content: 'mx.example.net' },
      demo,
      '{"result":{"code":203,"message":"Required Parameter Missing - Priority"}}',
    ],
    [
      'what is no JSON',
      '/api/order',
      'items=1',
      demo,
      '{"result":{"code":204,"message":"Parameter Value Error - Request Is Not Valid Json"}}',
    ],
  ])('%s', async (_what, path, body, headers: Record<string, string>, expected) => {
    expect(await ask(path, body, { headers })).toBe(expected);
  });
});

describe('transport', () => {
  test('errors come with 200 and text/html, an unknown path with 404', async () => {
    const refused = await fetch(new URL('/api/account/get', sandbox.url));
    expect([refused.status, refused.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect((await fetch(new URL('/nothing', sandbox.url))).status).toBe(404);
  });

  test('HTTP/1.0, absolute-form targets, doubled slashes, any type of body, GET with a body', async () => {
    const credentials = 'API-USERNAME: demo\r\napi-token: demo-token\r\n';
    expect(await raw('GET /api/hello HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.\d 200[\s\S]*"version":"2\.0"/);
    expect(await raw(`GET http://api.example/api/account/get HTTP/1.1\r\nHost: x\r\n${credentials}\r\n`)).toContain(
      '"username":"demo"',
    );
    expect(await raw(`GET //api/account/get HTTP/1.1\r\nHost: x\r\n${credentials}\r\n`)).toContain('"username":"demo"');
    for (const type of ['application/x-www-form-urlencoded', 'text/json', 'nonsense']) {
      expect(
        await ask('/api/domain/check', '{"keyword":"largecat.com"}', { headers: { 'Content-Type': type } }),
      ).toContain('"largecat.com":{"avail":true');
    }
    expect(
      await raw(
        `GET /api/domain/get/harbor-bakery.com HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n${credentials}\r\n{"a":1}`,
      ),
    ).toContain('"domain_name":"harbor-bakery.com"');
  });

  test('lock and unlock by GET and POST; the older aliases', async () => {
    for (const method of ['GET', 'POST']) {
      expect(await ask('/api/domain/unlock/harbor-bakery.com', undefined, { method })).toBe(`${done}}`);
      expect(await ask('/api/domain/get/harbor-bakery.com')).toContain('"locked":false');
      expect(await ask('/api/domain/lock/harbor-bakery.com', undefined, { method })).toBe(`${done}}`);
    }
    expect(await ask('/api/domain/power_check', { keyword: 'largecat', tlds: ['com'] })).toContain(
      '"largecat.com":{"avail":true',
    );
    expect(await ask('/api/domain/check/largecat/net')).toContain('"largecat.net":{"avail":false');
    expect(await ask('/api/domain/list/demo')).toContain('"harbor-bakery.com":{"tld":"com"');
    expect(await ask('/api/domain/list/neighbour')).toContain('"code":221');
  });

  test('session tokens work, beside other credentials too, and expire', async () => {
    const { session_token } = JSON.parse(
      await ask('/api/login', { username: 'demo', api_token: 'demo-token' }, { headers: {} }),
    );
    expect(session_token).toMatch(/^[0-9a-f]{40}$/);
    const session = { 'Api-Session-Token': session_token };
    expect(await ask('/api/account/get', undefined, { headers: session })).toContain('"username":"demo"');
    now = new Date(now.getTime() + 31 * 60_000);
    expect(await ask('/api/account/get', undefined, { headers: session })).toContain('"code":251');
    expect(await ask('/api/account/get', undefined, { headers: { ...session, ...demo } })).toContain(
      '"username":"demo"',
    );
  });
});

describe('a registrar', () => {
  test('credit runs out, and then nothing of the order happens', async () => {
    const premium = { order_type: 'domain/create', domain_name: 'premium-loaf.com', period: 1 };
    expect(
      await ask('/api/order', {
        items: [{ order_type: 'domain/renew', domain_name: 'harbor-bakery.com', period: 1 }, premium],
      }),
    ).toBe('{"result":{"code":260,"message":"Insufficient Funds"}}');
    expect(await ask('/api/domain/create', { domain_name: 'premium-loaf.com', period: 1 })).toContain('"code":260');
    expect(await credit()).toBe('250.00');
    expect(await ask('/api/domain/get/harbor-bakery.com')).toContain('"expire_date":"2027-01-15 23:59:59"');
  });

  test('a failed item costs nothing and stops no other', async () => {
    const results = await order(
      { order_type: 'domain/create', domain_name: 'google.com', period: 1 },
      { order_type: 'domain/renew', domain_name: 'fjord-kayak.org', period: 1 },
    );
    expect(results).toEqual([
      {
        success: false,
        order_type: 'domain/create',
        domain_name: 'google.com',
        information: ['Parameter Value Error - Domain Name Is Not Available'],
      },
      {
        success: true,
        order_type: 'domain/renewal',
        domain_name: 'fjord-kayak.org',
        price: '8.99',
        duration: '1',
        interval: 'year',
      },
    ]);
    expect(await credit()).toBe('241.01');
  });

  test('an item that fails sells none of what its flag asked for', async () => {
    const results = await order({
      order_type: 'domain/create',
      domain_name: 'paper-lantern.shop',
      period: 1,
      whois_privacy: 1,
    });
    expect(results).toMatchObject([
      { success: false },
      { success: false, order_type: 'whois_privacy/create', information: ['Command Failed'] },
    ]);
    expect(await credit()).toBe('250.00');
  });

  test('renewals move the expiry date, ten years at most; terms differ by TLD', async () => {
    await order({ order_type: 'domain/renew', domain_name: 'harbor-bakery.com', period: 2 });
    expect(await ask('/api/domain/get/harbor-bakery.com')).toContain('"expire_date":"2029-01-15 23:59:59"');
    expect(await order({ order_type: 'domain/renew', domain_name: 'tall-ships.com', period: 5 })).toMatchObject([
      { success: false, information: ['Parameter Value Error - Period'] },
    ]);
    expect(await order({ order_type: 'domain/create', domain_name: 'fresh-loaf.ai', period: 1 })).toMatchObject([
      { success: false },
    ]);
    expect(await order({ order_type: 'domain/create', domain_name: 'fresh-loaf.ai', period: 2 })).toMatchObject([
      { success: true, price: '159.98' },
    ]);
    expect(await order({ order_type: 'domain/create', domain_name: 'fresh-loaf.co', period: 6 })).toMatchObject([
      { success: false },
    ]);
  });

  test('privacy is bought once, renewed, and not sold where the registry forbids it', async () => {
    const privacy = (kind: string, domain_name: string) =>
      order({ order_type: `whois_privacy/${kind}`, domain_name, period: 1 });
    expect(await privacy('create', 'fjord-kayak.org')).toMatchObject([{ success: true, price: '3.99' }]);
    expect(await ask('/api/domain/get/fjord-kayak.org')).toContain(
      '"whois_privacy":{"enabled":true,"expire_date":"2027-06-15 12:00:00"}',
    );
    expect(await ask('/api/domain/get/fjord-kayak.org')).toContain('"whois_privacy\\/renew":{"price":"1.99"}');
    expect(await privacy('create', 'fjord-kayak.org')).toMatchObject([{ success: false }]);
    expect(await privacy('renew', 'fjord-kayak.org')).toMatchObject([
      { success: true, order_type: 'whois_privacy/renewal', price: '1.99' },
    ]);
    expect(await privacy('create', 'slow-river.co.uk')).toMatchObject([
      { success: false, information: ['Parameter Value Error - Whois Privacy Is Not Available For This Tld'] },
    ]);
  });

  test('demanding TLDs want more, whatever it is called', async () => {
    expect(await ask('/api/domain/create', { domain_name: 'maple-loaf.ca', period: 1 })).toContain('"code":203');
    expect(await ask('/api/domain/create', { domain_name: 'maple-loaf.ca', period: 1, legal_type: 'CCT' })).toBe(
      `${done}}`,
    );
  });

  test('accounts cannot see each other', async () => {
    for (const path of [
      '/api/domain/get/',
      '/api/dns/list/',
      '/api/host/list/',
      '/api/host/sync/',
      '/api/domain/lock/',
    ]) {
      expect(await ask(`${path}harbor-bakery.com`, undefined, { headers: neighbour })).toContain('"code":221');
    }
    expect(await ask('/api/domain/list', undefined, { headers: neighbour })).not.toContain('harbor-bakery');
    expect(await ask('/api/domain/check', { keyword: 'next-door.com' })).toContain('"avail":false');
  });

  test('contacts are kept by role', async () => {
    const { contacts } = JSON.parse(await ask('/api/domain/get/harbor-bakery.com'));
    await ask('/api/domain/update_contacts/harbor-bakery.com', {
      contacts: [{ ...contacts[0], type: ['billing'], last_name: 'Byron' }],
    });
    const after = JSON.parse(await ask('/api/domain/get/harbor-bakery.com')).contacts as {
      type: string[];
      last_name: string;
    }[];
    expect(after.map(({ type, last_name }) => [type.join(' '), last_name])).toEqual([
      ['billing', 'Byron'],
      ['registrant administrative', 'Marlow'],
      ['technical', 'Okafor'],
    ]);
    expect(await ask('/api/domain/update_contacts/harbor-bakery.com', { contacts: [{ type: ['billing'] }] })).toContain(
      'Required Parameter Missing - Contact First Name',
    );
    expect(await ask('/api/domain/update_contacts/harbor-bakery.com', { contacts: [{ type: ['king'] }] })).toContain(
      '"code":204',
    );
  });

  test('nameservers: two to thirteen different names, those inside held domains registered; the apex follows', async () => {
    const set = (nameservers: unknown) => ask('/api/domain/update_nameservers/harbor-bakery.com', { nameservers });
    for (const bad of [[], ['ns1.a.net'], ['ns1.a.net', 'ns1.a.net'], ['ns1.a.net', 'not a host'], 'ns1.a.net', [1, 2]])
      expect(await set(bad)).toContain('"code":204');
    expect(await set(['ns1.glue-works.net', 'ns9.glue-works.net'])).toContain('"code":240');
    expect(await set(['ns1.glue-works.net', 'ns2.glue-works.net'])).toBe(`${done}}`);
    const apex = JSON.parse(await ask('/api/dns/list/harbor-bakery.com')).records.filter(
      (record: { type: string }) => record.type === 'NS',
    );
    expect(apex.map((record: { content: string }) => record.content)).toEqual([
      'ns1.glue-works.net',
      'ns2.glue-works.net',
    ]);
    expect(await ask('/api/dns/delete/harbor-bakery.com', { record_id: apex[0].record_id })).toContain('"code":240');
    expect(await ask('/api/host/delete/glue-works.net', { hostname: 'ns1.glue-works.net' })).toContain('"code":240');
  });

  test('DNS rules', async () => {
    const create = (record: object) => ask('/api/dns/create/harbor-bakery.com', record);
    expect(await create({ hostname: '', type: 'A', content: '192.0.2.10' })).toContain(
      'Parameter Value Error - Duplicate Record',
    );
    for (const bad of [
      { hostname: 'www', type: 'A', content: '192.0.2.1' },
      { hostname: '', type: 'CNAME', content: 'a.example.net' },
      { hostname: 'a', type: 'A', content: 'not an address' },
      { hostname: 'a', type: 'A', content: '192.0.2.1', ttl: 1 },
      { hostname: 'a', type: 'SPF', content: 'v=spf1 -all' },
      { hostname: 'a', type: 'MX', content: '.', priority: 0 },
      { hostname: 'a', type: 'TXT', content: 'with "quotes"' },
      { hostname: 'a', type: 'TXT', content: 'x'.repeat(513) },
      { hostname: 'a b', type: 'A', content: '192.0.2.1' },
    ]) {
      expect(await create(bad)).toContain('"code":204');
    }
    expect(await create({ hostname: '@', type: 'A', content: '192.0.2.1' })).toContain('"name":"@.harbor-bakery.com"');
    expect(await create({ hostname: 'www.harbor-bakery.com', type: 'A', content: '192.0.2.1' })).toContain(
      '"name":"www.harbor-bakery.com.harbor-bakery.com"',
    );
  });

  test('a row that lies about its word fails: what reads has a connection that cannot write', async () => {
    const { Connection } = await import('#sandbox/store.ts');
    const reads = new Connection(join(directory, 'sandbox.sqlite'), { readOnly: true });
    expect(() => reads.run('UPDATE accounts SET credit = 0')).toThrow(/readonly/);
    reads.close();
  });
});

describe('rough treatment', () => {
  test('odd requests are answered, and it goes on', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    for (const body of [
      deep,
      '[]',
      'null',
      '"x"',
      '{"__proto__":{"x":1},"constructor":1,"items":{"length":1}}',
      `{"keyword":${deep}}`,
      'x'.repeat(11 * 1024 * 1024),
    ]) {
      for (const path of ['/api/order', '/api/domain/check', '/api/dns/create/harbor-bakery.com', '/api/login'])
        expect(await ask(path, body)).toMatch(/"code":2\d\d/);
    }
    for (const item of [
      null,
      7,
      'x',
      [],
      { order_type: '__proto__' },
      { order_type: 'domain/create', domain_name: { a: 1 }, period: [] },
    ])
      expect(await ask('/api/order', { items: [item] })).toMatch(/"code":20[34]/);
    for (const name of ['..', '%2e%2e', '%00', '%', '%ff', 'a%2fb', '__proto__'])
      expect(await ask(`/api/domain/get/${name}`)).toMatch(/"code":2(?:11|21)/);
    expect(await ask('/api/hello')).toContain('"code":100');
  });

  test('several processes use one database at once', async () => {
    const other = await openSandbox({ directory, now: () => now });
    const names = Array.from({ length: 20 }, (_, at) => `loaf-number-${at}.xyz`);
    await Promise.all(
      names.map((domain_name, at) =>
        fetch(new URL('/api/domain/create', at % 2 ? other.url : sandbox.url), {
          method: 'POST',
          headers: demo,
          body: JSON.stringify({ domain_name, period: 1 }),
        }),
      ),
    );
    expect(await credit()).toBe('210.20');
    await other.close();
  });

  test('a killed sandbox loses nothing that it had answered', async () => {
    const state = join(directory, 'killed');
    const start = async (): Promise<[ChildProcess, string]> => {
      const child = spawn(process.execPath, ['src/bin/registrar-mcp.ts', 'sandbox'], {
        env: { PATH: process.env.PATH, REGISTRAR_STATE_DIR: state },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const url = await new Promise<string>(resolve =>
        child.stdout?.on('data', chunk => resolve(/http:\/\/\S+/.exec(String(chunk))?.[0] ?? '')),
      );
      return [child, url];
    };
    const [first, url] = await start();
    const bought: string[] = [];
    const buying = Promise.all(
      Array.from({ length: 30 }, async (_, at) => {
        const domain_name = `killed-loaf-${at}.xyz`;
        const reply = await fetch(new URL('/api/domain/create', url), {
          method: 'POST',
          headers: demo,
          body: JSON.stringify({ domain_name, period: 1 }),
        }).then(
          answer => answer.text(),
          () => '',
        );
        if (reply === `${done}}`) bought.push(domain_name);
        if (bought.length === 10) first.kill('SIGKILL');
      }),
    );
    await buying;
    expect(existsSync(join(state, 'sandbox', 'sandbox.sqlite'))).toBe(true);
    const [second, again] = await start();
    const list = await (await fetch(new URL('/api/domain/list', again), { headers: demo })).text();
    second.kill();
    expect(bought.length).toBeGreaterThanOrEqual(10);
    for (const name of bought) expect(list).toContain(`"${name}"`);
  });
});
