import * as z from 'zod';
import { Contact } from '#model/contact.ts';
import { DomainName, shownName } from '#model/domain-name.ts';
import { Extra, Nameservers, Years } from '#model/order.ts';
import { dateOf } from '#model/timestamp.ts';
import { demandingTlds, isDemanding } from '#model/tld.ts';
import { tool } from '#tool/define.ts';
import { creditAfter, quoteRegistration, registrationTerms } from '#tool/quote.ts';

export default tool.paid({
  name: 'domain_create',
  title: 'Register a domain',
  description: `Registers one available name for this account. Use it when the person has chosen a name and a term; to find and compare names, use domain_check.
The first call charges nothing: it shows the price. Names under ${demandingTlds.join(', ')} need more, in extra.`,
  input: z.strictObject({
    domain_name: DomainName,
    period: Years.default(1),
    nameservers: Nameservers.optional(),
    contacts: z.array(Contact).max(4).optional().describe("The account's own by default"),
    extra: Extra.optional(),
  }),
  output: z.object({ domain_name: DomainName, expires: z.string().optional() }),

  async plan({ domain_name, period, nameservers, contacts, extra }, { registrar }) {
    const line = await quoteRegistration(registrar, domain_name, period);
    const { what, cost, premium, warning } = line;
    const { credit, notes } = await creditAfter(registrar, cost);
    const demanding =
      isDemanding(domain_name) && extra === undefined
        ? [
            `Names under .${domain_name.split('.').at(-1)} need more than the common fields; without extra the registrar may refuse.`,
          ]
        : [];
    const dear = premium ? ['This is a premium name: its renewals may cost as much every year.'] : [];
    return {
      does: `${what}.`,
      cost,
      credit,
      lines: [line],
      changes: registrationTerms(domain_name, { nameservers, contacts, extra }),
      loses: ['A registration cannot be undone or refunded here.'],
      notes: [...(warning === undefined ? [] : [warning]), ...notes, ...dear, ...demanding],
    };
  },

  async apply({ domain_name, period, nameservers, contacts, extra }, _plan, { registrar }) {
    await registrar.domain_create({ domain_name, period, nameservers, contacts, extra });
    // The name is bought by now: that it cannot be read back must not look like a failure.
    const bought = await registrar.domain_get({ domain_name }).catch(() => undefined);
    return { domain_name, expires: bought && dateOf(bought.expires) };
  },

  summary: ({ domain_name, expires }) =>
    `Registered ${shownName(domain_name)}${expires === undefined ? '' : ` until ${expires}`}.`,
});
