import { type AuthInfo, OAuthError, OAuthErrorCode, type OAuthTokenVerifier } from '@modelcontextprotocol/server';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import * as z from 'zod';
import { discoveryAt, keysAt, plain } from '../model/issuer.ts';
import { oauthCaller, type Permit, scopeOf } from '../model/permit.ts';
import { words } from '../model/risk.ts';
import { remembered } from '../remembered.ts';
import { sameSecret } from '../same-secret.ts';
import { infoOf } from './permits.ts';

/** Whose access tokens are taken, and for which audience. */
export interface Issuer {
  readonly issuer: URL;
  readonly audience: URL;
}

export interface Authorization {
  /** The one token of a deployment that has one; it may do everything. */
  readonly token?: string | undefined;
  readonly oauth?: Issuer | undefined;
  /** The permit of a token that a person made here; undefined for one that is none, or no more. */
  readonly permitOf: (token: string) => Promise<Permit | undefined>;
  /** A permit within what the deployment says of its caller besides. */
  readonly narrowed: (permit: Permit) => Permit;
}

const scopes = words.map(scopeOf);

/** Pinned, so that no token chooses how it is verified. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** By how much the issuer's clock may differ from ours, in seconds. */
const clockTolerance = 30;
/** A token that was made here ends by being revoked, which every call asks for; to the SDK it lasts as long as a call may. */
const callSeconds = 3600;

/** For how long a token is good without being verified again, in milliseconds, if it does not expire before. */
const verifiedMs = 60_000;

/** For how long an issuer that could not be asked is not asked again, in milliseconds: anybody can send what looks like a token. */
const restMs = 5_000;
/** How an access token calls itself (RFC 9068), or does not; what else an issuer signs is no key to this server. */
const types: readonly (string | undefined)[] = ['at+jwt', 'application/at+jwt', 'jwt', undefined];

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const Claims = z.object({
  sub: z.string().min(1),
  scope: z.string().optional(),
  scp: z.union([z.array(z.string()), z.string()]).optional(),
  exp: z.number(),
});

/** Reads a bearer token: the deployment's own, one that a person made here, or a JWT of the issuer for this server. */
export function openVerifier(
  { token: own, oauth, permitOf, narrowed }: Authorization,
  now: () => Date,
): OAuthTokenVerifier {
  const issued = oauth && remembered(openIssuer(oauth, now, narrowed), { ms: verifiedMs, now });
  return {
    async verifyAccessToken(token: string): Promise<AuthInfo> {
      if (own !== undefined && sameSecret(token, own))
        return infoOf(
          token,
          narrowed({ caller: 'http', words, names: [], answers: true }),
          seconds(now()) + callSeconds,
        );
      const permit = await permitOf(token);
      if (permit) return infoOf(token, narrowed(permit), seconds(now()) + callSeconds);
      if (issued && token.split('.').length === 3) return await issued(token);
      throw new OAuthError(OAuthErrorCode.InvalidToken, 'The token is not known here, or is no more.');
    },
  };
}

/** Verifies the JWTs of an issuer (RFC 9068) by its published keys, which are kept and looked up anew when they change. */
function openIssuer(
  { issuer, audience }: Issuer,
  now: () => Date,
  narrowed: Authorization['narrowed'],
): (token: string) => Promise<AuthInfo> {
  let found: ReturnType<typeof discover> | undefined;
  let restUntil = 0;

  async function discover() {
    const reply = await fetch(discoveryAt(issuer), { signal: AbortSignal.timeout(5_000), redirect: 'error' });
    if (!reply.ok) throw new Error(`the issuer answers ${reply.status}`);
    const document = Discovery.parse(await reply.json());
    if (plain(document.issuer) !== plain(issuer.href)) throw new Error(`the issuer calls itself ${document.issuer}`);
    return {
      issuer: document.issuer,
      keys: createRemoteJWKSet(keysAt(issuer, document.jwks_uri), { timeoutDuration: 5_000 }),
    };
  }

  async function verified(token: string) {
    found ??= discover();
    const known = await found;
    return await jwtVerify(token, known.keys, {
      issuer: known.issuer,
      audience: [audience.href, plain(audience.href)],
      algorithms,
      clockTolerance,
      currentDate: now(),
      requiredClaims: ['exp', 'sub'],
    });
  }

  return async token => {
    if (!looksLikeOne(token, issuer)) throw notOne();
    if (now().getTime() < restUntil) throw unasked();
    try {
      const claims = Claims.safeParse((await verified(token)).payload);
      if (!claims.success) throw notOne();
      const { sub, scope = '', scp = '', exp } = claims.data;
      const given = [scope, scp].flat().join(' ').split(/\s+/);
      const may = words.filter(word => given.includes(scopeOf(word)));
      const permit = { caller: oauthCaller(sub), words: may, names: [], answers: false };
      return infoOf(token, narrowed(permit), Math.floor(exp) + clockTolerance);
    } catch (error) {
      if (error instanceof OAuthError) throw error;
      if (faults.some(kind => error instanceof kind)) throw notOne();
      found = undefined;
      restUntil = now().getTime() + restMs;
      throw unasked();
    }
  };
}

/** What is wrong with a token itself; anything else is the issuer's trouble, and no reason to throw the token away. */
const faults = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
];

/** Whether a token may be one of the issuer's, before the issuer is asked for anything. */
function looksLikeOne(token: string, issuer: URL): boolean {
  try {
    const { alg = '', typ } = decodeProtectedHeader(token);
    const { iss = '' } = decodeJwt(token);
    return algorithms.includes(alg) && types.includes(typ?.toLowerCase()) && plain(iss) === plain(issuer.href);
  } catch {
    return false;
  }
}

function notOne(): OAuthError {
  return new OAuthError(
    OAuthErrorCode.InvalidToken,
    'The token is not an access token of the issuer for this server, or has expired.',
  );
}

function unasked(): OAuthError {
  return new OAuthError(OAuthErrorCode.ServerError, 'The issuer of tokens cannot be asked just now.');
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

/** What clients are told of where to get a token for this server (RFC 9728). */
export function resourceMetadata({ issuer, audience }: Issuer) {
  return {
    resource: audience.href,
    authorization_servers: [plain(issuer.href)],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    resource_name: 'registrar-mcp',
  };
}
