import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ConfigError, readConfig } from '#config/config.ts';
import { oauthCaller } from '#model/permit.ts';
import { openSandbox } from '#sandbox/server.ts';
import { call, confirmIn, names, request } from './support/calls.ts';
import { freshState, run, serveHttp } from './support/server-process.ts';

/** Several accounts behind one server: who may use which, and that they never mix. */
const state = freshState();
const directory = mkdtempSync(join(tmpdir(), 'registrar-accounts-'));
let sandbox: Awaited<ReturnType<typeof openSandbox>>;
let server: Awaited<ReturnType<typeof serveHttp>>;
let env: Record<string, string>;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  sandbox = await openSandbox({ directory: join(directory, 'sandbox') });
  const file = join(directory, 'accounts.json');
  const secret = join(directory, 'secret');
  writeFileSync(secret, 'neighbour-token\n');
  const url = sandbox.url.origin;
  const accounts = {
    accounts: {
      shop: { url, username: 'demo', api_token: { env: 'SHOP_TOKEN' }, spend_limit: 15 },
      agency: { url, username: 'neighbour', api_token: { file: secret }, spend_limit: 50, protect: ['next-door.com'] },
    },
    callers: {
      'token both': { accounts: 'all', spend_limit: 15 },
      'token shop': { accounts: ['shop'], allow: ['harbor-*.com'], confirm: 'human' },
      'token agency': { accounts: ['agency'] },
    },
  };
  writeFileSync(file, JSON.stringify(accounts));
  env = {
    ...state.env,
    REGISTRAR_ACCOUNTS_FILE: file,
    SHOP_TOKEN: 'demo-token',
    REGISTRAR_CONFIRM: 'agent',
    REGISTRAR_ORDER_LIMIT: 'unlimited',
    REGISTRAR_HTTP_TOKEN: 'the-deployment-token',
    REGISTRAR_LOG_LEVEL: 'info',
  };
  for (const name of ['both', 'shop', 'agency', 'nobody']) {
    const made = await run(['token', 'create', '--name', name, '--allow', 'read,write,destructive,paid'], env);
    tokens[name] = made.stdout.trim();
  }
  server = await serveHttp(env);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await sandbox.close();
  state.remove();
  rmSync(directory, { recursive: true, force: true });
});

const Schema = z.object({
  properties: z.object({ account: z.object({ enum: z.array(z.string()) }).optional() }),
  required: z.array(z.string()).optional(),
});
const Listed = z.object({ result: z.object({ tools: z.array(z.object({ name: z.string(), inputSchema: Schema })) }) });

async function schemas(token: string | undefined) {
  const { text } = await request(server.url, token, 'tools/list');
  return Listed.parse(JSON.parse(text)).result.tools.map(({ inputSchema }) => inputSchema);
}

const as = (caller: string, name: string, args: Record<string, unknown> = {}) =>
  call(server.url, tokens[caller], name, args).then(({ text }) => text);

