import { type AuthInfo, OAuthError, OAuthErrorCode, type OAuthTokenVerifier } from '@modelcontextprotocol/server';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import * as z from 'zod';
import { type Permit, scopeOf } from '../model/permit.ts';
import { words } from '../model/risk.ts';
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
}

const scopes = words.map(scopeOf);

/** Pinned, so that no token chooses how it is verified. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** By how much the issuer's clock may differ from ours, in seconds. */
const clockTolerance = 30;
/** A token that was made here ends by being revoked, which every call asks for; to the SDK it lasts as long as a call may. */
const callSeconds = 3600;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const Claims = z.object({
  sub: z.string().optional(),
  client_id: z.string().optional(),
  scope: z.string().optional(),
  scp: z.union([z.array(z.string()), z.string()]).optional(),
  exp: z.int(),
});

/** Reads a bearer token: the deployment's own, one that a person made here, or a JWT of the issuer for this server. */
export function openVerifier({ token: own, oauth, permitOf }: Authorization, now: () => Date): OAuthTokenVerifier {
  const issued = oauth && openIssuer(oauth, now);
  return {
    async verifyAccessToken(token: string): Promise<AuthInfo> {
      if (own !== undefined && sameSecret(token, own))
        return infoOf(token, { caller: 'http', words, names: [] }, seconds(now()) + callSeconds);
      const permit = await permitOf(token);
      if (permit) return infoOf(token, permit, seconds(now()) + callSeconds);
      if (issued && token.split('.').length === 3) return await issued(token);
      throw new OAuthError(OAuthErrorCode.InvalidToken, 'The token is not known here, or is no more.');
    },
  };
}

/** Verifies the JWTs of an issuer (RFC 9068) by its published keys, which are kept and looked up anew when they change. */
function openIssuer({ issuer, audience }: Issuer, now: () => Date): (token: string) => Promise<AuthInfo> {
  let found: Promise<{ issuer: string; keys: ReturnType<typeof createRemoteJWKSet> }> | undefined;

  async function discover() {
    const at = new URL(`${issuer.href.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const reply = await fetch(at, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
    const document = Discovery.parse(await reply.json());
    if (document.issuer.replace(/\/$/, '') !== issuer.href.replace(/\/$/, ''))
      throw new Error(`the issuer calls itself ${document.issuer}`);
    return {
      issuer: document.issuer,
      keys: createRemoteJWKSet(new URL(document.jwks_uri), { timeoutDuration: 5_000 }),
    };
  }

  return async token => {
    found ??= discover().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    try {
      const known = await found;
      const { payload } = await jwtVerify(token, known.keys, {
        issuer: known.issuer,
        audience: [audience.href, audience.href.replace(/\/$/, '')],
        algorithms,
        clockTolerance,
        currentDate: now(),
        requiredClaims: ['exp'],
      });
      const claims = Claims.parse(payload);
      const given = [claims.scope ?? '', claims.scp ?? ''].flat().join(' ').split(/\s+/);
      const permit = {
        caller: `oauth ${claims.sub ?? claims.client_id ?? 'unnamed'}`.slice(0, 100),
        words: words.filter(word => given.includes(scopeOf(word))),
        names: [],
      };
      return infoOf(token, permit, claims.exp + clockTolerance);
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof z.ZodError)
        throw new OAuthError(
          OAuthErrorCode.InvalidToken,
          'The token is not one of the issuer for this server, or has expired.',
        );
      throw new OAuthError(OAuthErrorCode.ServerError, 'The issuer of tokens cannot be asked just now.');
    }
  };
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

/** What clients are told of where to get a token for this server (RFC 9728). */
export function resourceMetadata({ issuer, audience }: Issuer) {
  return {
    resource: audience.href,
    authorization_servers: [issuer.href],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    resource_name: 'registrar-mcp',
  };
}
