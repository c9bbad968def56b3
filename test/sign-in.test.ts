import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Config, ConfigError, readConfig } from '#config/config.ts';
import { words } from '#model/risk.ts';
import { openProvider, signIn } from './support/provider.ts';
import { noon, openWorld, type World } from './support/world.ts';

/** People sign in to approve, at the issuer of their assistants' tokens. */
const pages = 'http://127.0.0.1:9999';
const back = `${pages}/approvals/signed-in`;
const unlocking = { domain_name: 'glue-works.net' };

let provider: Awaited<ReturnType<typeof openProvider>>;
let world: World;
beforeEach(async () => {
  provider = await openProvider(
    [{ client_id: 'pages', client_secret: 'the-secret-of-the-pages', redirect_uris: [back] }],
    {
      scopes: ['openid', 'email'],
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      findAccount: (_, sub) => ({
        accountId: sub,
        claims: async () => ({ sub, email: `${sub}@example.com`, email_verified: sub !== 'mallory' }),
      }),
    },
  );
  world = await open();
});
afterEach(async () => {
  await world.close();
  provider.close();
});

function open(approvers: readonly string[] = [], code?: string, accounts?: Config['accounts']): Promise<World> {
  const client = { clientId: 'pages', clientSecret: 'the-secret-of-the-pages' };
  const signInHere = { issuer: new URL(provider.issuer), publicUrl: new URL(pages), approvers, ...client };
  return openWorld({
    confirm: 'human',
    http: { hosts: [], signIn: signInHere },
    approvalCode: code,
    ...(accounts && { accounts }),
  });
}

/** An assistant's call, as an access token of its person's lets it through. */
async function assistant(sub: string, args: Record<string, unknown> = unlocking, caller = `oauth ${sub}`) {
  const permit = { caller, words, names: [], answers: false };
  const { signal } = new AbortController();
  return await world.composed.kernel.call('domain_unlock', args, { id: caller, permit, signal });
}

async function asked(sub: string, caller?: string) {
  const { structured } = await assistant(sub, unlocking, caller);
  return { link: String(structured?.approve_at), confirm: structured?.confirm };
}

/** A browser with its cookies. */
function browser() {
  const jar = new Map<string, string>();
  return {
    jar,
    async go(link: string, form?: Record<string, string>): Promise<{ status: number; text: string; to: string }> {
      const headers = {
        Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form && { Origin: pages }),
      };
      const body = form && { method: 'POST', body: new URLSearchParams(form) };
      const reply = await world.composed.pages(new Request(new URL(link, pages), { headers, ...body }));
      for (const cookie of reply.headers.getSetCookie()) {
        expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax|Max-Age=0/);
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      return { status: reply.status, text: await reply.text(), to: reply.headers.get('Location') ?? '' };
    },
    /** Follows a link to what waits, and signs in where that is asked for. */
    async signIn(link: string, login: string): Promise<string> {
      const { to } = await this.go(link);
      expect(to).toMatch(/^\/approvals\/sign-in\?to=/);
      const { to: issuer } = await this.go(to);
      const returned = await signIn(new URL(issuer), back, login);
      return (await this.go(returned.href)).to;
    },
    /** Decides by the form on a page. */
    async decide(link: string, decision: string, more: Record<string, string> = {}) {
      const { text } = await this.go(link);
      const token = /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
      return await this.go(link, { token, decision, ...more });
    },
  };
}

test('a person signs in and approves what their own assistant asked for; the journal says who', async () => {
  const { link, confirm } = await asked('ada');
  const ada = browser();
  const returned = await ada.signIn(link, 'ada');
  expect(new URL(returned, pages).href).toBe(link);
  expect((await ada.go(link)).text).toContain('You are signed in as ada.');
  expect((await ada.decide(link, 'approve')).status).toBe(303);
  expect((await assistant('ada', { ...unlocking, confirm })).fault).toBeUndefined();
  expect((await world.call('journal', { entry: 1 })).text).toContain('on the approval page, by ada');
});

