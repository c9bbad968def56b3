import * as z from 'zod';
import { StoredContact } from '#model/contact.ts';
import { Money, show } from '#model/money.ts';
import { bare, count } from '#model/text.ts';
import { tool } from '#tool/define.ts';

export default tool.read({
  name: 'account_get',
  title: 'Show the account',
  description:
    "Shows the account: credit, number of domains and default contacts. Use it to see what can be spent; a purchase's preview shows the credit too.",
  input: z.strictObject({}),
  output: z.object({
    username: z.string(),
    created: z.string(),
    domain_count: z.int(),
    credit: Money,
    contacts: z.array(StoredContact),
  }),
  run: (_input, { registrar }) => registrar.account_get({}),
  summary: account =>
    `Account ${bare(account.username)}: ${show(account.credit)} credit, ${count(account.domain_count, 'domain')}.`,
});
