import * as z from 'zod';
import { type Money, parseAmount } from '../model/money.ts';
import { oauthCaller } from '../model/permit.ts';
import { oneOf, quote } from '../model/text.ts';
import { type AccountConfig, accountKey, accountSettings, readAccount } from './account.ts';
import { type Environment, openReader } from './reader.ts';
import { patternList } from './settings.ts';

/** What somebody who calls may do: on which accounts, and within what besides. */
interface CallerConfig {
  readonly accounts: readonly string[];
  /** Patterns of the names that they may change; all of them where there are none. */
  readonly names: readonly string[];
  /** The most that they may spend in a day (UTC), on all accounts together. */
  readonly perDay?: Money | undefined;
  /** Whether a person must accept what is gated, whatever the account says. */
  readonly human: boolean;
}

/** Several accounts by their names here, and who may use them: callers as the journal names them, `*` for all others. */
export interface Accounts {
  readonly served: ReadonlyMap<string, AccountConfig>;
  readonly callers: ReadonlyMap<string, CallerConfig>;
}

const scalar = z.union([z.string(), z.number()]).transform(String);
const list = z.array(z.string()).min(1);
const joined = list.transform(items => items.join(','));

/** A secret is never in the file itself: it is in the environment, or in a file of its own. */
const Secret = z.union([z.strictObject({ env: z.string() }), z.strictObject({ file: z.string() })], {
  error: 'must be {"env": "NAME"} or {"file": "/path"}: a secret is not written here',
});

const Account = z.strictObject({
  username: z.string().optional(),
  api_token: Secret.optional(),
  url: z.string().optional(),
  auth: z.string().optional(),
  confirm: z.string().optional(),
  spend_limit: scalar.optional(),
  order_limit: scalar.optional(),
  allow: joined.optional(),
  protect: joined.optional(),
  allow_hazards: joined.optional(),
  rate_per_second: scalar.optional(),
  rate_per_hour: scalar.optional(),
});

const Caller = z.strictObject({
  accounts: z.union([z.literal('all'), list], { error: 'must be "all", or a list of names of accounts' }),
  spend_limit: scalar
    .transform((text, ctx) => {
      const money = parseAmount(text);
      if (money && money.cents >= 0) return money;
      ctx.issues.push({ code: 'custom', message: 'must be an amount in US dollars such as 20', input: text });
      return z.NEVER;
    })
    .optional(),
  allow: list.pipe(patternList).optional(),
  confirm: z
    .literal('human', 'can only be "human": nothing here leaves to the agent what the account does not')
    .optional(),
});

const named = /^[a-z0-9][a-z0-9_-]{0,39}$/;
const calling = /^(?:\*|http|token [\w.-]{1,40}|oauth \S.*)$/;

const File = z.strictObject({
  accounts: z
    .record(z.string().regex(named, 'must be a name of small letters, digits and hyphens'), Account)
    .refine(accounts => Object.keys(accounts).length > 0, 'must have at least one account'),
  callers: z
    .record(z.string().regex(calling, 'must be "token NAME", "oauth SUBJECT", "http" or "*"'), Caller)
    .default({}),
});

interface Surroundings {
  readonly environment: Environment;
  readonly readFile: (path: string) => string;
  readonly problems: string[];
}

/**
 * Reads REGISTRAR_ACCOUNTS_FILE: JSON with `accounts` by name and `callers`. What an account does not say of itself is as the
 * environment has it.
 */
export function readAccountsFile(
  path: string,
  { environment, readFile, problems }: Surroundings,
): Accounts | undefined {
  const wrong = (problem: string) => void problems.push(`REGISTRAR_ACCOUNTS_FILE: ${problem}`);
  const file = parsed(path, readFile, wrong);
  if (!file) return undefined;
  const served = new Map<string, AccountConfig>();
  for (const [name, account] of Object.entries(file.accounts)) {
    const own: string[] = [];
    const take = openReader(asSettings(account, environment, own), readFile, own);
    const config = readAccount(take, own);
    // Two names for one account would have two budgets.
    const twin = [...served].find(([, other]) => sameText(accountKey(other), accountKey(config)));
    if (twin) own.push(`is the same account as ${twin[0]}`);
    served.set(name, config);
    for (const problem of own)
      wrong(
        `account ${name}: ${problem.replace(/\bREGISTRAR_([A-Z_]+)/g, (_whole, setting: string) => setting.toLowerCase())}`,
      );
  }
  const callers = new Map<string, CallerConfig>();
  for (const [caller, { accounts, spend_limit: perDay, allow: names = [], confirm }] of Object.entries(file.callers)) {
    const theirs = accounts === 'all' ? [...served.keys()] : accounts;
    for (const missing of theirs.filter(name => !served.has(name)))
      wrong(
        `caller ${quote(caller)} has the account ${quote(missing)}; there are ${oneOf([...served.keys()], 'and')}.`,
      );
    // Named as the journal names them, which shortens what is long.
    const [, subject] = /^oauth (.+)$/s.exec(caller) ?? [];
    const name = subject === undefined ? caller : oauthCaller(subject);
    callers.set(name, { accounts: theirs, names, perDay, human: confirm === 'human' });
  }
  return { served, callers };
}

function parsed(
  path: string,
  readFile: (path: string) => string,
  wrong: (problem: string) => void,
): z.output<typeof File> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(readFile(path));
  } catch (error) {
    wrong(`${quote(path)} ${error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'}.`);
    return undefined;
  }
  const read = File.safeParse(json);
  for (const issue of read.error?.issues ?? []) {
    const [deepest] = issue.code === 'invalid_key' ? issue.issues : [issue];
    wrong(`${issue.path.join('.')} ${(deepest ?? issue).message}.`.trim());
  }
  return read.data;
}

/** What an account says of itself as settings, before those that the environment has for all. */
function asSettings(account: z.output<typeof Account>, environment: Environment, problems: string[]): Environment {
  const { api_token: secret, ...rest } = account;
  const given: Record<string, string | undefined> = {};
  for (const name of accountSettings) given[name] = environment[name]?.trim() || undefined;
  for (const [key, value] of Object.entries(rest))
    if (value !== undefined) given[`REGISTRAR_${key.toUpperCase()}`] = value;
  if (secret && 'file' in secret) given.REGISTRAR_API_TOKEN_FILE = secret.file;
  if (secret && 'env' in secret) {
    given.REGISTRAR_API_TOKEN = environment[secret.env];
    if (given.REGISTRAR_API_TOKEN === undefined) problems.push(`${secret.env} is not in the environment`);
  }
  return given;
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
