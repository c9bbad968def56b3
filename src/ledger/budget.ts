import * as z from 'zod';
import { type Money, minus, show, total } from '../model/money.ts';
import { Line } from '../model/purchase.ts';
import type { Act } from './journal.ts';

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

/**
 * What the budget's own books have otherwise than the journal, in sentences: they are written together, and only the journal
 * is chained, so whoever changes the books alone is found here.
 */
export function unlikeJournal(acts: readonly Act[], purchases: readonly Purchase[]): string[] {
  const books = new Map(purchases.map(purchase => [purchase.entry, purchase]));
  const bought = acts.filter(({ word, outcome }) => word === 'paid' && outcome !== 'declined');
  const entries = new Set(bought.map(({ entry }) => entry));
  return [
    ...bought.flatMap(act => {
      const kept = books.get(act.entry);
      if (!kept) return [`Entry ${act.entry} is not in them.`];
      const open = act.outcome === 'unknown' || act.outcome === 'unfinished';
      const charged = open ? undefined : (act.charged?.cents ?? 0);
      const same = open === (kept.state !== 'settled') && charged === kept.charged?.cents;
      return same ? [] : [`Entry ${act.entry} is ${kept.state} in them, and ${act.outcome} in the journal.`];
    }),
    ...purchases.flatMap(({ entry }) =>
      entries.has(entry) ? [] : [`Entry ${entry} of them is no purchase of the journal.`],
    ),
  ];
}
