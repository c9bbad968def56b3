import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { tool } from '#tool/define.ts';

export default tool.write({
  name: 'domain_lock',
  title: 'Lock a domain',
  description: 'Locks a domain against transfer to another registrar. Safe at any time.',
  input: z.strictObject({ domain_name: DomainName }),
  output: z.object({ domain_name: DomainName, locked: z.literal(true) }),
  touches: ({ domain_name }) => ({ kind: 'lock', domain_name }),
  async run({ domain_name }, { registrar }) {
    await registrar.domain_lock({ domain_name });
    return { domain_name, locked: true as const };
  },
  summary: ({ domain_name }) => `${domain_name} is locked.`,
});