test('what somebody else’s assistant asked for is not theirs to approve', async () => {
  const { link, confirm } = await asked('ada');
  const bob = browser();
  await bob.signIn(link, 'bob');
  const { text } = await bob.go(link);
  expect(text).toContain('bob cannot approve this');
  expect(text).not.toContain('name="token"');
  const ada = browser();
  await ada.signIn(link, 'ada');
  const token = /name="token" value="([^"]+)"/.exec((await ada.go(link)).text)?.[1] ?? '';
  // Even with the form of who may: it is the person that counts.
  for (const [who, decision] of [
    [bob, 'approve'],
    [bob, 'refuse'],
    [browser(), 'refuse'],
  ] as const) {
    const { status, text: answer } = await who.go(link, { token, decision });
    expect([status, answer]).toEqual([403, expect.not.stringContaining('glue-works.net')]);
  }
  expect((await assistant('ada', { ...unlocking, confirm })).fault).toMatchObject({ code: 'not_approved_yet' });
  expect((await bob.go('/approvals')).text).not.toContain('glue-works.net');
});

describe('approvers may decide about what anybody asked for', () => {
  test.each([
    ['carol', ['carol']],
    ['carol', ['carol@example.com']],
    ['carol', ['*']],
  ])('%s, of %j', async (login, approvers) => {
    await world.close();
    world = await open(approvers);
    const { link, confirm } = await asked('ci', 'token ci');
    const carol = browser();
    await carol.signIn(link, login);
    expect((await carol.go('/approvals')).text).toContain('glue-works.net');
    expect((await carol.decide(link, 'approve')).status).toBe(303);
    expect((await assistant('ci', { ...unlocking, confirm }, 'token ci')).fault).toBeUndefined();
  });

  test('but an address that the issuer has not verified is nobody’s', async () => {
    await world.close();
    world = await open(['mallory@example.com']);
    const { link } = await asked('ci', 'token ci');
    const mallory = browser();
    await mallory.signIn(link, 'mallory');
    expect((await mallory.go(link)).text).toContain('cannot approve this');
  });
});

test('who is not signed in sees nothing of what waits, and decides nothing', async () => {
  const { link } = await asked('ada');
  const nobody = browser();
  expect((await nobody.go(link)).to).toContain('/approvals/sign-in');
  expect((await nobody.go('/approvals')).to).toContain('/approvals/sign-in');
  expect((await nobody.go(link, { token: 'x', decision: 'approve' })).status).toBe(403);
  nobody.jar.set('registrar_person', `${encodeURIComponent('{"sub":"ada","until":9999999999}')}.AAAA`);
  expect((await nobody.go(link)).to).toContain('/approvals/sign-in');
});

test('a sign-in ends after an hour, and when the person says so', async () => {
  const { link } = await asked('ada');
  const ada = browser();
  await ada.signIn(link, 'ada');
  const kept = ada.jar.get('registrar_person') ?? '';
  expect((await ada.go('/approvals/sign-out', {})).text).toContain('signed out');
  expect((await ada.go(link)).to).toContain('/approvals/sign-in');
  ada.jar.set('registrar_person', kept);
  expect((await ada.go(link)).status).toBe(200);
  world.clock.now = new Date(noon.getTime() + 3_601_000);
  expect((await ada.go(link)).to).toContain('/approvals/sign-in');
});

test('a sign-in that another browser began, or that was tampered with, is none', async () => {
  const { link } = await asked('ada');
  const ada = browser();
  const begun = await ada.go((await ada.go(link)).to);
  const returned = await signIn(new URL(begun.to), back, 'ada');
  const mallory = browser();
  expect((await mallory.go(returned.href)).status).toBe(403);
  await mallory.go((await mallory.go(link)).to);
  expect((await mallory.go(returned.href)).status).toBe(403);
  const other = new URL(returned);
  other.searchParams.set('code', 'another');
  expect((await ada.go(other.href)).status).toBe(403);
  expect([...mallory.jar.keys(), ...ada.jar.keys()]).not.toContain('registrar_person');
});

test('beside a sign-in a code does as well', async () => {
  await world.close();
  world = await open([], 'the-approval-code');
  const { link, confirm } = await asked('ci', 'token ci');
  const somebody = browser();
  expect((await somebody.go(link)).text).toMatch(/Sign in.*Approval code/s);
  expect((await somebody.decide(link, 'approve', { code: 'wrong-code' })).status).toBe(403);
  expect((await somebody.decide(link, 'approve', { code: 'the-approval-code' })).status).toBe(303);
  expect((await assistant('ci', { ...unlocking, confirm }, 'token ci')).fault).toBeUndefined();
});

