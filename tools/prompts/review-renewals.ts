import * as z from 'zod';
import { prompt } from '#tool/prompt.ts';
import { Days } from './arguments.ts';

/** How far ahead is looked where nobody says. */
const usual = 90;

export default prompt({
  name: 'review_renewals',
  title: 'Review renewals',
  description: 'Goes through the domains that expire soon: what to renew, what to let go, what it costs.',
  tools: ['domain_list', 'domain_get'],
  input: z.strictObject({ days: Days.optional().describe(`How many days ahead, ${usual} where none are given`) }),
  choices: { days: ['30', '60', '90', '180', '365'] },
  wants: ({ days = usual }) => `Go through the domains that expire within ${days} days with me.`,
  steps: ({ days = usual }) => [
    `List them with domain_list and expiring_within_days ${days}; read every page. Those that have expired already come first.`,
    'Look at each with domain_get for the price of renewing, and whether it renews by itself. Of more than twenty, begin with the twenty that expire first.',
    'Show me a table by date: name, days left, price, renews by itself. Below it what all of them cost together, and which have no price.',
    'Ask me for each name or group: renew (for how many years), let go, or decide later. A name that serves a site or mail that I use should not be let go without a word from you.',
    'For what I want to renew, look at budget and account_get: if the limit or the credit does not reach, say so before anything else.',
    'Preview order_create with the renewals in one order, up to 25 names. Show me the price of each and the sum. When I say yes, confirm it. Where this server has no order_create, tell me what to renew at the registrar.',
    'Look at each result: an order can succeed in part. Tell me the new dates, and what is left to decide.',
  ],
});
