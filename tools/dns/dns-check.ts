import * as z from 'zod';
import { DomainName, shownName } from '#model/domain-name.ts';
import { bare, count } from '#model/text.ts';
import { accountNames } from '#tool/account-names.ts';
import { tool } from '#tool/define.ts';
import { page, paged, paging } from '#tool/page.ts';
import { askTheWorld } from '#tool/reality.ts';
import { countSpfLookups } from '#tool/served.ts';
import { lintZone } from '#zone/lint.ts';
import { tooManyLookups } from '#zone/lint-mail.ts';
import { isSpf } from '#zone/spf.ts';
import { editable, inOrder, recordSets } from '#zone/zone.ts';

/** How many findings and differences an answer lists, and how many record sets are asked for at once. */
const most = 40;
const usual = 200;

export default tool.read({
  name: 'dns_check',
  title: 'Check a zone',
  description:
    'Looks a zone over for mistakes (CNAMEs, mail, SPF, DKIM, DMARC, dangling names) and asks its nameservers whether what is saved is served, record set by record set.',
  input: z.strictObject({ domain_name: DomainName, ...paging }),
  output: z.object({
    domain_name: DomainName,
    hosted: z.boolean(),
    served: z.boolean(),
    findings: z.array(
      z.object({ severity: z.string(), rule: z.string(), host: z.string(), what: z.string(), fix: z.string() }),
    ),
    nameservers: z.array(z.object({ name: z.string(), address: z.string().optional(), serves: z.string() })),
    unlike: z.array(z.object({ host: z.string(), type: z.string(), nameserver: z.string(), answered: z.string() })),
    more: z.int().optional(),
    checked: z.int(),
    ...paged,
  }),

  async run({ domain_name, ...where }, { registrar, resolver: open, signal, progress }) {
    const [domain, zone] = await Promise.all([
      registrar.domain_get({ domain_name }),
      registrar.dns_list({ domain_name }),
    ]);
    const sets = [...recordSets(inOrder(editable(zone)))].flatMap(([key, [first, ...others]]) =>
      first ? [{ key, records: [first, ...others] as const }] : [],
    );
    const { rows, ...rest } = page(
      sets,
      ({ key }) => key,
      { ...where, limit: where.limit ?? usual },
      () => 1,
    );
    const resolver = await open();
    const [names, reality] = await Promise.all([
      accountNames(registrar, domain_name, zone),
      askTheWorld(resolver, domain, { sets: rows.map(({ records }) => records), zone }, { signal, progress }),
    ]);
    const spf = zone.find(record => record.host === '@' && isSpf(record));
    const findings = [
      ...reality.findings,
      ...lintZone(zone, { domain: domain_name, exists: names }),
      ...(spf ? tooManyLookups('@', await countSpfLookups(resolver, spf, signal)) : []),
    ].filter(
      ({ rule, host }, at, all) =>
        rule !== 'spf_lookups' || all.findLastIndex(other => other.rule === rule && other.host === host) === at,
    );
    const { unlike } = reality;
    const more = Math.max(0, findings.length - most) + Math.max(0, unlike.length - most);
    return {
      domain_name,
      hosted: domain.hosted,
      served: reality.all,
      findings: findings.slice(0, most),
      nameservers: [...reality.nameservers],
      unlike: unlike.slice(0, most).map(({ answered, ...each }) => ({ ...each, answered: bare(answered) })),
      more: more > 0 ? more : undefined,
      checked: rows.length,
      ...rest,
    };
  },

  summary: ({ domain_name, hosted, served, findings, checked, total, next_cursor }) =>
    [
      ...(hosted
        ? []
        : [
            `The nameservers of ${shownName(domain_name)} are elsewhere, so what is saved here is not what the world sees.`,
          ]),
      findings.length === 0 ? 'Nothing is wrong with the records.' : `${count(findings.length, 'finding')}.`,
      verdict({ served, total }),
      ...(checked < total || next_cursor !== undefined
        ? [`This was asked of ${checked} of ${count(total, 'record set')}: the others are on other pages.`]
        : []),
    ].join(' '),
});

function verdict({ served, total }: { served: boolean; total: number }): string {
  if (total === 0) return 'There are no records to compare.';
  return served ? 'Everything that was compared is served.' : 'Not everything is served as saved: see nameservers.';
}
