import * as z from 'zod';
import { parseNameserver } from '../dns/nameserver.ts';
import { parseAmount } from '../model/money.ts';
import { parsePattern } from '../model/pattern.ts';
import { profileNames } from '../model/profile.ts';
import { oneOf, quote } from '../model/text.ts';
import { hazardKinds } from '../zone/safety.ts';

const text = z.string().trim().min(1);
const secret = text.refine(given => /^[!-~]+$/.test(given), 'must be printable ASCII without spaces');
const list = text
  .transform(given =>
    given
      .split(',')
      .map(item => item.trim())
      .filter(Boolean),
  )
  .refine(items => items.length > 0, 'is set and lists nothing; leave it out, or list names');
const rate = text
  .refine(given => /^\d{1,9}$/.test(given), 'must be a whole number, or 0 for no limit')
  .transform(given => Number(given) || Number.POSITIVE_INFINITY);
const yes = z
  .enum(['1', 'true', 'yes', '0', 'false', 'no'], 'must be true or false')
  .transform(given => ['1', 'true', 'yes'].includes(given));

const amount = text.transform((given, ctx) => {
  if (given === 'unlimited') return 'unlimited' as const;
  const money = parseAmount(given.replace(/^\$|\s*USD$/g, ''));
  if (money && money.cents >= 0) return money;
  ctx.issues.push({
    code: 'custom',
    message: 'must be an amount in US dollars such as 50.00, or "unlimited"',
    input: given,
  });
  return z.NEVER;
});
/** Patterns of names, as they are compared. */
export const patternList = z.array(z.string()).transform((given, ctx) =>
  given.map(text => {
    const pattern = parsePattern(text);
    const message = `has ${quote(text)}, which is neither a name nor a pattern such as "*.com"`;
    if (pattern === undefined) ctx.issues.push({ code: 'custom', message, input: given });
    return pattern ?? '';
  }),
);
const patterns = list.pipe(patternList);

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}

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
  REGISTRAR_ACCOUNTS_FILE: {
    schema: text,
    about: 'JSON file with several accounts, and which callers may use which; see docs/running-for-a-team.md.',
    otherwise: 'none',
  },
  REGISTRAR_AUTH: {
    schema: z.enum(['token', 'session']),
    about: '`token`: name and token on each request. `session`: a session token from login.',
    otherwise: '`token`',
  },
  REGISTRAR_TOOLSETS: { schema: list, about: 'Toolsets to serve, with commas between them.', otherwise: 'all' },
  REGISTRAR_PROFILE: {
    schema: z.enum(profileNames),
    about: 'Named set of what is served, as `--profile`: `no-purchases` has no paid tool.',
    otherwise: 'everything',
  },
  REGISTRAR_READ_ONLY: { schema: yes, about: 'Serve only the tools that change nothing.', otherwise: '`false`' },
  REGISTRAR_CONFIRM: {
    schema: z.enum(['human', 'agent']),
    about: 'Who confirms what is destructive or paid: `human`, a person; `agent`, whoever repeats the call.',
    otherwise: '`human`; `agent` on the sandbox',
  },
  REGISTRAR_APPROVAL_CODE: {
    schema: secret.min(8, 'must have at least 8 characters'),
    about: 'Code that a person must type to approve. With it, every approval is given on the approval page.',
    otherwise: 'none',
    secret: true,
  },
  REGISTRAR_SPEND_LIMIT: {
    schema: amount,
    about: 'Most that may be spent in a day (UTC), in US dollars, or `unlimited`.',
    otherwise: '`0`; `unlimited` on the sandbox',
  },
  REGISTRAR_ORDER_LIMIT: {
    schema: amount,
    about: 'Most that one order may cost, in US dollars, or `unlimited`.',
    otherwise: '`0`; `unlimited` on the sandbox',
  },
  REGISTRAR_ALLOW: {
    schema: patterns,
    about: 'Names that may be changed or bought at all, with commas between them; `*` stands for anything.',
    otherwise: 'all',
  },
  REGISTRAR_PROTECT: {
    schema: patterns,
    about: 'Names that no destructive or paid tool may touch, written in the same way.',
    otherwise: 'none',
  },
  REGISTRAR_ALLOW_HAZARDS: {
    schema: list.refine(
      given => given.every(hazard => hazardKinds.some(kind => kind === hazard)),
      `must be of ${oneOf(hazardKinds, 'and')}, with commas between them`,
    ),
    about: `Hazards of a zone's plan that need no person where \`REGISTRAR_CONFIRM=agent\`: ${hazardKinds.map(kind => `\`${kind}\``).join(', ')}.`,
    otherwise: 'none; all on the sandbox',
  },
  REGISTRAR_DNS_RESOLVERS: {
    schema: list.transform((given, ctx) =>
      given.map(text => {
        const server = parseNameserver(text);
        const message = `has ${quote(text)}, which is no address such as 9.9.9.9 or 127.0.0.1:5353`;
        if (!server) ctx.issues.push({ code: 'custom', message, input: given });
        return server ?? { address: '', port: 0 };
      }),
    ),
    about: 'Resolvers that `dns_check` finds nameservers with, as IP addresses with commas between them.',
    otherwise: "the machine's",
  },
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
    about: "Directory for the journal, the budget and the sandbox's data; processes that share it share them.",
    otherwise: '`$XDG_STATE_HOME/registrar-mcp`',
  },
  REGISTRAR_DATABASE_URL: {
    schema: text
      .refine(
        given => /^postgres(?:ql)?:$/.test(URL.parse(given)?.protocol ?? ''),
        'must be a URL such as postgresql://user:password@host/registrar',
      )
      .refine(
        given => isDecodable(URL.parse(given)?.password ?? ''),
        'has a "%" in its password that must be written as "%25"',
      ),
    about: 'PostgreSQL database (13 or newer) for journal, budget, tokens and approvals, which all replicas share.',
    otherwise: 'a file in the state directory',
    secret: true,
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
  REGISTRAR_OAUTH_ISSUER: {
    schema: text.refine(
      given => /^https:|^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)[:/]/.test(URL.parse(given)?.href ?? ''),
      'must be an https URL',
    ),
    about:
      'OpenID issuer whose access tokens HTTP clients may send; their scopes are `registrar:read|write|destructive|paid`.',
    otherwise: 'none',
  },
  REGISTRAR_OAUTH_AUDIENCE: {
    schema: text.refine(given => URL.canParse(given), 'must be a URL such as https://registrar.example.com/mcp'),
    about: 'Audience that these tokens must be for: the address of this server as its clients know it.',
    otherwise: '`/mcp` of `REGISTRAR_PUBLIC_URL`',
  },
  REGISTRAR_OAUTH_CLIENT_ID: {
    schema: text,
    about: 'Client of the issuer with which people sign in on the approval page, instead of a code.',
    otherwise: 'none',
  },
  REGISTRAR_OAUTH_CLIENT_SECRET: {
    schema: secret,
    about: 'Secret of that client, if it has one.',
    otherwise: 'none',
    secret: true,
  },
  REGISTRAR_APPROVERS: {
    schema: list,
    about: 'Who may approve what others asked for: subjects or verified mail addresses of the issuer, or `*`.',
    otherwise: 'each their own',
  },
  REGISTRAR_PUBLIC_URL: {
    schema: text
      .refine(
        given => /^https?:$/.test(URL.parse(given)?.protocol ?? ''),
        'must be a URL such as https://registrar.example.com',
      )
      .refine(given => URL.parse(given)?.pathname === '/', 'must be an address without a path'),
    about: 'Address under which people reach this HTTP server, for the links to its approval page.',
    otherwise: 'where it listens',
  },
  REGISTRAR_LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    about: 'Least level of the log lines on standard error.',
    otherwise: '`warn`',
  },
} as const satisfies Record<string, Setting>;

export interface Setting {
  readonly schema: z.ZodType;
  readonly about: string;
  readonly otherwise: string;
  /** Can also be given as `…_FILE`, the path of a file that holds it. */
  readonly secret?: true;
}
