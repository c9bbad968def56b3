import { describe, expect, test } from 'vitest';
import { type Environment, readConfig } from '#config/config.ts';

const files: Readonly<Record<string, string>> = {
  '/run/secrets/token': 'token-from-a-file\n',
  '/run/secrets/empty': ' \n',
};

function read(environment: Environment) {
  const readFile = (path: string) => {
    const content = files[path];
    if (content === undefined) throw new Error('no such file');
    return content;
  };
  return readConfig({ HOME: '/home/ada', ...environment }, { readFile, toolsets: ['domains', 'dns', 'orders'] });
}

function problems(environment: Environment): string {
  try {
    read(environment);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'no problems';
}

const account = { REGISTRAR_USERNAME: 'ada', REGISTRAR_API_TOKEN: 'secret-token' };

describe('where to go', () => {
  test('without credentials, the sandbox', () => {
    expect(read({})).toMatchObject({
      registrar: { kind: 'sandbox' },
      auth: 'token',
      toolsets: [],
      readOnly: false,
      stateDir: '/home/ada/.local/state/registrar-mcp',
      logLevel: 'warn',
    });
    expect(read({ ...account, REGISTRAR_URL: 'sandbox' }).registrar).toEqual({ kind: 'sandbox' });
    expect(read({ REGISTRAR_USERNAME: '', REGISTRAR_API_TOKEN: ' ' }).registrar).toEqual({ kind: 'sandbox' });
  });

  test('with credentials, production; names of the test system go there', () => {
    expect(read(account).registrar).toMatchObject({
      kind: 'account',
      place: 'production',
      url: new URL('https://api.name.com'),
      credentials: { username: 'ada', apiToken: 'secret-token' },
    });
    expect(read({ ...account, REGISTRAR_USERNAME: 'ada-ote' }).registrar).toMatchObject({
      place: 'test',
      url: new URL('https://api.dev.name.com'),
    });
    expect(read({ ...account, REGISTRAR_URL: 'https://api.example.com.' })).toEqual(
      read({ ...account, REGISTRAR_URL: 'https://api.example.com' }),
    );
    expect(read({ ...account, REGISTRAR_URL: 'http://127.0.0.1:9/x' }).registrar).toMatchObject({
      place: '127.0.0.1:9',
      url: new URL('http://127.0.0.1:9/x'),
    });
  });

  test('secrets may come from files', () => {
    expect(read({ REGISTRAR_USERNAME: 'ada', REGISTRAR_API_TOKEN_FILE: '/run/secrets/token' }).registrar).toMatchObject(
      { credentials: { apiToken: 'token-from-a-file' } },
    );
    expect(read({ REGISTRAR_HTTP_TOKEN_FILE: '/run/secrets/token' }).http).toEqual({
      token: 'token-from-a-file',
      hosts: [],
    });
  });
});

describe('what is wrong', () => {
  test('is listed all at once, with what to do, and without secrets', () => {
    const message = problems({
      REGISTRAR_USERNAME: 'ada',
      REGISTRAR_URL: 'produciton',
      REGISTRAR_TOOLSETS: 'domains,dsn',
      REGISTRAR_READ_ONLY: 'maybe',
      REGISTRAR_RATE_PER_SECOND: '-1',
      REGISTRAR_LOG_LEVEL: 'loud',
      REGISTRAR_HTTP_TOKEN: 'short-secret',
      REGISTRAR_TOKEN: 'secret-token',
    });
    expect(message.split('\n')).toHaveLength(9);
    expect(message).toMatch(/^The configuration cannot be used:\n/);
    for (const part of [
      'REGISTRAR_TOKEN is not a setting; did you mean "REGISTRAR_API_TOKEN"?',
      'REGISTRAR_API_TOKEN is missing',
      'REGISTRAR_URL must be production, test, sandbox or a URL, not "produciton"; did you mean "production"?',
      'REGISTRAR_TOOLSETS has "dsn"',
      'REGISTRAR_READ_ONLY must be true or false',
      'REGISTRAR_RATE_PER_SECOND must be a whole number',
      'REGISTRAR_LOG_LEVEL must be debug, info, warn, error or silent',
      'REGISTRAR_HTTP_TOKEN must have at least 16 characters',
    ]) {
      expect(message).toContain(part);
    }
    expect(message).not.toMatch(/short-secret|secret-token/);
  });

  test.each<[Environment, RegExp]>([
    [
      { REGISTRAR_USERNAME: 'ada' },
      /REGISTRAR_API_TOKEN is missing: set it too \(or REGISTRAR_API_TOKEN_FILE\), or neither for the sandbox/,
    ],
    [{ REGISTRAR_API_TOKEN: 'x' }, /REGISTRAR_USERNAME is missing/],
    [{ REGISTRAR_URL: 'production' }, /REGISTRAR_USERNAME is missing[\s\S]*REGISTRAR_API_TOKEN is missing/],
    [{ ...account, REGISTRAR_URL: 'produciton' }, /did you mean "production"\?/],
    [{ ...account, REGISTRAR_URL: 'http://api.example.com' }, /must begin with https/],
    [{ ...account, REGISTRAR_URL: 'https://ada:pw@api.example.com' }, /neither credentials nor a query/],
    [{ ...account, REGISTRAR_URL: 'test' }, /does not end in "-ote"/],
    [{ ...account, REGISTRAR_USERNAME: 'ada-ote', REGISTRAR_URL: 'production' }, /ends in "-ote"/],
    [{ ...account, REGISTRAR_API_TOKEN_FILE: '/run/secrets/token' }, /both set; keep one/],
    [{ REGISTRAR_USERNAME: 'ada', REGISTRAR_API_TOKEN_FILE: '/nowhere' }, /names "\/nowhere", which cannot be read/],
    [{ REGISTRAR_USERNAME: 'ada', REGISTRAR_API_TOKEN_FILE: '/run/secrets/empty' }, /which is empty/],
    [{ REGISTRAR_TOOLSETS: 'domain' }, /the toolsets are domains, dns and orders/],
    [{ REGISTRAR_USER: 'ada' }, /REGISTRAR_USER is not a setting; did you mean "REGISTRAR_U/],
  ])('%j', (environment, says) => {
    expect(problems(environment)).toMatch(says);
  });
});

describe('money and people', () => {
  test('on a real account a person decides and nothing may be spent, until it is set; the sandbox is free', () => {
    expect(read(account)).toMatchObject({
      confirm: 'human',
      budget: { perDay: { cents: 0 }, perOrder: { cents: 0 } },
      names: { allow: [], protect: [] },
    });
    expect(read({})).toMatchObject({ confirm: 'agent', budget: { perDay: undefined, perOrder: undefined } });
    const set = {
      ...account,
      REGISTRAR_SPEND_LIMIT: '$50',
      REGISTRAR_ORDER_LIMIT: 'unlimited',
      REGISTRAR_CONFIRM: 'agent',
    };
    expect(read(set)).toMatchObject({ confirm: 'agent', budget: { perDay: { cents: 5000 }, perOrder: undefined } });
  });

  test('patterns of names are read in either script', () => {
    expect(read({ REGISTRAR_ALLOW: 'Example.com, *.dev', REGISTRAR_PROTECT: 'café.com' }).names).toEqual({
      allow: ['example.com', '*.dev'],
      protect: ['xn--caf-dma.com'],
    });
  });

  test('hazards need a person on a real account until they are allowed by name; on the sandbox none does', () => {
    expect(read(account).hazards).toEqual([]);
    expect(read({ ...account, REGISTRAR_ALLOW_HAZARDS: 'last_mx, mass_change' }).hazards).toEqual([
      'mass_change',
      'last_mx',
    ]);
    expect(read({}).hazards).toHaveLength(5);
    expect(problems({ ...account, REGISTRAR_ALLOW_HAZARDS: 'all' })).toMatch(
      /REGISTRAR_ALLOW_HAZARDS must be of mass_change, apex_ns/,
    );
  });

  test('an issuer needs an audience', () => {
    const REGISTRAR_OAUTH_ISSUER = 'https://id.example.com';
    expect(problems({ REGISTRAR_OAUTH_ISSUER })).toMatch(
      /REGISTRAR_OAUTH_ISSUER needs REGISTRAR_OAUTH_AUDIENCE, or REGISTRAR_PUBLIC_URL/,
    );
    expect(
      read({ REGISTRAR_OAUTH_ISSUER, REGISTRAR_PUBLIC_URL: 'https://mcp.example.com' }).http.oauth?.audience.href,
    ).toBe('https://mcp.example.com/mcp');
    expect(
      read({ REGISTRAR_OAUTH_ISSUER, REGISTRAR_OAUTH_AUDIENCE: 'https://a.example.com/' }).http.oauth?.audience.href,
    ).toBe('https://a.example.com/');
    expect(problems({ REGISTRAR_OAUTH_AUDIENCE: 'https://a.example.com/' })).toMatch(/without REGISTRAR_OAUTH_ISSUER/);
    expect(
      problems({ REGISTRAR_OAUTH_ISSUER: 'http://id.example.com', REGISTRAR_OAUTH_AUDIENCE: 'https://a.example.com/' }),
    ).toMatch(/REGISTRAR_OAUTH_ISSUER must be an https URL/);
  });

  test('resolvers are addresses, with a port or without', () => {
    expect(read({ REGISTRAR_DNS_RESOLVERS: '9.9.9.9, 127.0.0.1:5353,2620:fe::fe,[2620:fe::9]:54' }).resolvers).toEqual([
      { address: '9.9.9.9', port: 53 },
      { address: '127.0.0.1', port: 5353 },
      { address: '2620:fe::fe', port: 53 },
      { address: '2620:fe::9', port: 54 },
    ]);
    for (const wrong of ['dns.quad9.net', '9.9.9', '9.9.9.9:0', '9.9.9.9:99999', '[::1'])
      expect(problems({ REGISTRAR_DNS_RESOLVERS: wrong }), wrong).toMatch(
        /REGISTRAR_DNS_RESOLVERS has ".+", which is no address/,
      );
  });

  test('a guard that is set and says nothing is refused', () => {
    expect(problems({ REGISTRAR_ALLOW: ',' })).toMatch(/REGISTRAR_ALLOW is set and lists nothing/);
    expect(problems({ REGISTRAR_PROTECT: 'ex ample.com' })).toMatch(/REGISTRAR_PROTECT has "ex ample\.com"/);
    expect(problems({ ...account, REGISTRAR_SPEND_LIMIT: '-5' })).toMatch(/REGISTRAR_SPEND_LIMIT must be an amount/);
    expect(problems({ REGISTRAR_ORDER_LIMIT: 'lots' })).toMatch(/REGISTRAR_ORDER_LIMIT must be an amount/);
    expect(problems({ REGISTRAR_APPROVAL_CODE: 'short' })).toMatch(/at least 8 characters/);
    expect(problems({ REGISTRAR_PUBLIC_URL: 'registrar' })).toMatch(/must be a URL/);
  });
});
