import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { refuse } from '#model/fault.ts';
import { tool } from '#tool/define.ts';

export default tool.destructive({
  name: 'domain_unlock',
  title: 'Unlock a domain',
  description:
    'Takes the transfer lock off a domain. Only needed just before moving it to another registrar; changes here do not need it.',
  input: z.strictObject({ domain_name: DomainName }),
  output: z.object({ domain_name: DomainName, locked: z.literal(false) }),
  async plan({ domain_name }, { registrar }) {
    const { locked } = await registrar.domain_get({ domain_name });
    if (!locked) refuse('conflict', `${domain_name} is not locked.`, 'There is nothing to do.');
    return {
      does: `Take the transfer lock off ${domain_name}.`,
      changes: [{ what: 'lock', from: 'on', to: 'off' }],
      subject: { kind: 'lock', domain_name },
      loses: [
        'The lock is what keeps the domain here: without it, whoever has its transfer code can move it to another registrar. Lock it again as soon as it can be.',
      ],
    };
  },
  async apply({ domain_name }, _plan, { registrar }) {
    await registrar.domain_unlock({ domain_name });
    return { domain_name, locked: false as const };
  },
  summary: ({ domain_name }) => `${domain_name} is unlocked; lock it again with domain_lock.`,
});
