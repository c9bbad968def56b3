import * as z from 'zod';
import { DomainName, shownName } from '#model/domain-name.ts';
import { refuse } from '#model/fault.ts';
import { IpAddress } from '#model/host-record.ts';
import { sameAddress } from '#model/record.ts';
import { tool } from '#tool/define.ts';
import { HostName, hostIn, knownHost } from '#tool/host.ts';

export default tool.destructive({
  name: 'host_remove_ip',
  title: 'Remove an address from a host record',
  description:
    'Takes one address off a registered nameserver that has others. To delete the nameserver, use host_delete.',
  input: z.strictObject({ domain_name: DomainName, hostname: HostName, ip: IpAddress }),
  output: z.object({ hostname: z.string(), ip: z.string() }),

  async plan({ domain_name, hostname, ip }, { registrar }) {
    const host = await knownHost(registrar, domain_name, hostIn(hostname, domain_name));
    const stored = host.ips.find(known => sameAddress(known) === ip);
    if (stored === undefined)
      refuse(
        'not_found',
        `${host.hostname} has no address ${ip}; it has ${host.ips.join(', ')}.`,
        'Give one of these.',
      );
    if (host.ips.length === 1)
      refuse(
        'conflict',
        `${ip} is the only address of ${host.hostname}.`,
        'Add another with host_add_ip first, or delete the host record with host_delete.',
      );
    return {
      does: `Take ${ip} off ${shownName(host.hostname)}.`,
      changes: [
        { what: host.hostname, from: host.ips.join(', '), to: host.ips.filter(known => known !== stored).join(', ') },
      ],
      loses: ['A nameserver that answers only at this address is no longer found.'],
      host: host.hostname,
      stored,
      subject: { kind: 'host', domain_name, hostname: host.hostname },
    };
  },

  async apply({ domain_name }, { host, stored }, { registrar }) {
    await registrar.host_remove_ip({ domain_name, hostname: host, ip: stored });
    return { hostname: host, ip: stored };
  },
  summary: ({ hostname, ip }) => `${hostname} no longer has ${ip}.`,
});
