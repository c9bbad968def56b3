import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { IpAddress } from '#model/host-record.ts';
import { tool } from '#tool/define.ts';
import { HostName, hostIn } from '#tool/host.ts';

export default tool.write({
  name: 'host_create',
  title: 'Add a host record',
  description:
    'Registers a nameserver inside a domain with its first address (glue). For an ordinary address record, use dns_create.',
  input: z.strictObject({ domain_name: DomainName, hostname: HostName, ip: IpAddress }),
  output: z.object({ hostname: z.string(), ip: z.string() }),
  touches: ({ domain_name, hostname }) => ({
    subject: { kind: 'host', domain_name, hostname: hostIn(hostname, domain_name) },
  }),
  async run({ domain_name, hostname, ip }, { registrar }) {
    const host = hostIn(hostname, domain_name);
    await registrar.host_create({ domain_name, hostname: host, ip });
    return { hostname: host, ip };
  },
  summary: ({ hostname, ip }) => `Registered ${hostname} at ${ip}.`,
});
