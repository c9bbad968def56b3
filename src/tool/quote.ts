import { contactChanges, type StoredContact } from '../model/contact.ts';
import type { Privacy } from '../model/domain.ts';
import { type DomainName, shownName } from '../model/domain-name.ts';
import { refuse } from '../model/fault.ts';
import { type Money, minus, show, times } from '../model/money.ts';
import type { OrderItem } from '../model/order.ts';
import type { Change } from '../model/plan.ts';
import type { Line } from '../model/purchase.ts';
import { scriptWarning } from '../model/script.ts';
import { count, quote } from '../model/text.ts';
import { dateOf, timestamp, yearsOn } from '../model/timestamp.ts';
import type { Registrar } from '../registrar/registrar.ts';

/** One line of a purchase, and what it changes besides. */
export interface QuotedLine extends Line {
  readonly premium?: boolean;
  readonly changes?: readonly Change[];
  /** Why the name may be taken for another. */
  readonly warning?: string | undefined;
}

/** What a person should see of a registration beyond name, term and price. */
interface Terms {
  readonly nameservers?: readonly string[] | undefined;
  readonly contacts?: readonly StoredContact[] | undefined;
  readonly extra?: Readonly<Record<string, string>> | undefined;
}

/** Who will own a name and where it will point, as a plan shows it. */
export function registrationTerms(name: DomainName, { nameservers, contacts, extra = {} }: Terms): Change[] {
  const people = contacts?.flatMap(contact =>
    contact.type
      .flatMap(role => contactChanges(role, undefined, contact))
      .map(({ what, to }) => ({ what: `${what} of ${name}`, to })),
  );
  return [
    { what: `nameservers of ${name}`, to: nameservers?.join(', ') ?? "the registrar's own" },
    ...(people ?? [{ what: `contacts of ${name}`, to: "the account's own" }]),
    ...Object.entries(extra).map(([key, value]) => ({ what: `${key} of ${name}`, to: quote(value, 200) })),
  ];
}

/** What a registration costs for its term. Whether the registrar's price is per year or per term is not said: the higher reading counts. */
export async function quoteRegistration(
  registrar: Registrar<'read'>,
  name: DomainName,
  years: number,
): Promise<QuotedLine> {
  const found = await check(registrar, name);
  if (!found.available) {
    const held = await registrar.domain_get({ domain_name: name }).catch(() => undefined);
    if (held)
      refuse(
        'conflict',
        `${name} is in this account already, until ${dateOf(held.expires)}.`,
        'There is nothing to buy; order_create renews it.',
      );
    const other = found.backorder ? 'It can be backordered with order_create, or offer' : 'Offer';
    refuse(
      'domain_unavailable',
      `${name} cannot be registered: the registrar says that it is not available.`,
      `${other} other names with domain_check.`,
    );
  }
  const what = `Register ${shownName(name)} for ${count(years, 'year')}`;
  return {
    what: found.premium ? `${what} (premium name)` : what,
    order_type: 'domain/create',
    domain_name: name,
    years,
    cost: times(known(found.price, `registering ${name}`), years),
    premium: found.premium,
    warning: scriptWarning(name),
  };
}

/** What an item of an order costs, in one line or, with a privacy flag, in two. */
export async function quoteItem(registrar: Registrar<'read'>, item: OrderItem, now: Date): Promise<QuotedLine[]> {
  switch (item.order_type) {
    case 'domain/create': {
      const line = await quoteRegistration(registrar, item.domain_name, item.period);
      if (!item.whois_privacy) return [{ ...line, changes: registrationTerms(item.domain_name, item) }];
      return refuse(
        'price_unknown',
        `The registrar does not say what privacy for ${item.domain_name} costs before the name is registered.`,
        'Order the registration without whois_privacy; then domain_get shows the price, and whois_privacy/create buys it.',
      );
    }
    case 'domain/renew': {
      const { prices, expires, privacy } = await registrar.domain_get({ domain_name: item.domain_name });
      const until = yearsOn(expires, item.period);
      if (until > yearsOn(timestamp(now), 10)) {
        const allowed = 'A name can be registered for ten years ahead at the most; choose a shorter period.';
        refuse('conflict', `${item.domain_name} would then expire on ${dateOf(until)}.`, allowed);
      }
      const renewal = {
        ...item,
        what: `Renew ${shownName(item.domain_name)} for ${count(item.period, 'year')}`,
        years: item.period,
        before: expires,
        cost: times(known(prices.renew, `renewing ${item.domain_name}`), item.period),
        changes: [{ what: `expiry of ${item.domain_name}`, from: dateOf(expires), to: dateOf(until) }],
      };
      return item.whois_privacy ? [renewal, privacyLine(item, privacy, prices.privacy)] : [renewal];
    }
    case 'whois_privacy/create':
    case 'whois_privacy/renew': {
      const { prices, privacy } = await registrar.domain_get({ domain_name: item.domain_name });
      const renews = item.order_type === 'whois_privacy/renew';
      if (privacy.enabled !== renews) {
        refuse(
          'conflict',
          `${item.domain_name} ${renews ? 'has no privacy to renew' : 'has privacy already'}.`,
          `Use whois_privacy/${renews ? 'create' : 'renew'}.`,
        );
      }
      return [privacyLine(item, privacy, prices.privacy)];
    }
    case 'backorder/create': {
      const found = await check(registrar, item.domain_name);
      if (!found.backorder)
        refuse(
          'domain_unavailable',
          `${item.domain_name} cannot be backordered.`,
          found.available ? 'It is free: register it with domain_create.' : 'Offer other names with domain_check.',
        );
      return [
        {
          ...item,
          what: `Backorder ${shownName(item.domain_name)}`,
          warning: scriptWarning(item.domain_name),
          cost: known(found.price, `backordering ${item.domain_name}`),
        },
      ];
    }
  }
}

/** The account's credit before and after a cost, with what to say where it does not suffice. */
export async function creditAfter(
  registrar: Registrar<'read'>,
  cost: Money,
): Promise<{ credit: { now: Money; after: Money }; notes: string[] }> {
  const { credit } = await registrar.account_get({});
  const after = minus(credit, cost);
  const short =
    after.cents < 0
      ? ["The account's credit does not cover this: the registrar will refuse it, or charge another payment method."]
      : [];
  return { credit: { now: credit, after }, notes: short };
}

/** Privacy for a name, bought or, where it is on, renewed. */
function privacyLine(
  { domain_name, period }: Extract<OrderItem, { readonly period: number }>,
  { enabled, expires }: Privacy,
  price: Money | undefined,
): QuotedLine {
  return {
    what: `WHOIS privacy of ${shownName(domain_name)} for ${count(period, 'year')}`,
    order_type: enabled ? 'whois_privacy/renew' : 'whois_privacy/create',
    domain_name,
    years: period,
    cost: times(known(price, `privacy of ${domain_name}`), period),
    before: enabled ? expires : undefined,
  };
}

async function check(registrar: Registrar<'read'>, name: DomainName) {
  const { domains } = await registrar.domain_check({ keyword: name });
  const found = domains.find(({ domain_name }) => domain_name === name);
  return (
    found ??
    refuse(
      'domain_unavailable',
      `The registrar says nothing about ${name}; it may not sell this ending.`,
      'Look for other endings with domain_check.',
    )
  );
}

function known(price: Money | undefined, what: string): Money {
  if (price && price.cents > 0) return price;
  return refuse(
    'price_unknown',
    `The registrar gives ${price ? `${show(price)} as the price` : 'no price'} for ${what}, so it is not bought.`,
    'Ask a person to look up the price at the registrar.',
  );
}
