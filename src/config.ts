import { join } from 'node:path';
import * as z from 'zod';
import { didYouMean, oneOf, quote } from './model/text.ts';

const registrars = { production: 'https://api.name.com', test: 'https://api.dev.name.com' } as const;

const text = z.string().trim().min(1);
const secret = text.refine(given => /^[!-~]+$/.test(given), 'must be printable ASCII without spaces');
const list = text.transform(given =>
  given
    .split(',')
    .map(item => item.trim())
    .filter(Boolean),
);
const rate = text
  .refine(given => /^\d{1,9}$/.test(given), 'must be a whole number, or 0 for no limit')
  .transform(given => Number(given) || Number.POSITIVE_INFINITY);
const yes = z
  .enum(['1', 'true', 'yes', '0', 'false', 'no'], 'must be true or false')
  .transform(given => ['1', 'true', 'yes'].includes(given));

/** Every setting: what it takes, what it is for, and what it is where it is not set. The README's table is printed from here. */
export const settings = {
  REGISTRAR_USERNAME: {
    schema: text,
    about: 'Account name at the registrar. Without credentials everything works on the sandbox.',
    otherwise: 'sandbox',
  },
  REGISTRAR_API_TOKEN: { schema: secret, about: 'API token of the account.', otherwise: 'sandbox', secret: true },
  REGISTRAR_URL: {
    schema: text,
    about: '`production`, `test`, `sandbox`, or the URL of an API of the same kind.',
    otherwise: '`test` for names in `-ote`, else `production`',
  },
  REGISTRAR_AUTH: {
    schema: z.enum(['token', 'session']),
    about: '`token`: name and token on each request. `session`: a session token from login.',
    otherwise: '`token`',
  },
  REGISTRAR_TOOLSETS: { schema: list, about: 'Toolsets to serve, with commas between them.', otherwise: 'all' },
  REGISTRAR_READ_ONLY: { schema: yes, about: 'Serve only the tools that change nothing.', otherwise: '`false`' },
  REGISTRAR_RATE_PER_SECOND: {
    schema: rate,
    about: 'Most requests to the registrar in any second, 0 for no limit; more wait their turn.',
    otherwise: '20; no limit on the sandbox',
  },
  REGISTRAR_RATE_PER_HOUR: {
    schema: rate,
    about: 'Most requests to the registrar in any hour, 0 for no limit.',
    otherwise: '3000; no limit on the sandbox',
  },
  REGISTRAR_STATE_DIR: {
    schema: text,
    about: "Directory for the sandbox's data and used confirmations.",
    otherwise: '`$XDG_STATE_HOME/registrar-mcp`',
  },
  REGISTRAR_HTTP_TOKEN: {
    schema: secret.min(16, 'must have at least 16 characters'),
    about: 'Bearer token that HTTP clients must send; needed to listen beyond this machine.',
    otherwise: 'none',
    secret: true,
  },
  REGISTRAR_HTTP_HOSTS: {
    schema: list,
    about: 'Host names, besides `localhost`, under which HTTP clients reach the server.',
    otherwise: 'none',
  },
  REGISTRAR_LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    about: 'Least level of the log lines on standard error.',
    otherwise: '`warn`',
  },
} as const satisfies Record<string, Setting>;

interface Setting {
  readonly schema: z.ZodType;
  readonly about: string;
  readonly otherwise: string;
  /** Can also be given as `…_FILE`, the path of a file that holds it. */
  readonly secret?: true;
}

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
  readonly limits: { readonly perSecond?: number | undefined; readonly perHour?: number | undefined };
  readonly toolsets: readonly string[];
  readonly readOnly: boolean;
  readonly stateDir: string;
  readonly http: { readonly token?: string | undefined; readonly hosts: readonly string[] };
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
  const config = {
    registrar: readRegistrar(
      {
        username: take('REGISTRAR_USERNAME', settings.REGISTRAR_USERNAME),
        apiToken: take('REGISTRAR_API_TOKEN', settings.REGISTRAR_API_TOKEN),
        where: take('REGISTRAR_URL', settings.REGISTRAR_URL),
      },
      problems,
    ),
    auth: take('REGISTRAR_AUTH', settings.REGISTRAR_AUTH) ?? 'token',
    limits: {
      perSecond: take('REGISTRAR_RATE_PER_SECOND', settings.REGISTRAR_RATE_PER_SECOND),
      perHour: take('REGISTRAR_RATE_PER_HOUR', settings.REGISTRAR_RATE_PER_HOUR),
    },
    toolsets: wanted,
    readOnly: take('REGISTRAR_READ_ONLY', settings.REGISTRAR_READ_ONLY) ?? false,
    stateDir: take('REGISTRAR_STATE_DIR', settings.REGISTRAR_STATE_DIR) ?? stateDirectory(environment),
    http: {
      token: take('REGISTRAR_HTTP_TOKEN', settings.REGISTRAR_HTTP_TOKEN),
      hosts: take('REGISTRAR_HTTP_HOSTS', settings.REGISTRAR_HTTP_HOSTS) ?? [],
    },
    logLevel: take('REGISTRAR_LOG_LEVEL', settings.REGISTRAR_LOG_LEVEL) ?? 'warn',
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
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
  const here = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
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
