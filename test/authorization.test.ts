import { createServer, type Server } from 'node:http';
import {
  Client,
  type OAuthClientInformationMixed,
  type OAuthClientProvider,
  type OAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { Client as FormerClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FormerHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysAt } from '#model/issuer.ts';
import { openVerifier } from '#server/authorization.ts';
import { call, confirmIn, message, names, request, revision } from './support/calls.ts';
import { freePort } from './support/free-port.ts';
import { openProvider, signIn } from './support/provider.ts';
import { freshState, run, serveHttp } from './support/server-process.ts';

/** Who calls, and what they may do. */
describe('tokens that a person makes', () => {
  const state = freshState();
  let server: Awaited<ReturnType<typeof serveHttp>>;
  const tokens: Record<string, string> = {};

  async function made(name: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run(['token', 'create', '--name', name, ...args], state.env);
    expect([code, stderr], stderr).toEqual([0, expect.stringContaining('This is shown once')]);
    return stdout.trim();
  }

  beforeAll(async () => {
    tokens.reader = await made('reader');
    tokens.ci = await made('ci', '--allow', 'read,write,destructive', '--domains', '*.app, harbor-*.com');
    tokens.buyer = await made('buyer', '--allow', 'read,paid', '--limit', '10/day', '--expires', '90d');
    server = await serveHttp(state.env);
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    state.remove();
  });

  test('are shown once, kept as hashes, and listed without themselves', async () => {
    expect(tokens.reader).toMatch(/^rmcp_[\w-]{43}$/);
    const { stdout } = await run(['token', 'list'], state.env);
    expect(stdout).toMatch(
      /^buyer: read,paid; all names; 10\.00 USD a day; made .*, until .*\nci: read,write,destructive; \*\.app,harbor-\*\.com; no limit of its own; made .*, without an end\nreader: read; /,
    );
    for (const token of Object.values(tokens)) expect(stdout).not.toContain(token);
    const { readFileSync, readdirSync } = await import('node:fs');
    const directory = state.env.REGISTRAR_STATE_DIR ?? '';
    for (const file of readdirSync(directory).filter(name => name.startsWith('ledger')))
      for (const token of Object.values(tokens))
        expect(readFileSync(`${directory}/${file}`, 'latin1')).not.toContain(token);
  });

  test('from then on every call needs one', async () => {
    for (const token of [undefined, 'wrong', 'rmcp_wrong', `${tokens.reader}x`]) {
      const { status, challenge } = await request(server.url, token, 'tools/list');
      expect([status, challenge]).toEqual([401, expect.stringMatching(/^Bearer error="invalid_token"/)]);
    }
  });

  test('a caller is shown the tools that it may call, and is told the scope of any other', async () => {
    expect(await names(server.url, tokens.reader ?? '')).toEqual(expect.arrayContaining(['domain_list', 'dns_check']));
    expect(await names(server.url, tokens.reader ?? '')).not.toContain('dns_create');
    expect(await names(server.url, tokens.ci ?? '')).toEqual(expect.arrayContaining(['dns_create', 'dns_apply']));
    expect(await names(server.url, tokens.ci ?? '')).not.toContain('domain_create');
    const beyond = await call(server.url, tokens.reader, 'dns_create', {
      domain_name: 'nightbus.app',
      host: 'x',
      type: 'A',
      content: '192.0.2.1',
    });
    expect([beyond.status, beyond.challenge]).toEqual([
      403,
      expect.stringMatching(/error="insufficient_scope".*scope="registrar:write registrar:read"/),
    ]);
  });

  test('a client of 2025 likewise', async () => {
    const client = new FormerClient({ name: 'test', version: '1' });
    const requestInit = { headers: { Authorization: `Bearer ${tokens.reader}` } };
    await client.connect(new FormerHttp(server.url, { requestInit }));
    const { tools } = await client.listTools();
    expect(tools.some(({ name }) => name === 'dns_create')).toBe(false);
    const beyond = client.callTool({ name: 'domain_lock', arguments: { domain_name: 'nightbus.app' } });
    await expect(beyond).rejects.toThrow(/insufficient_scope|403/);
    await client.close();
  });

  test('on the names that it may change', async () => {
    const create = (domain_name: string) =>
      call(server.url, tokens.ci, 'dns_create', { domain_name, host: 'ci', type: 'A', content: '192.0.2.1' });
    expect((await create('nightbus.app')).text).toContain('Added A ci');
    expect((await create('harbor-bakery.com')).text).toContain('Added A ci');
    const outside = await create('tall-ships.com');
    expect(outside.text).toContain('tall-ships.com is not among the names that token ci may change. Nothing was done.');
    // An undo names no domain; what it is about is only known once it is planned.
    const open = await serveHttp({ ...state.env, REGISTRAR_HTTP_TOKEN: 'the-deployment-token' });
    const whole = await call(open.url, 'the-deployment-token', 'dns_create', {
      domain_name: 'tall-ships.com',
      host: 'x',
      type: 'A',
      content: '192.0.2.1',
    });
    expect(whole.text).toContain('Added A x');
    await open.stop();
    const undone = await call(server.url, tokens.ci, 'undo', { entry: 5 });
    expect(undone.text).toContain('tall-ships.com is not among the names that token ci may change');
  });

  test('for what it may spend in a day, whatever others have left', async () => {
    const buy = async (token: string | undefined, domain_name: string) => {
      const { text } = await call(server.url, token, 'domain_create', { domain_name });
      const confirm = confirmIn(text);
      return confirm === undefined
        ? text
        : (await call(server.url, token, 'domain_create', { domain_name, confirm })).text;
    };
    expect(await buy(tokens.buyer, 'first-loaf.com')).toContain('Registered first-loaf.com');
    expect(await buy(tokens.buyer, 'second-loaf.com')).toContain(
      '9.99 USD is more than this caller may still spend today: 9.99 USD of its 10.00 USD is spent.',
    );
  });

  test('the journal names the caller, and a confirmation is for nobody else', async () => {
    expect((await call(server.url, tokens.reader, 'journal', { tool: 'domain_create' })).text).toContain('token buyer');
    const args = { domain_name: 'nightbus.app', records: [{ host: 'y', type: 'A', content: '192.0.2.1' }] };
    const confirm = confirmIn((await call(server.url, tokens.ci, 'dns_apply', args)).text);
    const other = await made('other', '--allow', 'read,destructive');
    expect((await call(server.url, other, 'dns_apply', { ...args, confirm })).text).toContain(
      'was not issued for this tool with these arguments',
    );
    expect((await call(server.url, tokens.ci, 'dns_apply', { ...args, confirm })).text).toContain(
      'Applied to nightbus.app',
    );
  });

  test('a caller approves nothing of its own, whatever its client says that a person answered', async () => {
    const guarded = await serveHttp({
      ...state.env,
      REGISTRAR_CONFIRM: 'human',
      REGISTRAR_HTTP_TOKEN: 'the-deployment-token',
    });
    const ask = async (token: string | undefined, extra: Record<string, unknown> = {}) => {
      const params = { name: 'domain_unlock', arguments: { domain_name: 'nightbus.app' }, ...extra };
      const reply = await fetch(
        guarded.url,
        message('tools/call', params, { token, declares: { elicitation: { form: {} } } }),
      );
      return await reply.text();
    };
    expect(await ask('the-deployment-token')).toContain('requestState');
    const own = await ask(tokens.ci);
    expect(own).not.toContain('requestState');
    expect(own).toContain('there is no way to ask one here');
    await guarded.stop();
  });

  test('one for which a person must confirm is not confirmed by its agent', async () => {
    const careful = await made('careful', '--allow', 'read,destructive', '--confirm', 'human');
    expect((await run(['token', 'list'], state.env)).stdout).toMatch(/careful: .*a person confirms/);
    const args = { domain_name: 'nightbus.app' };
    expect((await call(server.url, careful, 'domain_unlock', args)).text).toContain('A person must decide about this');
    expect((await call(server.url, tokens.ci, 'domain_unlock', args)).text).toContain('needs_confirmation');
  });

  test('a server that others can reach does not start without knowing its callers', async () => {
    const fresh = freshState();
    for (const settings of [
      { REGISTRAR_HTTP_HOSTS: 'mcp.example.com' },
      { REGISTRAR_PUBLIC_URL: 'https://mcp.example.com' },
    ])
      expect(await run(['http', '--port', '0'], { ...fresh.env, ...settings })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('Answering to mcp.example.com lets others in'),
      });
    fresh.remove();
  });

  test('a caller who may not read is not told the names of the account', async () => {
    const writer = await made('writer', '--allow', 'write');
    const { text } = await call(server.url, writer, 'dns_create', {
      domain_name: 'nightbu.app',
      host: 'x',
      type: 'A',
      content: '192.0.2.1',
    });
    expect(text).toContain('nightbu.app');
    expect(text).not.toContain('nightbus.app');
  });

  test('revoked, it ends at once', async () => {
    const brief = await made('brief');
    expect((await request(server.url, brief, 'tools/list')).status).toBe(200);
    expect((await run(['token', 'revoke', 'brief'], state.env)).stdout).toContain('is no more');
    expect((await request(server.url, brief, 'tools/list')).status).toBe(401);
    expect(await run(['token', 'revoke', 'brief'], state.env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no token "brief"'),
    });
  });

  test.each([
    [['token'], 'Say what to do'],
    [['token', 'revoke'], 'Say what to do'],
    [['token', 'create'], '--name needs a name'],
    [['token', 'create', '--name', 'reader'], 'There is a token "reader" already'],
    [
      ['token', 'create', '--name', 'x', '--allow', 'admin'],
      '--allow has "admin"; the words are read, write, destructive and paid',
    ],
    [['token', 'create', '--name', 'x', '--domains', ''], '--domains is given and lists nothing'],
    [['token', 'create', '--name', 'x', '--allow', ' , '], '--allow is given and lists nothing'],
    [['token', 'create', '--name', 'x', '--confirm', 'agent'], '--confirm can only be human'],
    [['token', 'create', '--name', 'x', '--limit', 'much'], '--limit is an amount'],
    [['token', 'create', '--name', 'x', '--domains', 'a b'], '--domains has "a b"'],
    [['token', 'create', '--name', 'x', '--expires', 'soon'], '--expires is a number of days'],
    [['token', 'create', '--name', 'x', '--expires', '0d'], '--expires is a number of days'],
    [['token', 'create', '--name', 'x', '--all', 'x'], 'Unknown option'],
  ])('%j is refused with what to do', async (args, reason) => {
    expect(await run(args, state.env)).toMatchObject({ code: 1, stderr: expect.stringContaining(reason) });
  });
});

