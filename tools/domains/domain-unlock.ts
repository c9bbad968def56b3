import * as z from 'zod';
import type { DomainName } from '#model/domain-name.ts';
import { tool } from '#tool/define.ts';
import { readDomains } from '#tool/domain-parts.ts';
import { changedLately } from '#tool/lately.ts';
import { bringing, carryThrough, domainsIn, PerDomain, summed, whichDomains } from '#tool/several.ts';

export default tool.destructive({
  name: 'domain_unlock',
  title: 'Unlock domains',
  description:
    'Takes the transfer lock off one domain, or up to 500. Only needed just before moving them to another registrar; changes here do not need it.',
  input: z.strictObject(whichDomains),
  output: PerDomain,
  async plan(input, { registrar, records, now, progress }) {
    const domains = await readDomains(registrar, domainsIn(input), progress);
    const lately = await changedLately(await records(), 'lock', now);
    const planned = bringing('lock', domains, () => [], { like: 'unlocked', lately });
    return {
      ...planned,
      does: `Take the transfer lock off ${planned.whom}.`,
      loses: [
        'The lock is what keeps a domain here: without it, whoever has its transfer code can move it to another registrar. Lock it again as soon as it can be.',
      ],
    };
  },
  async apply(_input, plan, { registrar, ...context }) {
    const unlock = (domain_name: DomainName) => registrar.domain_unlock({ domain_name });
    return await carryThrough(context, plan, unlock);
  },
  summary: outcome => `${summed(outcome, 'Unlocked')} Lock again with domain_lock.`,
});