describe('a caller', () => {
  test('with one account sees no parameter for it, and that account alone', async () => {
    for (const { properties } of await schemas(tokens.shop)) expect(properties).not.toHaveProperty('account');
    expect(await as('shop', 'domain_list')).toContain('harbor-bakery.com');
    expect(await as('agency', 'domain_list')).toContain('next-door.com');
    expect(await as('agency', 'domain_list')).not.toContain('harbor-bakery.com');
    expect(await as('shop', 'domain_get', { domain_name: 'next-door.com' })).toContain('domain_not_in_account');
    expect(await as('shop', 'domain_list', { account: 'agency' })).toContain('invalid_input');
  });

  test('with several has to say which, and is told what there is', async () => {
    for (const { properties, required } of await schemas(tokens.both)) {
      expect(properties.account?.enum).toEqual(['shop', 'agency']);
      expect(required).toContain('account');
    }
    expect(await as('both', 'domain_list')).toMatch(/account: must be shop or agency.*invalid_input/);
    expect(await as('both', 'domain_list', { account: 'agencie' })).toContain('did you mean \\"agency\\"');
    expect(await as('both', 'domain_list', { account: 'agency' })).toContain('next-door.com');
    expect(await as('both', 'domain_list', { account: 'shop' })).toContain('harbor-bakery.com');
  });

  test('who is not listed has none, and whoever runs the server has all', async () => {
    expect(await names(server.url, tokens.nobody ?? '')).toEqual([]);
    expect(await as('nobody', 'domain_list')).toMatch(/token nobody has no account here.*not_permitted/);
    expect((await schemas('the-deployment-token'))[0]?.properties.account?.enum).toEqual(['shop', 'agency']);
  });

  test('with one account reads addresses without it, with several those that name it', async () => {
    const read = (caller: string, uri: string) =>
      request(server.url, tokens[caller], 'resources/read', { uri }).then(({ text }) => text);
    const listed = async (caller: string) => {
      const lists = ['resources/list', 'resources/templates/list'].map(method =>
        request(server.url, tokens[caller], method),
      );
      return (await Promise.all(lists)).flatMap(({ text }) => text.match(/registrar:[^"]+/g) ?? []);
    };
    expect(await listed('shop')).toContain('registrar://domains');
    expect(await listed('shop')).not.toContain('registrar://accounts/shop/domains');
    expect(await read('shop', 'registrar://domains')).toContain('harbor-bakery.com');
    expect(await read('agency', 'registrar://domains')).not.toContain('harbor-bakery.com');
    expect(await read('agency', 'registrar://domains/harbor-bakery.com')).toContain('domain_not_in_account');
    expect(await read('agency', 'registrar://accounts/shop/domains')).toContain('not found');

    expect(await listed('both')).toEqual(
      expect.arrayContaining(['registrar://accounts/agency/journal', 'registrar://accounts/{account}/domains']),
    );
    expect(await listed('both')).not.toContain('registrar://domains');
    expect(await read('both', 'registrar://accounts/shop/domains')).toContain('harbor-bakery.com');
    expect(await read('both', 'registrar://accounts/agency/domains/next-door.com/zone')).toContain(
      '$ORIGIN next-door.com',
    );
    expect(await read('both', 'registrar://accounts/agencie/domains')).toContain('did you mean');
    expect(await read('both', 'registrar://domains')).toContain('not found');

    expect(await listed('nobody')).toEqual([]);
    expect(await read('nobody', 'registrar://domains')).toContain('not found');
  });

  test('with several says in a prompt, and in a completion, which account it is about', async () => {
    const ask = (caller: string, method: string, params: Record<string, unknown> = {}) =>
      request(server.url, tokens[caller], method, params).then(({ text }) => text);
    const name = 'review_renewals';
    expect(await ask('both', 'prompts/list')).toContain('"name":"account"');
    expect(await ask('shop', 'prompts/list')).not.toContain('"name":"account"');
    expect(await ask('nobody', 'prompts/list')).toContain('"prompts":[]');
    expect(await ask('both', 'prompts/get', { name })).toContain('account is missing: shop or agency');
    expect(await ask('both', 'prompts/get', { name, arguments: { account: 'agency', days: '30' } })).toMatch(
      /within 30 days.*account \\"agency\\": give it as account/,
    );
    expect(await ask('shop', 'prompts/get', { name, arguments: { account: 'agency' } })).toContain('Unknown key');

    const complete = (caller: string, uri: string, argument: string, account?: string) =>
      ask(caller, 'completion/complete', {
        ref: { type: 'ref/resource', uri },
        argument: { name: argument, value: '' },
        ...(account !== undefined && { context: { arguments: { account } } }),
      });
    const shop = 'registrar://domains/{domain_name}';
    const each = 'registrar://accounts/{account}/domains/{domain_name}';
    expect(await complete('both', each, 'account')).toContain('"values":["shop","agency"]');
    expect(await complete('both', each, 'domain_name')).toContain('"values":[]');
    expect(await complete('both', each, 'domain_name', 'agencie')).toContain('"values":[]');
    expect(await complete('both', each, 'domain_name', 'agency')).toContain('"next-door.com"');
    expect(await complete('both', each, 'domain_name', 'agency')).not.toContain('harbor-bakery.com');
    expect(await complete('shop', shop, 'domain_name', 'agency')).not.toContain('next-door.com');
    expect(await complete('shop', each, 'account')).toContain('-32602');
    expect(await complete('nobody', shop, 'domain_name')).toContain('-32602');
  });

  test('is held to the names, and to the person, that the file gives them', async () => {
    const record = { host: 'x', type: 'A', content: '192.0.2.1' };
    expect(await as('shop', 'dns_create', { ...record, domain_name: 'nightbus.app' })).toMatch(/not among the names/);
    expect(await as('shop', 'dns_create', { ...record, domain_name: 'harbor-bakery.com' })).toContain('Added');
    expect(await as('shop', 'domain_unlock', { domain_name: 'harbor-bakery.com' })).toContain('A person must decide');
  });
});

describe('accounts never mix', () => {
  test('in names and what protects them', async () => {
    const mine = { domain_name: 'harbor-bakery.com' };
    expect(await as('both', 'domain_unlock', { ...mine, account: 'agency' })).toContain('domain_not_in_account');
    const theirs = { domain_name: 'next-door.com', account: 'agency' };
    expect(await as('both', 'domain_unlock', theirs)).toContain('name_protected');
  });

  test('in confirmations, journals and what is taken back', async () => {
    const buy = { domain_name: 'mixed-loaf.com' };
    const confirm = confirmIn(await as('both', 'domain_create', { ...buy, account: 'shop' }));
    expect(await as('both', 'domain_create', { ...buy, account: 'agency', confirm })).toContain('confirm_invalid');
    expect(await as('both', 'domain_create', { ...buy, account: 'shop', confirm })).toContain('Registered');
    const entry = Number(
      /"entry":(\d+)/.exec(await as('both', 'journal', { account: 'shop', tool: 'domain_create' }))?.[1],
    );
    expect(entry).toBeGreaterThan(0);
    expect(await as('both', 'journal', { account: 'agency', entry })).toContain('not_found');
    expect(await as('both', 'undo', { account: 'agency', entry })).toContain('not_found');
    expect(await as('agency', 'journal')).not.toContain('mixed-loaf');
  });

  test('in budgets: each account has its own, a caller one for all', async () => {
    expect(await as('both', 'budget', { account: 'shop' })).toMatch(/5\.01 USD/);
    expect(await as('both', 'budget', { account: 'agency' })).toMatch(/50\.00 USD/);
    const more = { domain_name: 'second-loaf.com' };
    expect(await as('both', 'domain_create', { ...more, account: 'shop' })).toMatch(/REGISTRAR_SPEND_LIMIT/);
    expect(await as('both', 'domain_create', { ...more, account: 'agency' })).toMatch(
      /9\.99 USD of its 15\.00 USD is spent/,
    );
    expect(await as('agency', 'domain_create', more)).toContain('needs_confirmation');
  });

  test('in what doctor and the figures say', async () => {
    const { stdout, code } = await run(['doctor'], env);
    expect(stdout).toMatch(/credentials shop\s+are those of account "demo"/);
    expect(stdout).toMatch(/credentials agency\s+are those of account "neighbour"/);
    expect(stdout).not.toContain('NO  registrar');
    expect(code).toBe(stdout.includes('NO ') ? 1 : 0);
    for (const caller of ['nobody', 'shop']) {
      const own = { Authorization: `Bearer ${tokens[caller]}` };
      expect((await fetch(new URL('/metrics', server.url), { headers: own })).status).toBe(403);
    }
    const ready = await (await fetch(new URL('/readyz', server.url))).text();
    expect(ready.trim()).toBe('{"checks":[{"name":"ledger","ok":true},{"name":"registrar","ok":true}]}');
    const headers = { Authorization: 'Bearer the-deployment-token' };
    const figures = await (await fetch(new URL('/metrics', server.url), { headers })).text();
    expect(figures).toContain('registrar_mcp_spent_dollars{account="shop",state="charged"} 9.99');
    expect(figures).toContain('registrar_mcp_spent_dollars{account="agency",state="charged"} 0');
    expect(await run(['journal', 'verify'], env)).toMatchObject({ code: 0 });
  });
});

test('a file that says what callers may do is of no use where nobody is known', async () => {
  const alone = freshState();
  const { REGISTRAR_HTTP_TOKEN: _token, ...open } = env;
  const ended = await run(['http', '--port', '0'], { ...open, ...alone.env });
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing here knows who calls') });
  alone.remove();
});

test('the log says of each call which account it was for', async () => {
  await as('both', 'account_get', { account: 'agency' });
  await expect.poll(() => server.stderr()).toMatch(/"tool":"account_get","caller":"token both","account":"agency"/);
});

describe('the file', () => {
  const read = (file: unknown, environment: Record<string, string> = {}) => {
    try {
      return readConfig(
        { REGISTRAR_ACCOUNTS_FILE: '/accounts.json', HOME: '/', TOKEN: 'secret', ...environment },
        {
          readFile: path =>
            path === '/accounts.json' ? (typeof file === 'string' ? file : JSON.stringify(file)) : raise(),
          toolsets: [],
        },
      );
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
  };
  const raise = () => {
    throw new Error('there is no such file');
  };
  const account = { username: 'me', api_token: { env: 'TOKEN' } };

  test('gives each account what it says, and the rest as the environment has it', () => {
    const file = {
      accounts: { one: { ...account, spend_limit: 5, allow: ['*.com'] }, two: { url: 'sandbox' } },
      callers: { '*': { accounts: ['two'] } },
    };
    const config = read(file, { REGISTRAR_SPEND_LIMIT: '7', REGISTRAR_PROTECT: 'a.com' });
    expect(config).toMatchObject({
      accounts: { callers: new Map([['*', expect.objectContaining({ accounts: ['two'] })]]) },
    });
    const served = typeof config === 'string' ? undefined : config.accounts?.served;
    expect(served?.get('one')).toMatchObject({
      registrar: { kind: 'account', credentials: { username: 'me', apiToken: 'secret' } },
      budget: { perDay: { cents: 500 }, perOrder: { cents: 0 } },
      names: { allow: ['*.com'], protect: ['a.com'] },
      confirm: 'human',
    });
    expect(served?.get('two')).toMatchObject({ registrar: { kind: 'sandbox' }, budget: { perDay: { cents: 700 } } });
  });

  test('names a caller with a long subject as the journal does', () => {
    const sub = `samlp|${'x'.repeat(100)}`;
    const callers = { [`oauth ${sub}`]: { accounts: ['one'] }, '*': { accounts: 'all' } };
    const config = read({ accounts: { one: account }, callers });
    const known = typeof config === 'string' ? undefined : config.accounts?.callers;
    expect(known?.get(oauthCaller(sub))).toMatchObject({ accounts: ['one'] });
    expect(oauthCaller(oauthCaller(sub).slice('oauth '.length))).not.toBe(oauthCaller(sub));
    expect(oauthCaller('a\nb c')).toMatch(/^oauth a\?b\?c#/);
  });

  test.each([
    ['{', {}, /is not JSON/],
    [{}, {}, /accounts/],
    [{ accounts: {} }, {}, /must have at least one account/],
    [{ accounts: { One: account } }, {}, /must be a name of small letters/],
    [{ accounts: { one: { ...account, api_token: 'secret' } } }, {}, /a secret is not written here/],
    [
      { accounts: { one: { ...account, api_token: { env: 'OTHER' } } } },
      {},
      /account one: OTHER is not in the environment/,
    ],
    [
      { accounts: { one: { ...account, api_token: { file: '/none' } } } },
      {},
      /account one: .*"\/none", which cannot be read/,
    ],
    [{ accounts: { one: { ...account, spend_limit: 'much' } } }, {}, /account one: spend_limit must be an amount/],
    [{ accounts: { one: { ...account, limit: 5 } } }, {}, /limit/],
    [{ accounts: { one: account, two: account } }, {}, /account two: is the same account as one/],
    [
      { accounts: { one: account, two: { ...account, username: 'Me' } } },
      {},
      /account two: is the same account as one/,
    ],
    [{ accounts: { one: { username: 'me' } } }, {}, /account one: api_token is missing/],
    [{ accounts: { one: account }, callers: { ci: { accounts: 'all' } } }, {}, /must be "token NAME"/],
    [
      { accounts: { one: account }, callers: { '*': { accounts: ['two'] } } },
      {},
      /has the account "two"; there are one/,
    ],
    [
      { accounts: { one: account }, callers: { '*': { accounts: 'all', allow: ['a b'] } } },
      {},
      /neither a name nor a pattern/,
    ],
    [{ accounts: { one: account }, callers: { '*': { accounts: 'all', spend_limit: -1 } } }, {}, /must be an amount/],
    [
      { accounts: { one: account }, callers: { '*': { accounts: 'all', confirm: 'agent' } } },
      {},
      /can only be "human"/,
    ],
    [
      { accounts: { one: account } },
      { REGISTRAR_USERNAME: 'me', REGISTRAR_API_TOKEN: 'x' },
      /put the account into the file/,
    ],
  ])('%j is refused with what to do', (file, environment, says) => {
    const told = read(file, environment);
    expect(told).toMatch(says);
    expect(told).not.toContain('secret"');
  });
});
