import * as z from 'zod';
import type { DomainName, Hostname } from '../model/domain-name.ts';
import { refuse } from '../model/fault.ts';
import { type HostRecord, parseHostRecord } from '../model/host-record.ts';
import type { Registrar } from '../registrar/registrar.ts';

/** A host record's name as it is typed; what it means depends on the domain. */
export const HostName = z.string().max(254).describe('"ns1.example.com"');

/** The full name of a host record inside a domain; refuses any other. */
export function hostIn(text: string, domain: DomainName): Hostname {
  const name = parseHostRecord(text, domain);
  return 'ok' in name
    ? name.ok
    : refuse('invalid_input', `hostname: ${name.problem}.`, 'Nothing was sent. Correct hostname and call again.');
}

/** A host record that the registrar knows. */
export async function knownHost(
  registrar: Registrar<'read'>,
  domain_name: DomainName,
  hostname: Hostname,
): Promise<{ hostname: Hostname; ips: readonly string[] }> {
  const hosts: readonly HostRecord[] = await registrar.host_list({ domain_name });
  const found = hosts.find(host => host.hostname.toLowerCase() === hostname);
  if (found) return { hostname, ips: found.ips };
  const known =
    hosts.length === 0
      ? 'it has none'
      : `it has ${hosts
          .slice(0, 10)
          .map(host => host.hostname)
          .join(', ')}`;
  return refuse(
    'not_found',
    `${domain_name} has no host record ${hostname}; ${known}.`,
    'See host_list; if it should be there, call host_sync first.',
  );
}