test('an expired token is none', async () => {
  const { openWorld } = await import('./support/world.ts');
  const world = await openWorld();
  const ledger = await world.composed.ledger();
  const { hashOf } = await import('#ledger/tokens.ts');
  await ledger.addToken({
    name: 'old',
    hash: hashOf('t'),
    words: ['read'],
    names: [],
    human: false,
    created: '2026-06-01T00:00:00Z',
    expires: '2026-06-15T12:00:01Z',
  });
  expect(await world.composed.permitOf('t')).toMatchObject({ caller: 'token old', words: ['read'] });
  world.clock.now = new Date('2026-06-15T12:00:02Z');
  expect(await world.composed.permitOf('t')).toBeUndefined();
  await world.close();
});

/** An issuer that signs whatever a test wants. */
async function openIssuer() {
  const keys = new Map<string, Awaited<ReturnType<typeof generateKeyPair>>['privateKey']>();
  const published: Awaited<ReturnType<typeof exportJWK>>[] = [];
  const add = async (kid: string, alg = 'RS256') => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    keys.set(kid, privateKey);
    published.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' });
  };
  await add('one');
  const asked: string[] = [];
  let named: string | undefined;
  let failing: string | undefined;
  const server: Server = createServer((incoming, response) => {
    asked.push(incoming.url ?? '');
    if (incoming.url === failing) return void response.writeHead(503).end('{}');
    response.setHeader('Content-Type', 'application/json');
    if (incoming.url === '/.well-known/openid-configuration')
      response.end(JSON.stringify({ issuer: named ?? issuer, jwks_uri: `${issuer}/jwks` }));
    else response.end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    issuer,
    asked,
    published,
    add,
    callItself: (name: string) => (named = name),
    fail: (path: string | undefined) => (failing = path),
    close: () => server.close(),
    async token(
      claims: Record<string, unknown>,
      { kid = 'one', alg = 'RS256', typ }: { kid?: string; alg?: string; typ?: string } = {},
    ): Promise<string> {
      const key = keys.get(kid);
      if (!key) throw new Error(kid);
      return await new SignJWT({
        iss: issuer,
        aud: 'https://registrar.example.com/mcp',
        sub: 'ada',
        scope: 'registrar:read',
        exp: Math.floor(Date.now() / 1000) + 300,
        ...claims,
      })
        .setProtectedHeader({ alg, kid, ...(typ && { typ }) })
        .sign(key);
    },
  };
}

