import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Ledger } from '../ledger/ledger.ts';
import { hashOf } from '../ledger/tokens.ts';
import { parseAmount, show } from '../model/money.ts';
import { parsePattern } from '../model/pattern.ts';
import { type Risk, words } from '../model/risk.ts';
import { oneOf, quote } from '../model/text.ts';
import { daysOn, timestamp } from '../model/timestamp.ts';
import type { Serving } from './registrar-mcp.ts';

const options = {
  name: { type: 'string' },
  allow: { type: 'string' },
  limit: { type: 'string' },
  domains: { type: 'string' },
  expires: { type: 'string' },
  confirm: { type: 'string' },
} as const;

/** Makes, lists and ends the tokens of this server's HTTP callers. */
export async function run({ composed }: Serving, args: readonly string[]): Promise<void> {
  const [command, name] = args;
  try {
    const ledger = await composed.ledger();
    if (command === 'create') await create(ledger, args.slice(1), composed.now());
    else if (command === 'list') await list(ledger);
    else if (command === 'revoke' && name !== undefined) await revoke(ledger, name, composed.now());
    else throw new Error('Say what to do: registrar-mcp token create --name NAME, token list, or token revoke NAME.');
  } finally {
    await composed.close();
  }
}

async function create(ledger: Ledger, args: readonly string[], now: Date): Promise<void> {
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const { name = '', allow = 'read', limit, domains, expires, confirm } = values;
  if (confirm !== undefined && confirm !== 'human')
    throw new Error('--confirm can only be human: a token cannot leave to the agent what the server does not.');
  if (!/^[a-z0-9][a-z0-9._-]{0,39}$/i.test(name))
    throw new Error('--name needs a name of letters, digits, dots and hyphens.');
  const token = `rmcp_${randomBytes(32).toString('base64url')}`;
  const made = {
    name,
    hash: hashOf(token),
    words: listed('--allow', allow).map(wordIn),
    names: domains === undefined ? [] : listed('--domains', domains).map(patternIn),
    perDay: limit === undefined ? undefined : perDay(limit),
    human: confirm === 'human',
    created: timestamp(now),
    expires: expires === undefined ? undefined : daysOn(now.toISOString(), days(expires)),
  };
  if (!(await ledger.addToken(made))) throw new Error(`There is a token ${quote(name)} already; revoke it first.`);
  process.stdout.write(`${token}\n`);
  process.stderr.write(
    `This is shown once. It may use ${oneOf(made.words, 'and')} tools${made.names.length > 0 ? ` on ${oneOf(made.names, 'and')}` : ''}${made.perDay ? `, and spend ${show(made.perDay)} a day` : ''}${made.expires ? `, until ${made.expires}` : ''}.\nFrom now on, once it is started anew, the HTTP server answers only those who send a token.\n`,
  );
}

async function list(ledger: Ledger): Promise<void> {
  const tokens = await ledger.tokens();
  if (tokens.length === 0) process.stdout.write('There are no tokens.\n');
  for (const { name, words: may, names, perDay: most, human, created, expires } of tokens)
    process.stdout.write(
      `${name}: ${may.join(',')}; ${names.length > 0 ? names.join(',') : 'all names'}; ${most ? `${show(most)} a day` : 'no limit of its own'}${human ? '; a person confirms' : ''}; made ${created}, ${expires ? `until ${expires}` : 'without an end'}\n`,
    );
}

async function revoke(ledger: Ledger, name: string, now: Date): Promise<void> {
  if (!(await ledger.revokeToken(name, timestamp(now))))
    throw new Error(`There is no token ${quote(name)}; token list shows them.`);
  process.stdout.write(`The token ${name} is no more, as of now.\n`);
}

/** What an option lists. One that is given and lists nothing must not open everything. */
function listed(option: string, text: string): string[] {
  const items = text
    .split(',')
    .map(part => part.trim())
    .filter(Boolean);
  if (items.length === 0)
    throw new Error(`${option} is given and lists nothing; leave it out, or say what it is to be.`);
  return items;
}

function wordIn(text: string): Risk {
  const word = words.find(each => each === text);
  if (word === undefined) throw new Error(`--allow has ${quote(text)}; the words are ${oneOf(words, 'and')}.`);
  return word;
}

function patternIn(text: string): string {
  const pattern = parsePattern(text);
  if (pattern === undefined)
    throw new Error(`--domains has ${quote(text)}, which is neither a name nor a pattern such as "*.com".`);
  return pattern;
}

function perDay(text: string) {
  const money = parseAmount(text.replace(/\/day$/, ''));
  if (!money || money.cents < 0)
    throw new Error(`--limit is an amount in US dollars a day, such as 20/day, not ${quote(text)}.`);
  return money;
}

function days(text: string): number {
  const [, number = ''] = /^(\d{1,4})d$/.exec(text) ?? [];
  if (number === '' || Number(number) === 0)
    throw new Error(`--expires is a number of days such as 90d, not ${quote(text)}.`);
  return Number(number);
}
