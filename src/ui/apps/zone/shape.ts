import * as z from 'zod/mini';

const text = z.string();

const Row = z.object({
  record_id: text,
  host: text,
  type: text,
  content: text,
  ttl: z.number(),
  priority: z.optional(z.number()),
});
export type Row = z.infer<typeof Row>;

/** What dns_list answers. */
export const Listed = z.object({ records: z.array(Row), total: z.number(), next_cursor: z.optional(text) });
export type Listed = z.infer<typeof Listed>;

/** What dns_check answers. */
export const Checked = z.object({
  domain_name: text,
  hosted: z.boolean(),
  served: z.boolean(),
  findings: z.array(z.object({ severity: text, rule: text, host: text, what: text, fix: text })),
  nameservers: z.array(z.object({ name: text, address: z.optional(text), serves: text })),
  unlike: z.array(z.object({ host: text, type: text, nameserver: text, answered: text })),
  more: z.optional(z.number()),
  checked: z.number(),
  total: z.number(),
});
export type Checked = z.infer<typeof Checked>;

const Act = z.object({ entry: z.number(), at: text, tool: text, about: text, outcome: text, caller: text });
export type Act = z.infer<typeof Act>;

/** What journal answers: acts, or one of them in full. */
export const Journaled = z.object({
  acts: z.array(Act),
  more_before: z.optional(z.number()),
  detail: z.optional(
    z.object({
      plan: z.optional(z.array(text)),
      before: z.optional(text),
      after: z.optional(text),
      fault: z.optional(text),
    }),
  ),
});
export type Journaled = z.infer<typeof Journaled>;

/** The records of each host, the domain itself first. */
export function byHost(rows: readonly Row[]): (readonly [string, readonly Row[]])[] {
  const hosts = new Map<string, Row[]>();
  for (const row of rows) hosts.set(row.host, [...(hosts.get(row.host) ?? []), row]);
  return [...hosts].sort(([a], [b]) => (a === '@' ? -1 : b === '@' ? 1 : a < b ? -1 : 1));
}

/** Seconds in the unit that people say: `1 h`, `2 d`. */
export function lasting(seconds: number): string {
  for (const [size, unit] of [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
  ] as const)
    if (seconds >= size && seconds % size === 0) return `${seconds / size} ${unit}`;
  return `${seconds} s`;
}
