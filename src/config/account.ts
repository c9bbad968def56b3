import { isLoopback } from '../model/loopback.ts';
import { type Money, usd } from '../model/money.ts';
import { didYouMean, quote } from '../model/text.ts';
import { type HazardKind, hazardKinds } from '../zone/safety.ts';
import type { Take } from './reader.ts';
import { settings } from './settings.ts';

const registrars = { production: 'https://api.name.com', test: 'https://api.dev.name.com' } as const;

/** An account at a registrar, and what may be done on it. */
export interface AccountConfig {
  readonly registrar:
    | { readonly kind: 'sandbox' }
    | {
        readonly kind: 'account';
        readonly url: URL;
        readonly place: string;
        readonly credentials: { readonly username: string; readonly apiToken: string };
      };
  readonly auth: 'token' | 'session';
  readonly rates: { readonly perSecond?: number | undefined; readonly perHour?: number | undefined };
  readonly confirm: 'human' | 'agent';
  /** The most that may be spent; no limit where there is none. */
  readonly budget: { readonly perDay?: Money | undefined; readonly perOrder?: Money | undefined };
  /** Patterns of the names that may be changed (all of them where there are none), and of those that are kept from gated tools. */
  readonly names: { readonly allow: readonly string[]; readonly protect: readonly string[] };
  /** Kinds of hazard that need no person where the agent confirms. */
  readonly hazards: readonly HazardKind[];
}

/** What tells one account from another, wherever it is served. */
export function accountKey({ registrar }: AccountConfig): string {
  return registrar.kind === 'sandbox' ? 'sandbox' : `${registrar.credentials.username} at ${registrar.url.href}`;
}

/** The settings that each account can have its own of. */
export const accountSettings = [
  'REGISTRAR_AUTH',
  'REGISTRAR_RATE_PER_SECOND',
  'REGISTRAR_RATE_PER_HOUR',
  'REGISTRAR_CONFIRM',
  'REGISTRAR_SPEND_LIMIT',
  'REGISTRAR_ORDER_LIMIT',
  'REGISTRAR_ALLOW',
  'REGISTRAR_PROTECT',
  'REGISTRAR_ALLOW_HAZARDS',
] as const;

/** Reads an account out of settings. */
export function readAccount(take: Take, problems: string[]): AccountConfig {
  const registrar = readRegistrar(
    {
      username: take('REGISTRAR_USERNAME', settings.REGISTRAR_USERNAME),
      apiToken: take('REGISTRAR_API_TOKEN', settings.REGISTRAR_API_TOKEN),
      where: take('REGISTRAR_URL', settings.REGISTRAR_URL),
    },
    problems,
  );
  const playing = registrar.kind === 'sandbox';
  const limit = (given: Money | 'unlimited' = playing ? 'unlimited' : usd(0)) =>
    given === 'unlimited' ? undefined : given;
  const allowed: readonly string[] = take('REGISTRAR_ALLOW_HAZARDS', settings.REGISTRAR_ALLOW_HAZARDS) ?? [];
  return {
    registrar,
    auth: take('REGISTRAR_AUTH', settings.REGISTRAR_AUTH) ?? 'token',
    rates: {
      perSecond: take('REGISTRAR_RATE_PER_SECOND', settings.REGISTRAR_RATE_PER_SECOND),
      perHour: take('REGISTRAR_RATE_PER_HOUR', settings.REGISTRAR_RATE_PER_HOUR),
    },
    confirm: take('REGISTRAR_CONFIRM', settings.REGISTRAR_CONFIRM) ?? (playing ? 'agent' : 'human'),
    budget: {
      perDay: limit(take('REGISTRAR_SPEND_LIMIT', settings.REGISTRAR_SPEND_LIMIT)),
      perOrder: limit(take('REGISTRAR_ORDER_LIMIT', settings.REGISTRAR_ORDER_LIMIT)),
    },
    names: {
      allow: take('REGISTRAR_ALLOW', settings.REGISTRAR_ALLOW) ?? [],
      protect: take('REGISTRAR_PROTECT', settings.REGISTRAR_PROTECT) ?? [],
    },
    hazards: hazardKinds.filter(kind => playing || allowed.includes(kind)),
  };
}

function readRegistrar(
  {
    username,
    apiToken,
    where,
  }: { username: string | undefined; apiToken: string | undefined; where: string | undefined },
  problems: string[],
): AccountConfig['registrar'] {
  if (where === 'sandbox' || (where === undefined && username === undefined && apiToken === undefined))
    return { kind: 'sandbox' };
  if (username === undefined) problems.push('REGISTRAR_USERNAME is missing: set it too, or neither for the sandbox.');
  if (apiToken === undefined)
    problems.push(
      'REGISTRAR_API_TOKEN is missing: set it too (or REGISTRAR_API_TOKEN_FILE), or neither for the sandbox.',
    );
  const testing = username?.endsWith('-ote') ?? false;
  const place = where ?? (testing ? 'test' : 'production');
  if ((place === 'production' && testing) || (place === 'test' && username !== undefined && !testing)) {
    problems.push(
      `REGISTRAR_URL is ${place}, but REGISTRAR_USERNAME ${testing ? 'ends' : 'does not end'} in "-ote" as names of the test system do.`,
    );
  }
  const url = urlOf(place, problems);
  return {
    kind: 'account',
    url,
    place: place === 'production' || place === 'test' ? place : url.host,
    credentials: { username: username ?? '', apiToken: apiToken ?? '' },
  };
}

function urlOf(place: string, problems: string[]): URL {
  const address = place === 'production' || place === 'test' ? registrars[place] : place;
  if (!URL.canParse(address)) {
    problems.push(
      `REGISTRAR_URL must be production, test, sandbox or a URL, not ${quote(place)}${didYouMean(place, ['production', 'test', 'sandbox']) || '.'}`,
    );
    return new URL(registrars.production);
  }
  const url = new URL(address);
  // The same host with and without the root's dot would be two accounts, with two budgets.
  url.hostname = url.hostname.replace(/\.$/, '');
  const here = isLoopback(url.hostname.replace(/^\[|\]$/g, ''));
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && here))
    problems.push(
      'REGISTRAR_URL must begin with https:// (http:// only for this machine): credentials are sent there.',
    );
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    problems.push('REGISTRAR_URL must hold neither credentials nor a query.');
  return url;
}
