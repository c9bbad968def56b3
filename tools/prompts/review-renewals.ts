import * as z from 'zod';
import { prompt } from '#tool/prompt.ts';
import { Days } from './arguments.ts';

/** How far ahead is looked where nobody says. */
const usual = 90;

export default prompt({
  name: 'review_renewals',
  title: 'Review renewals',
  description: 'Goes through the domains that expire soon: what to renew, what to let go, what it costs.',
  tools: ['portfolio', 'domain_get'],
  input: z.strictObject({ days: Days.optional().describe(`How many days ahead, ${usual} where none are given`) }),
  choices: { days: ['30', '60', '90', '180', '365'] },
  wants: ({ days = usual }) => `Go through the domains that expire within ${days} days with me.`,
  steps: ({ days = usual }) => [
    `Call portfolio with within_days ${days} and attention expired and expiring, and read every page. It says what renewing all of them costs, and how many have no price (unpriced).`,
    'Look at those without a price, and at those where it matters whether they renew by themselves, with domain_get. Of more than twenty, begin with the twenty that expire first.',
    'Show me a table by date: name, days left, price. Those that have expired already come first: say that getting one of these back can cost more. Below it the sum.',
    'Ask me for each name or group: renew (for how many years), let go, or decide later. A name that serves a site or mail that I use should not be let go without a word from you.',
    'For what I want to renew, look at budget and account_get; if the limit or the credit does not reach, say so before anything else.',
    'Preview order_create with the renewals in one order, up to 100 names. Show me the price of each and the sum. When I say yes, confirm it. Where this server has no order_create, tell me what to renew at the registrar.',
    'Look at each result: an order can succeed in part. Tell me the new dates, and what is left to decide.',
  ],
});
