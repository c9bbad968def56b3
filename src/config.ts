import { join } from 'node:path';
import type * as z from 'zod';
import type { Nameserver } from './dns/nameserver.ts';
import { isLoopback } from './model/loopback.ts';
import { type Money, usd } from './model/money.ts';
import { didYouMean, oneOf, quote } from './model/text.ts';
import { type Setting, settings } from './settings.ts';
import { type HazardKind, hazardKinds } from './zone/safety.ts';

const registrars = { production: 'https://api.name.com', test: 'https://api.dev.name.com' } as const;

type Name = keyof typeof settings;

export interface Config {
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
  readonly approvalCode?: string | undefined;
  /** The most that may be spent; no limit where there is none. */
  readonly budget: { readonly perDay?: Money | undefined; readonly perOrder?: Money | undefined };
  /** Patterns of the names that may be changed (all of them where there are none), and of those that are kept from gated tools. */
  readonly names: { readonly allow: readonly string[]; readonly protect: readonly string[] };
  /** Kinds of hazard that need no person where the agent confirms. */
  readonly hazards: readonly HazardKind[];
  readonly resolvers: readonly Nameserver[];
  readonly toolsets: readonly string[];
  readonly readOnly: boolean;
  readonly stateDir: string;
  /** Where the ledger is kept that replicas share; in the state directory where it does not say. */
  readonly databaseUrl?: string | undefined;
  readonly http: {
    readonly token?: string | undefined;
    readonly hosts: readonly string[];
    readonly publicUrl?: string | undefined;
    /** Whose access tokens are taken, and for which audience. */
    readonly oauth?: { readonly issuer: URL; readonly audience: URL } | undefined;
  };
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration that cannot be served; the message lists everything that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map(problem => `  - ${problem}`).join('\n')}`);
  }
}

/** Reads the environment. `readFile` reads the secrets that are given as files; `toolsets` are the names that exist. */
export function readConfig(
  environment: Environment,
  { readFile, toolsets }: { readFile: (path: string) => string; toolsets: readonly string[] },
): Config {
  const problems: string[] = [];
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name.startsWith('REGISTRAR_') && value?.trim()),
  );
  refuseUnknown(given, problems);

  function take<T>(name: Name, { schema, secret }: { schema: z.ZodType<T>; secret?: true }): T | undefined {
    const raw = secret ? secretOf(name, given, readFile, problems) : given[name];
    const parsed = schema.optional().safeParse(raw);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) problems.push(`${name} ${mustBe(issue)}.`);
    return undefined;
  }

  const wanted = take('REGISTRAR_TOOLSETS', settings.REGISTRAR_TOOLSETS) ?? [];
  for (const name of wanted.filter(each => !toolsets.includes(each))) {
    problems.push(`REGISTRAR_TOOLSETS has ${quote(name)}; the toolsets are ${oneOf(toolsets, 'and')}.`);
  }
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
  const config: Config = {
    registrar,
    auth: take('REGISTRAR_AUTH', settings.REGISTRAR_AUTH) ?? 'token',
    rates: {
      perSecond: take('REGISTRAR_RATE_PER_SECOND', settings.REGISTRAR_RATE_PER_SECOND),
      perHour: take('REGISTRAR_RATE_PER_HOUR', settings.REGISTRAR_RATE_PER_HOUR),
    },
    confirm: take('REGISTRAR_CONFIRM', settings.REGISTRAR_CONFIRM) ?? (playing ? 'agent' : 'human'),
    approvalCode: take('REGISTRAR_APPROVAL_CODE', settings.REGISTRAR_APPROVAL_CODE),
    budget: {
      perDay: limit(take('REGISTRAR_SPEND_LIMIT', settings.REGISTRAR_SPEND_LIMIT)),
      perOrder: limit(take('REGISTRAR_ORDER_LIMIT', settings.REGISTRAR_ORDER_LIMIT)),
    },
    names: {
      allow: take('REGISTRAR_ALLOW', settings.REGISTRAR_ALLOW) ?? [],
      protect: take('REGISTRAR_PROTECT', settings.REGISTRAR_PROTECT) ?? [],
    },
    hazards: hazardKinds.filter(kind => playing || allowed.includes(kind)),
    resolvers: take('REGISTRAR_DNS_RESOLVERS', settings.REGISTRAR_DNS_RESOLVERS) ?? [],
    toolsets: wanted,
    readOnly: take('REGISTRAR_READ_ONLY', settings.REGISTRAR_READ_ONLY) ?? false,
    stateDir: take('REGISTRAR_STATE_DIR', settings.REGISTRAR_STATE_DIR) ?? stateDirectory(environment),
    databaseUrl: take('REGISTRAR_DATABASE_URL', settings.REGISTRAR_DATABASE_URL),
    http: {
      token: take('REGISTRAR_HTTP_TOKEN', settings.REGISTRAR_HTTP_TOKEN),
      hosts: take('REGISTRAR_HTTP_HOSTS', settings.REGISTRAR_HTTP_HOSTS) ?? [],
      publicUrl: take('REGISTRAR_PUBLIC_URL', settings.REGISTRAR_PUBLIC_URL),
      oauth: readOauth(
        {
          issuer: take('REGISTRAR_OAUTH_ISSUER', settings.REGISTRAR_OAUTH_ISSUER),
          audience: take('REGISTRAR_OAUTH_AUDIENCE', settings.REGISTRAR_OAUTH_AUDIENCE),
          publicUrl: take('REGISTRAR_PUBLIC_URL', settings.REGISTRAR_PUBLIC_URL),
        },
        problems,
      ),
    },
    logLevel: take('REGISTRAR_LOG_LEVEL', settings.REGISTRAR_LOG_LEVEL) ?? 'warn',
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** An issuer needs an audience: without one a token that was made for anybody would do. */
function readOauth(
  { issuer, audience, publicUrl }: Readonly<Record<'issuer' | 'audience' | 'publicUrl', string | undefined>>,
  problems: string[],
): Config['http']['oauth'] {
  if (issuer === undefined) {
    if (audience !== undefined) problems.push('REGISTRAR_OAUTH_AUDIENCE is set without REGISTRAR_OAUTH_ISSUER.');
    return undefined;
  }
  const known = audience ?? (publicUrl === undefined ? undefined : new URL('/mcp', publicUrl).href);
  if (known !== undefined) return { issuer: new URL(issuer), audience: new URL(known) };
  problems.push(
    'REGISTRAR_OAUTH_ISSUER needs REGISTRAR_OAUTH_AUDIENCE, or REGISTRAR_PUBLIC_URL, whose /mcp it then is.',
  );
  return undefined;
}

/** An unknown name gets the near one, or one that ends alike: a typing error must not switch a safeguard off. */
function refuseUnknown(given: Environment, problems: string[]): void {
  const known = Object.entries(settings).flatMap(([name, setting]: [string, Setting]) =>
    setting.secret ? [name, `${name}_FILE`] : [name],
  );
  for (const name of Object.keys(given).filter(each => !known.includes(each))) {
    const alike = known.find(each => each.endsWith(name.slice('REGISTRAR'.length)));
    const hint =
      didYouMean(name, known) || (alike ? `; did you mean ${quote(alike)}?` : '; --help lists the settings.');
    problems.push(`${name} is not a setting${hint}`);
  }
}

function mustBe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value' && !issue.message.startsWith('must'))
    return `must be ${oneOf(issue.values.map(String))}`;
  return issue.message;
}

/** A secret from the variable itself or from the file that its `…_FILE` names. It is never quoted in a message. */
function secretOf(
  name: string,
  given: Environment,
  readFile: (path: string) => string,
  problems: string[],
): string | undefined {
  const path = given[`${name}_FILE`];
  if (path === undefined) return given[name];
  if (given[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set; keep one.`);
  try {
    const content = readFile(path).trim();
    if (content === '') problems.push(`${name}_FILE names ${quote(path)}, which is empty.`);
    return content;
  } catch {
    problems.push(`${name}_FILE names ${quote(path)}, which cannot be read.`);
    return undefined;
  }
}

function readRegistrar(
  {
    username,
    apiToken,
    where,
  }: { username: string | undefined; apiToken: string | undefined; where: string | undefined },
  problems: string[],
): Config['registrar'] {
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
  const here = isLoopback(url.hostname.replace(/^\[|\]$/g, ''));
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && here))
    problems.push(
      'REGISTRAR_URL must begin with https:// (http:// only for this machine): credentials are sent there.',
    );
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    problems.push('REGISTRAR_URL must hold neither credentials nor a query.');
  return url;
}

/** Where a user's programs keep their state (XDG; on Windows the local application data). */
function stateDirectory({
  XDG_STATE_HOME: xdg,
  LOCALAPPDATA: local,
  HOME: home,
  USERPROFILE: profile,
}: Environment): string {
  return join(xdg || local || join(home ?? profile ?? '.', '.local', 'state'), 'registrar-mcp');
}