test('an issuer that is reached over TLS has its keys where they are reached over TLS too', () => {
  const issuer = new URL('https://id.example.com');
  expect(keysAt(issuer, 'https://keys.example.com/jwks').host).toBe('keys.example.com');
  expect(() => keysAt(issuer, 'http://id.example.com/jwks')).toThrow(/anybody on the way/);
  expect(keysAt(new URL('http://127.0.0.1:9'), 'http://127.0.0.1:9/jwks').port).toBe('9');
});

describe('access tokens of an issuer', () => {
  const audience = new URL('https://registrar.example.com/mcp');
  let issuer: Awaited<ReturnType<typeof openIssuer>>;
  beforeAll(async () => {
    issuer = await openIssuer();
  });
  afterAll(() => issuer.close());

  const verifier = () =>
    openVerifier(
      {
        oauth: { issuer: new URL(issuer.issuer), audience },
        permitOf: async () => undefined,
        narrowed: permit => permit,
      },
      () => new Date(),
    );

  test('one that fits several keys is none, and keeps nobody else out', async () => {
    const several = await openIssuer();
    await several.add('two');
    const { verifyAccessToken } = openVerifier(
      {
        oauth: { issuer: new URL(several.issuer), audience },
        permitOf: async () => undefined,
        narrowed: permit => permit,
      },
      () => new Date(),
    );
    const good = await several.token({});
    const [, payload = '', seal = ''] = good.split('.');
    const nameless = Buffer.from(JSON.stringify({ alg: 'RS256' })).toString('base64url');
    await expect(verifyAccessToken(`${nameless}.${payload}.${seal}`)).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await verifyAccessToken(good)).toMatchObject({ clientId: 'oauth ada' });
    several.close();
  });

  test('for this server are taken, with the words that their scopes name', async () => {
    expect(
      await verifier().verifyAccessToken(
        await issuer.token({ scope: 'openid registrar:read registrar:paid registrar:root' }),
      ),
    ).toMatchObject({ clientId: 'oauth ada', scopes: ['registrar:read', 'registrar:paid'] });
    expect(
      await verifier().verifyAccessToken(await issuer.token({ scope: undefined, scp: ['registrar:write'] })),
    ).toMatchObject({ scopes: ['registrar:write'] });
    expect(
      await verifier().verifyAccessToken(
        await issuer.token({ sub: 'bot', exp: Date.now() / 1000 + 60.5, aud: ['x', audience.href] }, { typ: 'at+jwt' }),
      ),
    ).toMatchObject({ clientId: 'oauth bot' });
    const long = 'x'.repeat(200);
    const [one, other] = await Promise.all(
      [`${long}1`, `${long}2`].map(
        async sub => (await verifier().verifyAccessToken(await issuer.token({ sub }))).clientId,
      ),
    );
    expect(one).not.toBe(other);
    expect(one?.length).toBeLessThan(100);
  });

  test.each<[string, Record<string, unknown>]>([
    ['for another server', { aud: 'https://other.example.com/mcp' }],
    ['for nobody', { aud: undefined }],
    ['of another issuer', { iss: 'https://other.example.com' }],
    ['that has expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['that never expires', { exp: undefined }],
    ['for nobody in particular', { sub: undefined }],
    ['for an empty name', { sub: '' }],
    ['that is not good yet', { nbf: Math.floor(Date.now() / 1000) + 120 }],
  ])('one %s is not', async (_, claims) => {
    await expect(verifier().verifyAccessToken(await issuer.token(claims))).rejects.toMatchObject({
      code: 'invalid_token',
    });
  });

  test('a clock that is a little off does no harm', async () => {
    expect(
      await verifier().verifyAccessToken(await issuer.token({ exp: Math.floor(Date.now() / 1000) - 10 })),
    ).toHaveProperty('clientId');
  });

  test('nor is one that was signed with no key, with ours for theirs, or changed', async () => {
    const token = await issuer.token({});
    const [head = '', body = '', signature = ''] = token.split('.');
    const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = JSON.parse(Buffer.from(body, 'base64url').toString());
    const shared = new TextEncoder().encode(JSON.stringify(issuer.published[0]).padEnd(64));
    const forged = await new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(shared);
    for (const bad of [
      `${b64({ alg: 'none' })}.${body}.`,
      `${head}.${b64({ ...payload, scope: 'registrar:paid' })}.${signature}`,
      forged,
      'a.b.c',
      `${head}.${body}.${signature.slice(2)}`,
    ])
      await expect(verifier().verifyAccessToken(bad)).rejects.toMatchObject({ code: 'invalid_token' });
  });

  test('its keys are kept, and looked up anew when there is a new one', async () => {
    const known = verifier();
    const before = issuer.asked.length;
    for (let at = 0; at < 3; at += 1) await known.verifyAccessToken(await issuer.token({}));
    expect(issuer.asked.length - before).toBe(2);
    const later = verifier();
    await issuer.add('two', 'ES256');
    expect(await later.verifyAccessToken(await issuer.token({}, { kid: 'two', alg: 'ES256' }))).toHaveProperty(
      'clientId',
    );
  });

  test('what an issuer signs besides access tokens is no key to this server', async () => {
    for (const typ of ['logout+jwt', 'dpop+jwt', 'secevent+jwt'])
      await expect(verifier().verifyAccessToken(await issuer.token({}, { typ }))).rejects.toMatchObject({
        code: 'invalid_token',
      });
  });

  test('an issuer that cannot be asked, or calls itself otherwise, is no reason to throw a token away; it is asked again a little later', async () => {
    const clock = { now: new Date() };
    const known = openVerifier(
      {
        oauth: { issuer: new URL(issuer.issuer), audience },
        permitOf: async () => undefined,
        narrowed: permit => permit,
      },
      () => clock.now,
    );
    for (const breaks of [
      () => issuer.callItself('https://other.example.com'),
      () => issuer.fail('/.well-known/openid-configuration'),
      () => issuer.fail('/jwks'),
    ]) {
      breaks();
      const before = issuer.asked.length;
      for (let at = 0; at < 20; at += 1)
        await expect(known.verifyAccessToken(await issuer.token({}))).rejects.toMatchObject({ code: 'server_error' });
      expect(issuer.asked.length - before).toBeLessThan(3);
      issuer.callItself(issuer.issuer);
      issuer.fail(undefined);
      clock.now = new Date(clock.now.getTime() + 6_000);
    }
    expect(await known.verifyAccessToken(await issuer.token({}))).toHaveProperty('clientId');
  });

  test('what cannot be one of its tokens does not make us ask it', async () => {
    const before = issuer.asked.length;
    const known = verifier();
    for (const bad of [
      'a.b.c',
      await issuer.token({ iss: 'https://other.example.com' }),
      await issuer.token({}, { typ: 'logout+jwt' }),
    ])
      await expect(known.verifyAccessToken(bad)).rejects.toMatchObject({ code: 'invalid_token' });
    expect(issuer.asked.length).toBe(before);
  });

  test('over HTTP: what is missing, where to get it, what it opens, and what it does not', async () => {
    const state = freshState();
    const server = await serveHttp({
      ...state.env,
      REGISTRAR_OAUTH_ISSUER: issuer.issuer,
      REGISTRAR_OAUTH_AUDIENCE: audience.href,
    });
    const nothing = await request(server.url, undefined, 'tools/list');
    expect([nothing.status, nothing.challenge]).toEqual([
      401,
      expect.stringContaining(
        'resource_metadata="https://registrar.example.com/.well-known/oauth-protected-resource/mcp"',
      ),
    ]);
    for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource'])
      expect(await (await fetch(new URL(path, server.url))).json()).toEqual({
        resource: audience.href,
        authorization_servers: [issuer.issuer],
        scopes_supported: ['registrar:read', 'registrar:write', 'registrar:destructive', 'registrar:paid'],
        bearer_methods_supported: ['header'],
        resource_name: 'registrar-mcp',
      });
    const reader = await issuer.token({});
    expect((await call(server.url, reader, 'domain_list')).text).toContain('harbor-bakery.com');
    const step = await call(server.url, reader, 'domain_unlock', { domain_name: 'glue-works.net' });
    expect([step.status, step.challenge]).toEqual([
      403,
      expect.stringMatching(/scope="registrar:destructive registrar:read"/),
    ]);
    expect((await call(server.url, await issuer.token({ scope: '' }), 'domain_list')).status).toBe(403);
    const at = new URL('/.well-known/oauth-protected-resource/mcp', server.url);
    const foreign = { Origin: 'https://app.example.com' };
    expect((await fetch(at, { headers: foreign })).headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect((await fetch(at, { method: 'OPTIONS', headers: foreign })).status).toBe(204);
    expect((await fetch(at, { method: 'POST' })).status).toBe(405);
    const writer = await issuer.token({ scope: 'registrar:write registrar:read' });
    expect(
      (
        await call(server.url, writer, 'dns_create', {
          domain_name: 'nightbus.app',
          host: 'o',
          type: 'A',
          content: '192.0.2.1',
        })
      ).text,
    ).toContain('Added');
    expect((await call(server.url, reader, 'journal')).text).toContain('oauth ada');
    expect(await server.stop()).toBe(0);
    // The token itself went no further than here.
    expect(server.stderr()).not.toContain(writer);
    state.remove();
  });
});

describe('a client that signs its person in', () => {
  test('authorization code with PKCE, at a real provider, from the 401 to a call', async () => {
    const redirect = 'http://127.0.0.1:9/callback';
    let resource = 'http://127.0.0.1:1/mcp';
    const provider = await openProvider(
      [{ client_id: 'agent', redirect_uris: [redirect], token_endpoint_auth_method: 'none' }],
      {
        scopes: ['openid', 'registrar:read', 'registrar:write', 'registrar:destructive', 'registrar:paid'],
        features: {
          resourceIndicators: {
            enabled: true,
            defaultResource: () => resource,
            getResourceServerInfo: (_, indicator) => ({
              scope: 'registrar:read registrar:write',
              audience: indicator,
              accessTokenFormat: 'jwt',
            }),
            useGrantedResource: () => true,
          },
        },
      },
    );

    const state = freshState();
    const port = await freePort();
    resource = `http://127.0.0.1:${port}/mcp`;
    const server = await serveHttp(
      { ...state.env, REGISTRAR_OAUTH_ISSUER: provider.issuer, REGISTRAR_OAUTH_AUDIENCE: resource },
      ['--port', `${port}`],
    );

    let saved: OAuthTokens | undefined;
    let verifier = '';
    let asked: URL | undefined;
    const auth: OAuthClientProvider = {
      redirectUrl: redirect,
      clientMetadata: { redirect_uris: [redirect], token_endpoint_auth_method: 'none' },
      clientInformation: (): OAuthClientInformationMixed => ({ client_id: 'agent' }),
      tokens: () => saved,
      saveTokens: tokens => {
        saved = tokens;
      },
      redirectToAuthorization: url => {
        asked = url;
      },
      saveCodeVerifier: value => {
        verifier = value;
      },
      codeVerifier: () => verifier,
    };
    const open = () => new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: { pin: revision } } });
    const first = new StreamableHTTPClientTransport(new URL(resource), { authProvider: auth });
    const unauthorized = await open()
      .connect(first)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(unauthorized).toBeInstanceOf(UnauthorizedError);
    expect(asked?.searchParams.get('code_challenge_method')).toBe('S256');
    expect(asked?.searchParams.get('resource')).toBe(resource);
    await first.finishAuth((await signIn(asked ?? new URL(provider.issuer), redirect, 'ada')).searchParams);
    expect(saved?.access_token.split('.')).toHaveLength(3);

    const client = open();
    await client.connect(new StreamableHTTPClientTransport(new URL(resource), { authProvider: auth }));
    const { tools } = await client.listTools();
    expect(tools.some(({ name }) => name === 'dns_create')).toBe(true);
    expect(tools.some(({ name }) => name === 'domain_create')).toBe(false);
    const added = await client.callTool({
      name: 'dns_create',
      arguments: { domain_name: 'nightbus.app', host: 'signed-in', type: 'A', content: '192.0.2.1' },
    });
    expect(added.isError).toBeFalsy();
    expect(JSON.stringify((await client.callTool({ name: 'journal', arguments: {} })).structuredContent)).toContain(
      'oauth ada',
    );
    await client.close();
    expect(await server.stop()).toBe(0);
    provider.close();
    state.remove();
  }, 60_000);
});