test('who signs out is out, also where they had typed the code besides', async () => {
  await world.close();
  world = await open([], 'the-approval-code');
  const ada = browser();
  await ada.signIn('/approvals', 'ada');
  await ada.go('/enter', { code: 'the-approval-code' });
  expect((await ada.go('/')).text).toContain('Sign out ada');
  await ada.go('/approvals/sign-out', {});
  expect([...ada.jar.keys()]).toEqual([]);
  expect((await ada.go('/')).status).toBe(403);
});

describe('the pages that only show', () => {
  test('lead who is not signed in to the issuer, and back to where they were', async () => {
    const ada = browser();
    const { to } = await ada.go('/journal');
    expect(to).toBe('/approvals/sign-in?to=%2Fjournal');
    const returned = await signIn(new URL((await ada.go(to)).to), back, 'ada');
    expect((await ada.go(returned.href)).to).toBe('/journal');
  });

  test.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/a/b/c'])('and not to %s', async to => {
    const ada = browser();
    const { to: issuer } = await ada.go(`/approvals/sign-in?to=${encodeURIComponent(to)}`);
    const returned = await signIn(new URL(issuer), back, 'ada');
    expect((await ada.go(returned.href)).to).toBe('/approvals');
  });

  test('show nothing to somebody who can sign in and was given nothing, but what their own assistants wait for', async () => {
    const { link } = await asked('ada');
    const ada = browser();
    await ada.signIn(link, 'ada');
    for (const place of ['/', '/journal', '/budget', '/zone?domain_name=glue-works.net']) {
      const { status, text } = await ada.go(place);
      expect([status, text]).toEqual([403, expect.stringContaining('were given no account to look at')]);
      expect(text).not.toContain('glue-works');
    }
    expect((await ada.go('/')).text).toContain('What your assistants wait for');
  });

  test('show all accounts to approvers', async () => {
    await world.close();
    world = await open(['carol@example.com']);
    const { link } = await asked('ci', 'token ci');
    const carol = browser();
    await carol.signIn(link, 'carol');
    expect((await carol.go('/')).text).toMatch(/Sign out carol@example\.com.*glue-works\.net/s);
    expect((await carol.go('/budget')).status).toBe(200);
  });

  test('show a person the accounts that they were given by name, and no others, though they approve', async () => {
    const { registrar } = { registrar: { kind: 'sandbox' } } as const;
    const account = {
      registrar,
      auth: 'token',
      rates: {},
      confirm: 'human',
      budget: {},
      hazards: [],
      names: { allow: [], protect: [] },
    } as const;
    const given = { accounts: ['shop'], names: [], human: false };
    await world.close();
    world = await open(['*'], undefined, {
      served: new Map([
        ['shop', account],
        ['agency', account],
      ]),
      callers: new Map([['oauth ada', given]]),
    });
    const ada = browser();
    await ada.signIn('/approvals', 'ada');
    expect((await ada.go('/budget?account=shop')).status).toBe(200);
    expect((await ada.go('/budget?account=agency')).status).toBe(404);
    const bob = browser();
    await bob.signIn('/approvals', 'bob');
    expect((await bob.go('/budget?account=agency')).text).toMatch(/href="\/\?account=shop"/);
  });
});

test('an issuer that cannot be asked signs nobody in, and nobody is let through for that', async () => {
  const { link } = await asked('ada');
  provider.close();
  const ada = browser();
  const { status, text } = await ada.go((await ada.go(link)).to);
  expect([status, text]).toEqual([503, expect.stringContaining('The issuer cannot be asked just now.')]);
  expect((await ada.go(link)).to).toContain('/approvals/sign-in');
});

test.each([
  [{ REGISTRAR_OAUTH_CLIENT_ID: 'pages' }, /needs REGISTRAR_OAUTH_ISSUER and REGISTRAR_PUBLIC_URL/],
  [{ REGISTRAR_APPROVERS: 'ada' }, /REGISTRAR_APPROVERS is set without REGISTRAR_OAUTH_CLIENT_ID/],
  [{ REGISTRAR_OAUTH_CLIENT_SECRET: 'x' }, /REGISTRAR_OAUTH_CLIENT_SECRET is set without REGISTRAR_OAUTH_CLIENT_ID/],
])('%j is half a configuration', (environment, says) => {
  const read = () => readConfig({ HOME: '/', ...environment }, { readFile: () => '', toolsets: [] });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(says);
});
