import * as z from 'zod';
import { DomainName, shownName } from '#model/domain-name.ts';
import { tool } from '#tool/define.ts';
import { HostName, hostIn, knownHost } from '#tool/host.ts';

export default tool.destructive({
  name: 'host_delete',
  title: 'Delete a host record',
  description:
    'Deletes a registered nameserver with all of its addresses. To take off one address, use host_remove_ip.',
  input: z.strictObject({ domain_name: DomainName, hostname: HostName }),
  output: z.object({ hostname: z.string(), ips: z.array(z.string()) }),

  async plan({ domain_name, hostname }, { registrar }) {
    const host = await knownHost(registrar, domain_name, hostIn(hostname, domain_name));
    const { nameservers } = await registrar.domain_get({ domain_name });
    const used = nameservers.some(nameserver => nameserver === host.hostname);
    return {
      does: `Delete the host record ${shownName(host.hostname)}.`,
      changes: [{ what: host.hostname, from: host.ips.join(', ') }],
      loses: [
        ...(used
          ? [`${host.hostname} is a nameserver of ${domain_name}: without its addresses the domain cannot be found.`]
          : []),
        'Every domain that uses it as a nameserver loses that nameserver.',
      ],
      host,
      subject: { kind: 'host', domain_name, hostname: host.hostname },
    };
  },

  async apply({ domain_name }, { host }, { registrar }) {
    await registrar.host_delete({ domain_name, hostname: host.hostname });
    return { hostname: host.hostname, ips: [...host.ips] };
  },
  summary: ({ hostname }) => `Deleted ${hostname}.`,
});
