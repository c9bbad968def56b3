import * as z from 'zod';
import { Contact, type StoredContact } from '#model/contact.ts';
import type { Domain } from '#model/domain.ts';
import { DomainName, parseDomainName } from '#model/domain-name.ts';
import { Fault, refuse } from '#model/fault.ts';
import { Money, total } from '#model/money.ts';
import { Nameservers, OrderItem, type OrderResult, orderTypes, Years } from '#model/order.ts';
import { alike } from '#model/plan.ts';
import { bare, count, quote } from '#model/text.ts';
import { dateOf } from '#model/timestamp.ts';
import { demandingTlds, isDemanding } from '#model/tld.ts';
import { abreast } from '#tool/abreast.ts';
import { tool } from '#tool/define.ts';
import { creditAfter, type QuotedLine, quoteItem } from '#tool/quote.ts';

/** One flat shape that every client digests; which fields go with which type is checked as the union that it is. */
const Item = z
  .strictObject({
    order_type: z.enum(orderTypes),
    domain_name: DomainName,
    period: Years.optional().describe('Years, 1 (default) to 10; not for backorders'),
    nameservers: Nameservers.optional().describe('For domain/create'),
    whois_privacy: z.boolean().optional().describe('With domain/renew: renew or add privacy too'),
  })
  .transform((flat, ctx): OrderItem => {
    const { order_type, period = 1 } = flat;
    const item = OrderItem.safeParse(order_type === 'backorder/create' ? flat : { ...flat, period });
    if (item.success) return item.data;
    for (const issue of item.error.issues) {
      const foreign = issue.code === 'unrecognized_keys';
      ctx.issues.push({
        ...issue,
        code: 'custom',
        input: flat,
        path: foreign ? [...issue.keys] : issue.path,
        message: foreign ? `does not go with ${flat.order_type}; leave it out` : `is missing for ${flat.order_type}`,
      });
    }
    return z.NEVER;
  });

/** The registrar names no limit; what a person can look through in one plan is one. */
const mostItems = 100;

/** So many are priced at once: those that wait longer for the limit on requests are turned away. */
const atOnce = 8;

/** Of so many names it is read until when they are held now. */
const mostRead = 20;

export default tool.paid({
  name: 'order_create',
  title: 'Place an order',
  description: `Buys up to ${mostItems} things in one order: registrations, renewals, WHOIS privacy, backorders. For one new name, domain_create is simpler.
The preview prices every item. An order can succeed in part: look at each result.
Names under ${demandingTlds.join(', ')} need domain_create with extra.`,
  input: z.strictObject({
    items: z.array(Item).min(1).max(mostItems),
    contacts: z.array(Contact).max(4).optional().describe("For names registered here; the account's own by default"),
  }),
  output: z.object({
    results: z.array(
      z.object({
        success: z.boolean(),
        order_type: z.string(),
        domain_name: z.string(),
        price: Money.optional(),
        years: z.int().optional(),
        expires: z.string().optional(),
        information: z.array(z.string()),
      }),
    ),
    failed: z.int(),
  }),

  async plan({ items: given, contacts }, { registrar, now, progress }) {
    const items = withContacts(given, contacts);
    refuseTwice(items);
    if (contacts && !items.some(({ order_type }) => order_type === 'domain/create'))
      refuse('invalid_input', 'contacts are for new registrations, and this order has none.', 'Leave contacts out.');
    const quotes: QuotedLine[][] = items.map(() => []);
    const failed: unknown[] = [];
    let quoted = 0;
    await abreast(items.entries(), atOnce, async ([at, item]) => {
      quotes[at] = await quoteItem(registrar, item, now).catch((fault: unknown) => {
        failed[at] = fault;
        return [];
      });
      progress(++quoted, items.length);
    });
    const lines = quotes.flat();
    const faults = failed.filter(fault => fault !== undefined);
    if (faults.length > 0) throw together(faults);
    const cost = total(lines.map(line => line.cost));
    const { credit, notes } = await creditAfter(registrar, cost);
    return {
      does: lines.length === 1 && lines[0] ? `${lines[0].what}.` : `Order ${count(lines.length, 'item')}.`,
      changes: alike(
        lines.flatMap(({ domain_name, changes = [] }) => changes.map(change => ({ domain_name, change }))),
      ),
      cost,
      credit,
      lines,
      items: lines.map(({ what, cost: price }) => ({ what, cost: price })),
      send: items,
      loses: ['A purchase cannot be undone.'],
      notes: [
        ...lines.flatMap(({ warning }) => warning ?? []),
        ...notes,
        ...items
          .filter(({ domain_name }) => isDemanding(domain_name))
          .map(
            ({ domain_name }) => `${domain_name} may need more than this order can carry; domain_create takes extra.`,
          ),
      ],
    };
  },

  async apply(_input, { send, lines }, { registrar }) {
    const results = await registrar.order({ items: send });
    if (results.length < lines.length) {
      const next = 'Do not repeat it. Read the account first: domain_list, and account_get for the credit.';
      throw new Fault(
        'outcome_unknown',
        `The registrar answered for ${results.length} of ${count(lines.length, 'item')}.`,
        next,
      );
    }
    const failures = results.filter(({ success }) => !success);
    if (failures.length === results.length) {
      const reasons = failures.map(
        ({ domain_name, information }) =>
          `${bare(domain_name)}: ${information.map(line => quote(line, 200)).join(' ')}.`,
      );
      throw new Fault(
        'registrar_refused',
        `Nothing was bought. ${reasons.join(' ')}`,
        'Correct what the messages name.',
      );
    }
    return {
      results: await withExpiries(results, domain_name => registrar.domain_get({ domain_name })),
      failed: failures.length,
    };
  },
  results: ({ results }) => results,

  summary: ({ results, failed }) =>
    failed === 0
      ? `Ordered ${count(results.length, 'item')}.`
      : `${failed} of ${count(results.length, 'item')} FAILED; the others were bought.`,
});

