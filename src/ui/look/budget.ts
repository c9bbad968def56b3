import { html } from 'hono/html';
import * as z from 'zod';
import { visible } from '../../model/text.ts';
import type { Html } from '../layout.ts';
import { fact, type Reading, readable } from './reading.ts';

const Budget = z.object({
  per_day: z.string().optional(),
  per_order: z.string().optional(),
  spent: z.string(),
  reserved: z.string(),
  unknown: z.string(),
  left: z.string().optional(),
  open: z.array(z.object({ entry: z.int(), state: z.string(), what: z.string(), cost: z.string(), at: z.string() })),
});

/** What may still be spent today, among other facts of an account. */
export function budgetInShort(reading: Reading): Html {
  const budget = reading.isError ? undefined : Budget.safeParse(reading.structured).data;
  if (!budget) return html``;
  return html`${fact('Spent today', budget.spent)}${fact('Left today', budget.left ?? 'no limit')}`;
}

/** The limits, what is spent, and what is open. */
export function budgetPage(reading: Reading): Html {
  return html`<main id="view"><h1>Budget</h1>${readable(
    reading,
    Budget,
    ({ per_day, per_order, spent, reserved, unknown, left, open }) => html`
<dl class="totals">${fact('Left today', left ?? 'no limit')}${fact('Spent today', spent)}${fact('Under way', reserved)}${fact('Not known yet', unknown, unknown === '0.00 USD' ? '' : 'look')}</dl>
<dl class="facts">${fact('Limit of a day (UTC)', per_day ?? 'none')}${fact('Limit of an order', per_order ?? 'none')}</dl>
<h2>Open orders</h2>
${
  open.length === 0
    ? html`<p class="soft">None: every order has an end.</p>`
    : html`<table><thead><tr><th scope="col">Entry</th><th scope="col">What</th><th scope="col">State</th><th scope="col" class="amount">Cost</th></tr></thead><tbody>${open.map(
        ({ entry, what, state, cost, at }) =>
          html`<tr><td>${entry}</td><td>${visible(what)} <span class="soft">${at}</span></td><td><span class="state ${state === 'unknown' ? 'unknown' : ''}">${state}</span></td><td class="amount">${cost}</td></tr>`,
      )}</tbody></table>`
}`,
  )}</main>`;
}
