import * as z from 'zod';
import type { DomainName } from '#model/domain-name.ts';
import { asOne } from '#model/several.ts';
import { tool } from '#tool/define.ts';
import { carryThrough, domainsIn, PerDomain, partOf, statesIn, summed, whichDomains } from '#tool/several.ts';

export default tool.write({
  name: 'domain_lock',
  title: 'Lock domains',
  description: 'Locks one domain, or up to 500, against transfer to another registrar. Safe at any time.',
  input: z.strictObject(whichDomains),
  output: PerDomain,
  touches(input) {
    const names = domainsIn(input);
    const subject = partOf('lock', names);
    return subject.kind === 'several'
      ? { subject, target: asOne(new Map(names.map(name => [name, locked]))) }
      : { subject };
  },
  async run(input, { registrar, before = [], ...context }) {
    const names = domainsIn(input);
    const now = statesIn(partOf('lock', names), before);
    const isLocked = (name: DomainName) => now.get(name)?.length === 1;
    const plan = { open: names.filter(name => !isLocked(name)), already: names.filter(isLocked) };
    return await carryThrough(context, plan, domain_name => registrar.domain_lock({ domain_name }));
  },
  summary: outcome => summed(outcome, 'Locked'),
});

const locked = ['locked'] as const;
