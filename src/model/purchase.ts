import * as z from 'zod';
import { DomainName } from './domain-name.ts';
import { Money, minus, show, total, usd } from './money.ts';
import { type OrderResult, orderTypes } from './order.ts';

/**
 * One thing that a paid call buys, with its price for the whole term. `before` is what the account showed of it
 * beforehand, by which it can be seen later whether it was bought: the expiry of what is renewed, else nothing.
 */
export const Line = z.object({
  what: z.string(),
  order_type: z.enum(orderTypes),
  domain_name: DomainName,
  years: z.int().optional(),
  cost: Money,
  before: z.string().optional(),
});
export type Line = z.output<typeof Line>;

/** What the registrar said of the parts of a purchase. */
export type Result = Pick<OrderResult, 'success' | 'order_type' | 'domain_name' | 'price'>;

/** What was really charged, and what a person should know where that is not what was agreed to. */
export interface Settlement {
  readonly charged: Money;
  readonly warning?: string | undefined;
}

/**
 * Settles a purchase: by the prices of the results where the registrar gave them, else by the plan's, and by how much
 * the account's credit fell meanwhile (`spent`; undefined where others were buying, or it could not be read). Of two
 * figures the higher counts, and where the credit tells nothing the agreed price is the least. A credit that did not fall says nothing: another payment method may have been charged.
 */
export function settle(
  lines: readonly Line[],
  results: readonly Result[] | undefined,
  spent: Money | undefined,
): Settlement {
  const given = [...(results ?? [])];
  const priced = lines.flatMap(line => {
    const at = given.findIndex(
      ({ order_type, domain_name }) => order_type === line.order_type && domain_name === line.domain_name,
    );
    const [result] = at < 0 ? [] : given.splice(at, 1);
    if (result && !result.success) return [];
    return [{ agreed: line.cost, said: result?.price ?? line.cost }];
  });
  const unasked = given.filter(({ success }) => success);
  const agreed = total(priced.map(({ agreed: cost }) => cost));
  const said = total([...priced.map(({ said: price }) => price), ...unasked.flatMap(({ price }) => price ?? [])]);
  const fell = spent && spent.cents > 0 ? spent : undefined;
  const least = spent
    ? said
    : total(priced.map(({ agreed: cost, said: price }) => (price.cents > cost.cents ? price : cost)));
  const charged = fell && fell.cents > said.cents ? fell : said.cents > least.cents ? said : least;
  const reasons = [
    unasked.length > 0 &&
      `The registrar reports what was not ordered: ${unasked.map(({ order_type }) => order_type).join(', ')}.`,
    said.cents !== agreed.cents && `The registrar charged ${show(said)}, where ${show(agreed)} was agreed to.`,
    fell &&
      fell.cents !== said.cents &&
      `The account's credit fell by ${show(fell)}, which is ${show(usd(Math.abs(minus(fell, said).cents)))} ${fell.cents > said.cents ? 'more' : 'less'} than the price.`,
  ].filter(reason => reason !== false && reason !== undefined);
  return { charged, warning: reasons.length > 0 ? reasons.join(' ') : undefined };
}
