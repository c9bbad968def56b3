import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { count } from '#model/text.ts';
import { tool } from '#tool/define.ts';

export default tool.write({
  name: 'host_sync',
  title: 'Re-read host records',
  description:
    "Makes the registrar read a domain's host records from the registry again, and lists them. Use it where host_list seems out of date.",
  input: z.strictObject({ domain_name: DomainName }),
  output: z.object({ hosts: z.array(z.object({ hostname: z.string(), ips: z.array(z.string()) })) }),
  async run({ domain_name }, { registrar }) {
    await registrar.host_sync({ domain_name });
    return { hosts: await registrar.host_list({ domain_name }) };
  },
  summary: ({ hosts }) => `In step with the registry: ${count(hosts.length, 'host record')}.`,
});
