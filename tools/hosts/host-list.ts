import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { count } from '#model/text.ts';
import { tool } from '#tool/define.ts';

export default tool.read({
  name: 'host_list',
  title: 'List host records',
  description:
    'Lists the registered nameservers (glue) inside a domain. Only needed for a domain that runs its own nameservers.',
  input: z.strictObject({ domain_name: DomainName }),
  output: z.object({ hosts: z.array(z.object({ hostname: z.string(), ips: z.array(z.string()) })) }),
  run: async ({ domain_name }, { registrar }) => ({
    hosts: await registrar.host_list({ domain_name }),
  }),
  summary: ({ hosts }) => `${count(hosts.length, 'host record')}.`,
});
