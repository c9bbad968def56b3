import * as z from 'zod';

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

export interface Setting {
  readonly schema: z.ZodType;
  readonly about: string;
  readonly otherwise: string;
  /** Can also be given as `…_FILE`, the path of a file that holds it. */
  readonly secret?: true;
}
