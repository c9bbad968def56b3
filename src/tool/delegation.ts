import type { Domain } from '../model/domain.ts';
import type { Hostname } from '../model/domain-name.ts';
import { describeRecord } from '../model/record.ts';
import type { State } from '../model/subject.ts';
import { count, few } from '../model/text.ts';
import { isOwnNameserver, plainNameserver } from '../registrar/quirks.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { editable } from '../zone/zone.ts';

/** Nameservers as a state to compare with; the registrar's own are equal in both of their spellings. */
export function delegatedTo(nameservers: readonly Hostname[]): State {
  return nameservers.map(plainNameserver).sort();
}

/** How many records of a zone are named before the rest is counted, and the most zones that are read for it. */
const mostRecords = 15;
const mostZones = 20;

/** What of the zones kept here setting nameservers would begin or cease to serve, in sentences. */
export async function servedFromThen(
  registrar: Pick<Registrar<'read'>, 'dns_list'>,
  domains: readonly Domain[],
  nameservers: readonly Hostname[],
): Promise<{ readonly loses: string[]; readonly notes: string[] }> {
  const here = nameservers.every(isOwnNameserver);
  const turning = domains.filter(({ hosted }) => hosted !== here);
  if (turning.length === 0) return { loses: [], notes: [] };
  const kept = await zonesKept(registrar, turning);
  if (here) return { loses: [], notes: [`${kept.what} will be served from now on.`] };
  const stops = 'Sites and mail stop unless the new nameservers have them.';
  return { loses: [`${kept.what} will no longer be served. ${stops} ${kept.records}`.trim()], notes: [] };
}

async function zonesKept(registrar: Pick<Registrar<'read'>, 'dns_list'>, domains: readonly Domain[]) {
  if (domains.length > mostZones)
    return { what: `The zones kept here of ${count(domains.length, 'domain')}`, records: '' };
  const zones = await Promise.all(
    domains.map(async ({ domain_name }) => ({
      domain_name,
      records: editable(await registrar.dns_list({ domain_name })),
    })),
  );
  const [only, ...others] = zones;
  if (only && others.length === 0)
    return {
      what: `${count(only.records.length, 'record')} kept here`,
      records: few(only.records.map(describeRecord), mostRecords, '; '),
    };
  const counted = zones.map(({ domain_name, records }) => `${domain_name} (${count(records.length, 'record')})`);
  return { what: `The zones kept here of ${counted.join(', ')}`, records: '' };
}
