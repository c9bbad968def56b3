import { join } from 'node:path';
import type { Nameserver } from '../dns/nameserver.ts';
import type { Profile } from '../model/profile.ts';
import { didYouMean, oneOf, quote } from '../model/text.ts';
import { type AccountConfig, readAccount } from './account.ts';
import { type Accounts, readAccountsFile } from './accounts-file.ts';
import { type Environment, openReader } from './reader.ts';
import { type Setting, settings } from './settings.ts';

/** What is served, and how; of the account all but its registrar counts also where several are served. */
export interface Config extends AccountConfig {
  /** Several accounts, where a file names them. */
  readonly accounts?: Accounts | undefined;
  readonly approvalCode?: string | undefined;
  readonly resolvers: readonly Nameserver[];
  readonly toolsets: readonly string[];
  readonly readOnly: boolean;
  readonly profile?: Profile | undefined;
  readonly stateDir: string;
  /** Where the ledger is kept that replicas share; in the state directory where it does not say. */
  readonly databaseUrl?: string | undefined;
  readonly http: {
    readonly token?: string | undefined;
    readonly hosts: readonly string[];
    readonly publicUrl?: string | undefined;
    /** Whose access tokens are taken, and for which audience. */
    readonly oauth?: { readonly issuer: URL; readonly audience: URL } | undefined;
    /** Where people sign in to approve, and who may approve what others asked for. */
    readonly signIn?:
      | {
          readonly issuer: URL;
          readonly clientId: string;
          readonly clientSecret?: string | undefined;
          readonly publicUrl: URL;
          readonly approvers: readonly string[];
        }
      | undefined;
  };
  /** Whether traces are sent; where to, the library that sends them reads itself. */
  readonly traces: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

export type { Environment } from './reader.ts';

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

  const take = openReader(given, readFile, problems);
  const wanted = take('REGISTRAR_TOOLSETS', settings.REGISTRAR_TOOLSETS) ?? [];
  for (const name of wanted.filter(each => !toolsets.includes(each))) {
    problems.push(`REGISTRAR_TOOLSETS has ${quote(name)}; the toolsets are ${oneOf(toolsets, 'and')}.`);
  }
  const path = take('REGISTRAR_ACCOUNTS_FILE', settings.REGISTRAR_ACCOUNTS_FILE);
  const single = ['REGISTRAR_USERNAME', 'REGISTRAR_API_TOKEN', 'REGISTRAR_API_TOKEN_FILE', 'REGISTRAR_URL'];
  for (const name of single.filter(each => path !== undefined && given[each] !== undefined))
    problems.push(`${name} and REGISTRAR_ACCOUNTS_FILE are both set: put the account into the file.`);
  const config: Config = {
    ...readAccount(take, problems),
    accounts: path === undefined ? undefined : readAccountsFile(path, { environment, readFile, problems }),
    approvalCode: take('REGISTRAR_APPROVAL_CODE', settings.REGISTRAR_APPROVAL_CODE),
    resolvers: take('REGISTRAR_DNS_RESOLVERS', settings.REGISTRAR_DNS_RESOLVERS) ?? [],
    toolsets: wanted,
    readOnly: take('REGISTRAR_READ_ONLY', settings.REGISTRAR_READ_ONLY) ?? false,
    profile: take('REGISTRAR_PROFILE', settings.REGISTRAR_PROFILE),
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
      signIn: readSignIn(
        {
          clientId: take('REGISTRAR_OAUTH_CLIENT_ID', settings.REGISTRAR_OAUTH_CLIENT_ID),
          clientSecret: take('REGISTRAR_OAUTH_CLIENT_SECRET', settings.REGISTRAR_OAUTH_CLIENT_SECRET),
          approvers: take('REGISTRAR_APPROVERS', settings.REGISTRAR_APPROVERS),
          issuer: take('REGISTRAR_OAUTH_ISSUER', settings.REGISTRAR_OAUTH_ISSUER),
          publicUrl: take('REGISTRAR_PUBLIC_URL', settings.REGISTRAR_PUBLIC_URL),
        },
        problems,
      ),
    },
    traces: Boolean(environment.OTEL_EXPORTER_OTLP_ENDPOINT || environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT),
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

/** People sign in at the issuer of their assistants' tokens, and come back to the address under which the pages are reached. */
function readSignIn(
  given: Readonly<Record<'clientId' | 'clientSecret' | 'issuer' | 'publicUrl', string | undefined>> & {
    readonly approvers: readonly string[] | undefined;
  },
  problems: string[],
): Config['http']['signIn'] {
  const { clientId, clientSecret, issuer, publicUrl, approvers = [] } = given;
  if (clientId === undefined) {
    for (const [name, value] of Object.entries({ OAUTH_CLIENT_SECRET: clientSecret, APPROVERS: given.approvers }))
      if (value !== undefined) problems.push(`REGISTRAR_${name} is set without REGISTRAR_OAUTH_CLIENT_ID.`);
    return undefined;
  }
  if (issuer !== undefined && publicUrl !== undefined)
    return { issuer: new URL(issuer), clientId, clientSecret, publicUrl: new URL(publicUrl), approvers };
  problems.push('REGISTRAR_OAUTH_CLIENT_ID needs REGISTRAR_OAUTH_ISSUER and REGISTRAR_PUBLIC_URL.');
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

/** Where a user's programs keep their state (XDG; on Windows the local application data). */
function stateDirectory({
  XDG_STATE_HOME: xdg,
  LOCALAPPDATA: local,
  HOME: home,
  USERPROFILE: profile,
}: Environment): string {
  return join(xdg || local || join(home ?? profile ?? '.', '.local', 'state'), 'registrar-mcp');
}