/** Until when the names of an order are held now; of many, only the account's list is worth its requests. */
async function withExpiries(
  results: readonly OrderResult[],
  read: (name: DomainName) => Promise<Pick<Domain, 'expires'>>,
): Promise<(OrderResult & { expires?: string })[]> {
  const held = results.filter(({ success, order_type }) => success && order_type.startsWith('domain/'));
  if (held.length > mostRead) return [...results];
  return await Promise.all(
    results.map(async result => {
      const name = parseDomainName(result.domain_name);
      if (!held.includes(result) || !('ok' in name)) return result;
      // It is bought by now: that it cannot be read must not look like a failure.
      const domain = await read(name.ok).catch(() => undefined);
      return { ...result, ...(domain && { expires: dateOf(domain.expires) }) };
    }),
  );
}

/** New registrations with the contacts that the whole order gives. */
function withContacts(items: readonly OrderItem[], contacts: StoredContact[] | undefined): OrderItem[] {
  return items.map(item => (item.order_type === 'domain/create' && contacts ? { ...item, contacts } : item));
}

/** The registrar would fail one of the two, or sell it twice. */
function refuseTwice(items: readonly OrderItem[]): void {
  const seen = new Set<string>();
  for (const item of items) {
    const privacy = 'whois_privacy' in item && item.whois_privacy ? ['privacy'] : [];
    const acts = item.order_type.startsWith('whois_privacy/') ? ['privacy'] : [item.order_type, ...privacy];
    for (const act of acts) {
      const key = `${act} ${item.domain_name}`;
      if (seen.has(key))
        refuse(
          'conflict',
          `The order has ${act} for ${item.domain_name} twice.`,
          act === 'privacy' ? 'Ask for it once: with whois_privacy, or as an item of its own.' : 'Ask for it once.',
        );
      seen.add(key);
    }
  }
}

function together(faults: readonly unknown[]): unknown {
  const all = faults.filter(fault => fault instanceof Fault);
  const [first] = all;
  if (all.length < faults.length || first === undefined || all.length === 1)
    return faults.find(fault => !(fault instanceof Fault)) ?? first;
  return new Fault(
    first.code,
    [...new Set(all.map(({ message }) => message))].join(' '),
    [...new Set(all.map(({ next }) => next))].join(' '),
    { cause: first, about: first.about },
  );
}
