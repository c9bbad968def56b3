import type { DomainName } from '../model/domain-name.ts';
import { comparable, type ZoneRecord } from '../model/record.ts';

/** What a name of a zone points at by itself; beside a CNAME nothing stands, and an ANAME takes the place of addresses. */
const pointing: ReadonlySet<string> = new Set(['A', 'AAAA', 'ANAME', 'CNAME']);

export function points({ type }: Pick<ZoneRecord, 'type'>): boolean {
  return pointing.has(type);
}

/** The NS records of the apex follow the domain's nameservers: they are no part of what can be changed in a zone. */
export function isApexNs({ host, type }: Pick<ZoneRecord, 'host' | 'type'>): boolean {
  return host === '@' && type === 'NS';
}

/** What to do instead of changing them. */
export function apexNs(domain: DomainName): string {
  return `The NS records of ${domain} itself follow its nameservers and stay as they are; use domain_update_nameservers.`;
}

/** What of a zone can be changed. */
export function editable<T extends ZoneRecord>(zone: readonly T[]): T[] {
  return zone.filter(record => !isApexNs(record));
}

/** What a record says, in one form: records that are the same to a resolver, but for how long it keeps them, are equal. */
export function saying(record: ZoneRecord): string {
  const { type, priority } = record;
  return `${type === 'MX' || type === 'SRV' ? (priority ?? '') : ''} ${contentIn(record)}`;
}

/** A record's content in the one form by which it is compared. */
export function contentIn({ type, content }: ZoneRecord): string {
  return comparable(type, content);
}

/** A record's identity in its zone, in one form. */
export function identity(record: ZoneRecord): string {
  return `${record.host} ${record.type} ${record.ttl} ${saying(record)}`;
}

/** Record sets, each the records of one name and type, in the order in which they were first met. */
export function recordSets<T extends ZoneRecord>(zone: readonly T[]): Map<string, T[]> {
  return grouped(zone, ({ host, type }) => `${host} ${type}`);
}

/** The records of each name. */
export function byHost<T extends ZoneRecord>(zone: readonly T[]): Map<string, T[]> {
  return grouped(zone, ({ host }) => host);
}

/** Items by their key, in the order in which they were first met. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Whether two zones say the same, whatever the order and the spelling. */
export function sameZone(a: readonly ZoneRecord[], b: readonly ZoneRecord[]): boolean {
  const [one, other] = [a, b].map(zone => new Set(zone.map(identity)));
  return one !== undefined && other !== undefined && one.size === other.size && [...one].every(key => other.has(key));
}

/** The order in which zones are written: the apex first, then by name from the right, by type, and by content. */
export function inOrder<T extends ZoneRecord>(zone: readonly T[]): T[] {
  return zone
    .map(record => ({ record, key: `${labels(record.host)} ${record.type} ${saying(record)}` }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ record }) => record);
}

function labels(host: string): string {
  return host === '@' ? '' : host.split('.').reverse().join('.');
}
