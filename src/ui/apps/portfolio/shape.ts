import * as z from 'zod/mini';

const text = z.string();
const number = z.number();

/** What calls for a look at a name, and how it is said. Worst first. */
export const words: Readonly<Record<string, string>> = {
  expired: 'Expired',
  expiring: 'Expires soon',
  zone_problems: 'Zone problems',
  unlocked: 'Not locked',
  elsewhere: 'DNS elsewhere',
  other_nameservers: 'Other nameservers',
  other_contacts: 'Other contacts',
  no_privacy: 'No privacy',
  mixed_script: 'Mixed scripts',
  unread: 'Could not be read',
};

const Row = z.object({
  domain_name: text,
  unicode_name: z.optional(text),
  expires: text,
  days_left: number,
  renewal_price: z.optional(text),
  attention: z.array(text),
});
export type Row = z.infer<typeof Row>;

const Month = z.object({ month: text, domains: number, cost: text, unpriced: z.optional(number) });
export type Month = z.infer<typeof Month>;

/** What the tool `portfolio` answers, as far as it is drawn. */
export const Portfolio = z.object({
  totals: z.catchall(z.object({ domains: number }), z.optional(number)),
  renewals: z.object({ within_days: number, domains: number, cost: text, unpriced: number }),
  notes: z.optional(z.array(text)),
  months: z.array(Month),
  groups: z.optional(z.array(z.object({ of: text, domains: number }))),
  domains: z.array(Row),
  total: number,
  next_cursor: z.optional(text),
});
export type Portfolio = z.infer<typeof Portfolio>;

/** Whether a name is past its date, wants a look for another reason, or for none. */
export function stateOf({ attention }: Pick<Row, 'attention'>): 'expired' | 'look' | 'fine' {
  return attention.includes('expired') ? 'expired' : attention.length > 0 ? 'look' : 'fine';
}

/** The whole dollars and cents of "12.34 USD", to draw with. */
export function dollars(amount: string): number {
  return Number.parseFloat(amount) || 0;
}

/** `in 12 days`, `3 days ago`, `today`. */
export function when(days: number): string {
  if (days === 0) return 'today';
  const many = Math.abs(days) === 1 ? '1 day' : `${Math.abs(days)} days`;
  return days > 0 ? `in ${many}` : `${many} ago`;
}

/** `2026-12` as `Dec`, and as `Dec 2026` where it should say the year. */
export function monthName(month: string, year = false): string {
  const [inYear = '', number = ''] = month.split('-');
  const name = names[Number(number) - 1] ?? month;
  return year ? `${name} ${inYear}` : name;
}
const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
