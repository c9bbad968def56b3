import * as z from 'zod';
import { type Money, minus, show, total } from '../model/money.ts';
import { Line } from '../model/purchase.ts';

/** The most that may be spent; no limit where there is none. */
export interface Limits {
  /** In a day (UTC). */
  readonly perDay?: Money | undefined;
  /** In one order. */
  readonly perOrder?: Money | undefined;
}

/**
 * What counts against the day's limit: what was charged today, and all that is reserved or unknown, from whatever day,
 * since it may yet be charged.
 */
export interface Spending {
  readonly charged: Money;
  readonly reserved: Money;
  readonly unknown: Money;
}

/**
 * A purchase from before its request leaves. `reserved`: under way. `unknown`: it may have been bought. `settled`: it was
 * charged, with 0 for what was not bought.
 */
export interface Purchase {
  readonly entry: number;
  readonly tool: string;
  readonly at: string;
  readonly state: 'reserved' | 'unknown' | 'settled';
  readonly reserved: Money;
  readonly charged?: Money | undefined;
  readonly lines: readonly Line[];
  /** The account's credit as the plan read it. */
  readonly credit: Money;
  /** The process that sends it, and until when it can still be under way there. */
  readonly owner: string;
  readonly until: string;
  /** When it ended, or was found to be unknown. */
  readonly ended?: string | undefined;
}

export const Lines = z.array(Line);

/** Whether a purchase has one of these names in it. */
export function isFor({ lines }: Pick<Purchase, 'lines'>, names: readonly string[]): boolean {
  return lines.some(({ domain_name }) => names.includes(domain_name));
}

function spent({ charged, reserved, unknown }: Spending): Money {
  return total([charged, reserved, unknown]);
}

/** Why a cost is too much, and what would allow it; undefined where it is within the limits. */
export function overBudget(cost: Money, { perDay, perOrder }: Limits, spending: Spending) {
  if (perOrder && cost.cents > perOrder.cents)
    return {
      message: `${show(cost)} is more than one order may cost, ${show(perOrder)} (REGISTRAR_ORDER_LIMIT).`,
      next: 'Nothing was bought. Whoever runs this server can raise REGISTRAR_ORDER_LIMIT.',
    };
  if (!perDay || spent(spending).cents + cost.cents <= perDay.cents) return undefined;
  const open = total([spending.reserved, spending.unknown]);
  const held = open.cents > 0 ? `, ${show(open)} of it under way or not yet known` : '';
  return {
    message: `${show(cost)} is more than is left today: ${show(spent(spending))} of ${show(perDay)} (REGISTRAR_SPEND_LIMIT) is spent${held}.`,
    next: 'Nothing was bought. Wait until tomorrow (UTC), or whoever runs this server can raise REGISTRAR_SPEND_LIMIT.',
  };
}

/** Why a cost is more than its caller may still spend today; undefined where it is not, or they have no limit of their own. */
export function overOwn(cost: Money, perDay: Money | undefined, spending: Spending) {
  if (!perDay || spent(spending).cents + cost.cents <= perDay.cents) return undefined;
  return {
    message: `${show(cost)} is more than this caller may still spend today: ${show(spent(spending))} of its ${show(perDay)} is spent.`,
    next: 'Nothing was bought. Wait until tomorrow (UTC), or whoever runs this server can raise the limit of this caller.',
  };
}

/** What is left today; undefined where there is no limit. */
export function left({ perDay }: Limits, spending: Spending): Money | undefined {
  return perDay && minus(perDay, spent(spending));
}

/** The same in a sentence for a plan. */
export function budgetLine(limits: Limits, spending: Spending): string | undefined {
  const rest = left(limits, spending);
  return rest && limits.perDay && `${show(rest)} of today's ${show(limits.perDay)} is left before this.`;
}
