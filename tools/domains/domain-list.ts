import * as z from 'zod';
import { DomainName, unicodeName } from '#model/domain-name.ts';
import { count } from '#model/text.ts';
import { daysUntil } from '#model/timestamp.ts';
import { tool } from '#tool/define.ts';
import { isMatch, matching } from '#tool/matching.ts';
import { page, paged, paging } from '#tool/page.ts';

export default tool.read({
  name: 'domain_list',
  title: 'List domains',
  description:
    'Lists the domains of the account in pages, with expiry and privacy. Narrow it with filters rather than reading every page. Lock and nameservers of one name: domain_get; of many, and renewals: portfolio.',
  input: z.strictObject({
    ...matching,
    expiring_within_days: z.int().min(0).max(4000).optional().describe('Soonest first, expired ones too'),
    privacy: z.boolean().optional(),
    ...paging,
  }),
  output: z.object({
    domains: z.array(
      z.object({
        domain_name: DomainName,
        unicode_name: z.string().optional(),
        expires: z.string(),
        days_left: z.int(),
        privacy: z.boolean(),
      }),
    ),
    ...paged,
  }),
  async run({ match, tld, expiring_within_days, privacy, ...where }, { registrar, now }) {
    const wanted = (await registrar.domain_list({})).filter(
      domain =>
        isMatch(domain.domain_name, { match, tld }) &&
        (expiring_within_days === undefined || daysUntil(domain.expires, now) <= expiring_within_days) &&
        (privacy === undefined || domain.privacy.enabled === privacy),
    );
    const { rows, total, next_cursor } = page(
      wanted,
      ({ domain_name, expires }) => (expiring_within_days === undefined ? domain_name : `${expires} ${domain_name}`),
      where,
      ({ domain_name }) => 110 + domain_name.length + (unicodeName(domain_name)?.length ?? 0),
    );
    return {
      domains: rows.map(({ domain_name, expires, privacy: { enabled } }) => ({
        domain_name,
        unicode_name: unicodeName(domain_name),
        expires,
        days_left: daysUntil(expires, now),
        privacy: enabled,
      })),
      total,
      next_cursor,
    };
  },
  summary: ({ domains, total, next_cursor }) =>
    next_cursor === undefined && domains.length === total
      ? `${count(total, 'domain')}.`
      : `${domains.length} of ${count(total, 'domain')}${next_cursor === undefined ? '; this is the last page' : ''}.`,
});
