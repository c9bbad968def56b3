import * as z from 'zod';
import { type DomainName, Hostname } from '#model/domain-name.ts';
import { refuse } from '#model/fault.ts';
import { Nameservers } from '#model/order.ts';
import { tool } from '#tool/define.ts';
import { delegatedTo, servedFromThen } from '#tool/delegation.ts';
import { readDomains } from '#tool/domain-parts.ts';
import { changedLately } from '#tool/lately.ts';
import { bringing, carryThrough, domainsIn, PerDomain, summed, whichDomains } from '#tool/several.ts';

export default tool.destructive({
  name: 'domain_update_nameservers',
  title: 'Change nameservers',
  description:
    'Replaces the nameservers of one domain, or of up to 500, all of them at once. To change single records of a zone kept here, use the dns tools instead.',
  input: z.strictObject({ ...whichDomains, nameservers: Nameservers }),
  output: PerDomain.extend({ nameservers: z.array(Hostname) }),

  async plan({ nameservers, ...input }, { registrar, records, now, progress }) {
    if (new Set(nameservers).size < nameservers.length)
      refuse('invalid_input', 'A nameserver is listed twice.', 'List each once.');
    const domains = await readDomains(registrar, domainsIn(input), progress);
    const lately = await changedLately(await records(), 'nameservers', now);
    const like = 'delegated to these nameservers';
    const planned = bringing('nameservers', domains, () => delegatedTo(nameservers), { like, lately });
    const { loses, notes } = await servedFromThen(
      registrar,
      domains.filter(({ domain_name }) => planned.open.includes(domain_name)),
      nameservers,
    );
    return {
      ...planned,
      does: `Replace the nameservers of ${planned.whom}.`,
      loses: [
        ...loses,
        'Resolvers keep the old nameservers for up to two days. If a domain has DNSSEC, a stale DS record makes it fail everywhere.',
      ],
      notes,
    };
  },

  async apply({ nameservers }, plan, { registrar, ...context }) {
    const delegate = (domain_name: DomainName) => registrar.domain_update_nameservers({ domain_name, nameservers });
    return { ...(await carryThrough(context, plan, delegate)), nameservers };
  },
  summary: outcome => summed(outcome, 'Delegated', ` to ${outcome.nameservers.join(', ')}`),
});
