import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { IpAddress } from '#model/host-record.ts';
import { tool } from '#tool/define.ts';
import { HostName, hostIn } from '#tool/host.ts';

export default tool.write({
  name: 'host_add_ip',
  title: 'Add an address to a host record',
  description: 'Adds an address to a registered nameserver. For a new nameserver, use host_create.',
  input: z.strictObject({ domain_name: DomainName, hostname: HostName, ip: IpAddress }),
  output: z.object({ hostname: z.string(), ip: z.string() }),
  touches: ({ domain_name, hostname }) => ({
    subject: { kind: 'host', domain_name, hostname: hostIn(hostname, domain_name) },
  }),
  async run({ domain_name, hostname, ip }, { registrar }) {
    const host = hostIn(hostname, domain_name);
    await registrar.host_add_ip({ domain_name, hostname: host, ip });
    return { hostname: host, ip };
  },
  summary: ({ hostname, ip }) => `${hostname} has ${ip} too.`,
});
