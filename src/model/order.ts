import * as z from 'zod';
import { StoredContact } from './contact.ts';
import { DomainName, Hostname } from './domain-name.ts';
import type { Money } from './money.ts';

/** Terms are whole years; registries sell at most ten at a time. */
export const Years = z.int().min(1).max(10).describe('Years, 1 to 10');

export const Nameservers = z.array(Hostname).min(2).max(13).describe('Full host names, two or more');

/** Members that the API gives a meaning of its own; as extra ones they would buy what no preview has shown. */
const reserved = new Set([
  'api_token',
  'api_username',
  'contact',
  'contacts',
  'domain_name',
  'items',
  'nameservers',
  'order_type',
  'period',
  'session_token',
  'username',
  'whois_privacy',
]);

/** Members that some TLDs' registries ask for, passed on untouched. */
export const Extra = z
  .record(z.string(), z.string())
  .describe('Further members that the TLD asks for, passed on untouched')
  .superRefine((extra, ctx) => {
    const entries = Object.entries(extra);
    const problem = (message: string) => ctx.issues.push({ code: 'custom', message, input: extra });
    if (entries.length > 20) problem('must have at most 20 members');
    for (const [key, value] of entries.slice(0, 20)) {
      if (reserved.has(key.toLowerCase())) problem(`must not hold ${key}, which the API has a meaning for`);
      if (!/^\w{1,60}$/.test(key)) problem('must have members named by letters, digits and underscores');
      if (value.length > 200) problem('must have values of at most 200 characters');
    }
  });

const named = { domain_name: DomainName };
const termed = { ...named, period: Years };

/** One thing to buy, by `order_type`. */
export const OrderItem = z.discriminatedUnion('order_type', [
  z.strictObject({
    order_type: z.literal('domain/create'),
    ...termed,
    nameservers: Nameservers.optional(),
    contacts: z.array(StoredContact).optional(),
    whois_privacy: z.boolean().optional(),
  }),
  z.strictObject({ order_type: z.literal('domain/renew'), ...termed, whois_privacy: z.boolean().optional() }),
  z.strictObject({ order_type: z.literal('whois_privacy/create'), ...termed }),
  z.strictObject({ order_type: z.literal('whois_privacy/renew'), ...termed }),
  z.strictObject({ order_type: z.literal('backorder/create'), ...named }),
]);
export type OrderItem = z.output<typeof OrderItem>;

export const orderTypes = [
  'domain/create',
  'domain/renew',
  'whois_privacy/create',
  'whois_privacy/renew',
  'backorder/create',
] as const satisfies readonly OrderItem['order_type'][];

/** What became of one item of an order. `price` is what was charged for it. */
export interface OrderResult {
  readonly success: boolean;
  readonly order_type: string;
  readonly domain_name: string;
  readonly price?: Money | undefined;
  readonly years?: number | undefined;
  readonly information: string[];
}
