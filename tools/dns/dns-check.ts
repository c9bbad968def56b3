import * as z from 'zod';
import type { Domain } from '#model/domain.ts';
import { DomainName } from '#model/domain-name.ts';
import { bare, count, oneOf, quote } from '#model/text.ts';
import { accountNames } from '#tool/account-names.ts';
import { tool } from '#tool/define.ts';
import { page, paged, paging } from '#tool/page.ts';
import {
  type Asked,
  compareServed,
  countSpfLookups,
  delegation,
  findNameservers,
  sameNameservers,
  type Unlike,
} from '#tool/served.ts';
import { type Finding, lintZone } from '#zone/lint.ts';
import { isSpf, mostLookups } from '#zone/spf.ts';
import { editable, inOrder, recordSets } from '#zone/zone.ts';

/** How many findings and differences an answer lists. */
const most = 40;

export default tool.read({
  name: 'dns_check',
  title: 'Check a zone',
  description:
    'Looks a zone over for mistakes (CNAMEs, mail, SPF, DKIM, DMARC, dangling names) and asks its nameservers whether what is saved is served, record set by record set.',
  input: z.strictObject({ domain_name: DomainName, ...paging }),
  output: z.object({
    domain_name: DomainName,
    hosted: z.boolean(),
    findings: z.array(
      z.object({ severity: z.string(), rule: z.string(), host: z.string(), what: z.string(), fix: z.string() }),
    ),
    nameservers: z.array(z.object({ name: z.string(), address: z.string().optional(), serves: z.string() })),
    unlike: z.array(z.object({ host: z.string(), type: z.string(), nameserver: z.string(), answered: z.string() })),
    more: z.int().optional(),
    ...paged,
  }),

  async run({ domain_name, ...where }, { registrar, resolver: open, signal, progress }) {
    const [domain, zone] = await Promise.all([
      registrar.domain_get({ domain_name }),
      registrar.dns_list({ domain_name }),
    ]);
    const resolver = await open();
    const sets = [...recordSets(inOrder(editable(zone))).entries()].flatMap(([key, [first, ...rest]]) =>
      first ? [{ key, records: [first, ...rest] as const }] : [],
    );
    const { rows, ...rest } = page(
      sets,
      ({ key }) => key,
      { ...where, limit: where.limit ?? 200 },
      () => 1,
    );
    const names = await accountNames(registrar, domain_name, zone);
    const delegated = await delegation(resolver, domain, signal);
    const nameservers = await findNameservers(resolver, delegated, signal);
    const located = nameservers.flatMap(({ server, ...asked }) => (server ? [{ ...asked, server }] : []));
    let done = 0;
    const told = () => {
      done += 1;
      progress(done, rows.length * located.length);
    };
    const compared = await Promise.all(
      located.map(async asked => ({
        asked,
        ...(await compareServed(
          resolver,
          asked,
          rows.map(({ records }) => records),
          domain_name,
          { signal, progress: told },
        )),
      })),
    );
    const [spf] = zone.filter(record => record.host === '@' && isSpf(record));
    const lookups = spf ? await countSpfLookups(resolver, spf, signal) : 0;
    const ds = await resolver.lookup(domain_name, 'DS', signal).then(
      ({ answers }) => answers.length,
      () => 0,
    );
    const findings = [
      ...delegationFindings(domain, nameservers, ds),
      ...lintZone(zone, { domain: domain_name, exists: names }),
      ...(lookups > mostLookups
        ? [
            {
              severity: 'error' as const,
              rule: 'spf_lookups',
              host: '@',
              what: `The SPF record needs ${lookups} lookups with what it includes; ${mostLookups} are allowed, and mail servers stop there.`,
              fix: 'Take out senders that are not used.',
            },
          ]
        : []),
    ];
    const unlike = compared.flatMap(each => each.unlike);
    const more = Math.max(0, findings.length - most) + Math.max(0, unlike.length - most);
    return {
      domain_name,
      hosted: domain.hosted,
      findings: findings.slice(0, most),
      nameservers: nameservers.map(asked => ({
        name: asked.name,
        address: asked.server?.address,
        serves: verdict(
          asked,
          compared.find(({ asked: { name } }) => name === asked.name),
          rows.length,
        ),
      })),
      unlike: unlike.slice(0, most).map(({ answered, ...each }) => ({ ...each, answered: bare(answered) })),
      more: more > 0 ? more : undefined,
      ...rest,
    };
  },

  summary: ({ domain_name, hosted, findings, nameservers, unlike }) =>
    [
      ...(hosted
        ? []
        : [`The nameservers of ${domain_name} are elsewhere, so what is saved here is not what the world sees.`]),
      findings.length === 0 ? 'Nothing is wrong with the records.' : `${count(findings.length, 'finding')}.`,
      nameservers.length > 0 && unlike.length === 0 && nameservers.every(({ serves }) => serves.startsWith('all'))
        ? 'Everything that is saved is served.'
        : 'Not everything that is saved is served: see nameservers.',
    ].join(' '),
});

function delegationFindings(
  { domain_name, nameservers, hosted }: Domain,
  asked: readonly Asked[],
  ds: number,
): Finding[] {
  return [
    ...(hosted
      ? []
      : [
          {
            severity: 'error' as const,
            rule: 'elsewhere',
            host: '@',
            what: `The nameservers of ${domain_name} are ${oneOf(nameservers, 'and')}: edits here do not matter to the world.`,
            fix: 'Edit the zone where those nameservers are, or bring the domain here with domain_update_nameservers.',
          },
        ]),
    ...(sameNameservers(
      nameservers,
      asked.map(({ name }) => name),
    )
      ? []
      : [
          {
            severity: 'warning' as const,
            rule: 'delegation',
            host: '@',
            what: `The registrar has the nameservers ${oneOf(nameservers, 'and')}, and the world is still told ${oneOf(
              asked.map(({ name }) => name),
              'and',
            )}.`,
            fix: 'After a change of nameservers this takes up to two days; if it lasts, a person should look at the registry.',
          },
        ]),
    ...(ds > 0
      ? [
          {
            severity: 'warning' as const,
            rule: 'ds',
            host: '@',
            what: `The registry has ${count(ds, 'DS record')} for ${domain_name}: if its nameservers do not sign the zone with that key, validating resolvers find nothing.`,
            fix: "After a move of nameservers, a person should remove a stale DS record on the registrar's own pages.",
          },
        ]
      : []),
    ...(asked.length > 0 && asked.every(({ problem }) => problem !== undefined)
      ? [
          {
            severity: 'error' as const,
            rule: 'unreachable',
            host: '@',
            what: `None of the nameservers can be asked: ${asked.map(({ problem = '' }) => quote(problem, 120)).join('; ')}.`,
            fix: 'Check the nameservers (domain_get), their host records (host_list), and the network of this server.',
          },
        ]
      : []),
  ];
}

function verdict(
  { problem }: Asked,
  compared: { readonly unlike: readonly Unlike[]; readonly problem?: string | undefined } | undefined,
  sets: number,
): string {
  const why = problem ?? compared?.problem;
  if (why !== undefined || !compared) return `not known: ${why}`;
  if (sets === 0) return 'nothing to compare';
  const { length } = compared.unlike;
  if (length === 0) return `all ${count(sets, 'record set')}`;
  return length === sets ? 'none of what is saved' : `${sets - length} of ${count(sets, 'record set')}`;
}
