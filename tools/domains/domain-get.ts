import * as z from 'zod';
import { StoredContact } from '#model/contact.ts';
import { DomainName, shownName, unicodeName } from '#model/domain-name.ts';
import { Money } from '#model/money.ts';
import { count } from '#model/text.ts';
import { daysUntil } from '#model/timestamp.ts';
import { tool } from '#tool/define.ts';

export default tool.read({
  name: 'domain_get',
  title: 'Show a domain',
  description:
    'Shows one domain of the account: expiry, lock, privacy, nameservers, contacts, and what renewing costs. For all of them, use portfolio.',
  input: z.strictObject({ domain_name: DomainName }),
  output: z.object({
    domain_name: DomainName,
    unicode_name: z.string().optional(),
    created: z.string().optional(),
    expires: z.string(),
    days_left: z.int(),
    locked: z.boolean(),
    privacy: z.boolean(),
    privacy_expires: z.string().optional(),
    auto_renew: z.boolean().optional(),
    nameservers: z.array(z.string()),
    hosted: z.boolean().describe('Whether the zone kept here is the one served'),
    renewal_price: Money.optional(),
    privacy_price: Money.optional(),
    contacts: z.array(StoredContact),
  }),
  async run({ domain_name }, { registrar, now }) {
    const { privacy, prices, ...domain } = await registrar.domain_get({ domain_name });
    return {
      ...domain,
      unicode_name: unicodeName(domain.domain_name),
      days_left: daysUntil(domain.expires, now),
      privacy: privacy.enabled,
      privacy_expires: privacy.expires,
      nameservers: [...domain.nameservers],
      renewal_price: prices.renew,
      privacy_price: prices.privacy,
      contacts: [...domain.contacts],
    };
  },
  summary: ({ domain_name, days_left, locked, privacy }) =>
    `${shownName(domain_name)} ${days_left < 0 ? `EXPIRED ${count(-days_left, 'day')} ago` : `expires in ${count(days_left, 'day')}`}; ${locked ? 'locked' : 'NOT locked'}, privacy ${privacy ? 'on' : 'off'}.`,
});
