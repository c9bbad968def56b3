import * as z from 'zod';
import { DomainName, Hostname } from '#model/domain-name.ts';
import { refuse } from '#model/fault.ts';
import { Nameservers } from '#model/order.ts';
import { describeRecord, type StoredRecord } from '#model/record.ts';
import { count } from '#model/text.ts';
import { tool } from '#tool/define.ts';
import { compareDelegation } from '#tool/delegation.ts';

/** How many records a plan names before it counts the rest. */
const named = 15;

export default tool.destructive({
  name: 'domain_update_nameservers',
  title: 'Change nameservers',
  description:
    'Replaces the nameservers of a domain, all of them at once. To change single records of a zone kept here, use the dns tools instead.',
  input: z.strictObject({ domain_name: DomainName, nameservers: Nameservers }),
  output: z.object({ domain_name: DomainName, nameservers: z.array(Hostname) }),

  async plan({ domain_name, nameservers }, { registrar }) {
    if (new Set(nameservers).size < nameservers.length)
      refuse('invalid_input', 'A nameserver is listed twice.', 'List each once.');
    const change = compareDelegation(await registrar.domain_get({ domain_name }), nameservers);
    if (change.same) refuse('conflict', `${domain_name} has these nameservers already.`, 'There is nothing to do.');
    const records =
      change.leaves || change.arrives
        ? (await registrar.dns_list({ domain_name })).filter(record => !(record.type === 'NS' && record.host === '@'))
        : [];
    return {
      does: `Replace the nameservers of ${domain_name}.`,
      changes: [{ what: 'nameservers', from: change.from.join(', '), to: change.to.join(', ') }],
      loses: [
        ...(change.leaves
          ? [
              `${count(records.length, 'record')} kept here will no longer be served. The site and its mail stop unless the new nameservers have them. ${listed(records)}`,
            ]
          : []),
        'Resolvers keep the old nameservers for up to two days. If the domain has DNSSEC, a stale DS record makes it fail everywhere.',
      ],
      subject: { kind: 'nameservers', domain_name },
      notes: change.arrives ? [`${count(records.length, 'record')} kept here will be served from now on.`] : [],
    };
  },

  async apply({ domain_name, nameservers }, _plan, { registrar }) {
    await registrar.domain_update_nameservers({ domain_name, nameservers });
    return { domain_name, nameservers };
  },
  summary: ({ domain_name, nameservers }) => `${domain_name} is delegated to ${nameservers.join(', ')}.`,
});

function listed(records: readonly StoredRecord[]): string {
  const more = records.length - named;
  return [
    ...records.slice(0, named).map(describeRecord),
    ...(more > 0 ? [`and ${count(more, 'more record')}`] : []),
  ].join('; ');
}
