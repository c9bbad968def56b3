import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import * as oidc from 'openid-client';
import * as z from 'zod';
import { isLoopback } from '../model/loopback.ts';
import { oauthCaller } from '../model/permit.ts';
import { visible } from '../model/text.ts';
import { openCookies } from './cookies.ts';
import { page } from './layout.ts';

export interface SignInOptions {
  readonly issuer: URL;
  /** What the issuer knows these pages as. */
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** Where people reach the pages. */
  readonly publicUrl: URL;
  /** Who may decide about what others asked for: subjects, or verified mail addresses; `*` for all who can sign in. */
  readonly approvers: readonly string[];
  /** What cookies are sealed with. */
  readonly secret: string;
  readonly now: () => Date;
}

/** Who has signed in. */
const Person = z.object({ sub: z.string().min(1), email: z.string().optional(), until: z.number() });
export type Person = z.output<typeof Person>;

/** A sign-in that is under way at the issuer; it stays in the browser that began it. */
const Begun = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  to: z.string(),
  until: z.number(),
});

const Claims = z.object({
  sub: z.string().min(1),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
});

const cookies = { person: 'registrar_person', begun: 'registrar_sign_in' } as const;
/** For how long an issuer that could not be asked is not asked again, in seconds: anybody may come by here. */
const rest = 5;
/** For how long somebody is signed in, and for how long signing in may take, in seconds. */
const lasts = { person: 3600, begun: 600 } as const;
const home = '/approvals';

/**
 * Signs people in at the issuer that the callers' tokens are of (OpenID Connect, authorization code with PKCE). Nothing is
 * kept here: who has signed in is in a sealed cookie, so that any replica knows them.
 */
export function openSignIn(options: SignInOptions) {
  const { issuer, clientId, clientSecret, publicUrl, approvers, secret, now } = options;
  const cookiesOf = openCookies({
    secret: `${secret} ${issuer.href} ${clientId}`,
    secure: publicUrl.protocol === 'https:',
    now,
  });
  const redirectUri = new URL(`${home}/signed-in`, publicUrl).href;
  let found: Promise<oidc.Configuration> | undefined;
  let restUntil = 0;

  /** What the issuer publishes of itself; asked for when the first person comes, and again where that failed. */
  async function configuration(): Promise<oidc.Configuration> {
    if (seconds() < restUntil) throw new Error('the issuer could not be asked a moment ago');
    const insecure = isLoopback(issuer.hostname) ? [oidc.allowInsecureRequests] : [];
    const authentication = clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
    found ??= oidc
      .discovery(issuer, clientId, undefined, authentication, { execute: insecure, timeout: 10 })
      .catch((error: unknown) => {
        found = undefined;
        restUntil = seconds() + rest;
        throw error;
      });
    return await found;
  }

  function seconds(): number {
    return Math.floor(now().getTime() / 1000);
  }

  /** What the issuer says of who comes back from it. Some say a mail address only when they are asked for it. */
  async function claimed(back: URL, { state, nonce, verifier }: z.output<typeof Begun>) {
    const known = await configuration();
    const tokens = await oidc.authorizationCodeGrant(known, back, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = Claims.parse(tokens.claims());
    if (claims.email !== undefined || !approvers.some(who => who.includes('@'))) return claims;
    return Claims.parse(await oidc.fetchUserInfo(known, tokens.access_token, claims.sub));
  }

  /** Whether a person may decide about what anybody asked for. */
  function isApprover({ sub, email }: Person): boolean {
    return approvers.some(who => who === '*' || who === (who.includes('@') ? email : sub));
  }

  const app = new Hono();

  app.get('/sign-in', async c => {
    const to = c.req.query('to') ?? '';
    const begun = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
      // A path of ours and nothing else: whoever made the link must not choose where a person comes out.
      to: /^\/(?:[\w-]{1,64}\/?){0,2}$/.test(to) ? to : home,
    };
    const known = await configuration().catch(() => undefined);
    if (!known) return again(c, 'The issuer cannot be asked just now.', 503);
    await cookiesOf.keep(c, cookies.begun, begun, lasts.begun);
    const at = oidc.buildAuthorizationUrl(known, {
      redirect_uri: redirectUri,
      scope: 'openid email',
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
    });
    return c.redirect(at.href, 303);
  });

  app.get('/signed-in', async c => {
    const begun = await cookiesOf.kept(c, cookies.begun, Begun);
    cookiesOf.drop(c, cookies.begun);
    if (!begun) return again(c, 'This browser has not begun to sign in, or too long ago.');
    const { search } = new URL(c.req.url);
    const claims = await claimed(new URL(search, redirectUri), begun).catch(() => undefined);
    if (!claims) return again(c, 'The issuer did not sign you in.');
    const email = claims.email_verified ? claims.email : undefined;
    await cookiesOf.keep(c, cookies.person, { sub: claims.sub, email }, lasts.person);
    return c.redirect(begun.to, 303);
  });

  app.post('/sign-out', c => {
    cookiesOf.drop(c, cookies.person);
    return c.html(page('Signed out', html`<h1>You are signed out here</h1>`));
  });

  return {
    /** The pages of signing in and out, under those of approvals. */
    app,
    /** Who has signed in with this browser. */
    personOf: (c: Context): Promise<Person | undefined> => cookiesOf.kept(c, cookies.person, Person),
    /** Where to sign in, to come back from to a page of ours. */
    path: (to: string): string => `${home}/sign-in?to=${encodeURIComponent(to)}`,
    isApprover,
    /** Whether a person may decide about what this caller asked for: their own assistants', or anybody's. */
    mayDecide(person: Person, caller: string): boolean {
      return caller === oauthCaller(person.sub) || isApprover(person);
    },
  };
}

function again(c: Context, why: string, status: 403 | 503 = 403) {
  const body = html`<h1>You are not signed in</h1><p class="notice" role="alert">${visible(why)}</p><p>Open the link that the assistant gave you once more.</p>`;
  return c.html(page('Not signed in', body), status);
}
