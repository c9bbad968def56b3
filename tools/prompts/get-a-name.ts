import * as z from 'zod';
import { Ending } from '#model/ending.ts';
import { quote } from '#model/text.ts';
import { prompt } from '#tool/prompt.ts';
import { endings } from './arguments.ts';

export default prompt({
  name: 'get_a_name',
  title: 'Get a name',
  description: 'Finds a free domain name and registers it.',
  tools: ['domain_check', 'domain_create'],
  input: z.strictObject({
    idea: z.string().max(300).optional().describe('What the name is for, or words that it should have'),
    tld: Ending.optional().describe('Ending, "com"'),
  }),
  choices: { tld: endings },
  wants: ({ idea, tld }) =>
    `Help me find a free domain name and register it.${idea === undefined ? '' : ` It is for: ${quote(idea, 300)}.`}${tld === undefined ? '' : ` It should end in .${tld}.`}`,
  steps: ({ idea, tld }) => [
    `Ask me ${idea === undefined ? 'what the name is for, ' : ''}${tld === undefined ? 'which endings I like, ' : ''}what it may cost a year, and for how long I want it. Skip what I have said already.`,
    'Think of about ten words that are short, easy to say and easy to spell. Check all of them in one call of domain_check (keywords), with the endings in tlds; suggest finds more like them.',
    'Show me those that are free in a table with the price of the first year, and of renewing where it is known. Say which are premium. Do not offer one whose price is "unknown": it cannot be bought here.',
    'Ask me which one and for how many years. Never choose for me.',
    'Call domain_create. It answers with the exact price and buys nothing yet. Show me the price, the term, and what is left of the budget.',
    'When I say yes, confirm it. Then tell me until when it is registered and what was charged.',
    'Ask what it is for next: a site (the prompt connect_a_site), mail (set_up_mail), or nothing yet.',
  ],
});
