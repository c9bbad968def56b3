import type { AuthInfo } from '@modelcontextprotocol/server';
import { type Permit, scopeOf } from '../model/permit.ts';

/** The permit of a call, as its token gave it; where nobody is known, everything that the deployment does is permitted. */
export function permitIn(info: AuthInfo | undefined): Permit | undefined {
  const permit = info?.extra && permits.get(info.extra);
  if (info && !permit) throw new Error('a caller is known and their permit is not');
  return permit;
}

/** What the tokens of the calls under way permit; the SDK carries them only as far as it knows of. */
const permits = new WeakMap<object, Permit>();

/** What the SDK is told of a token, and takes along to the call. */
export function infoOf(token: string, permit: Permit, expiresAt: number): AuthInfo {
  const extra = {};
  permits.set(extra, permit);
  return { token, clientId: permit.caller, scopes: permit.words.map(scopeOf), expiresAt, extra };
}
