import type { ZoneRecord } from '../model/record.ts';
import { count } from '../model/text.ts';
import type { Difference } from './diff.ts';
import { editable, identity, isApexNs } from './zone.ts';

/** What about a change of a zone calls for a person, whoever else may confirm. */
export const hazardKinds = ['mass_change', 'apex_ns', 'last_mx', 'apex_address', 'foreign_owner'] as const;
export type HazardKind = (typeof hazardKinds)[number];

export interface Hazard {
  readonly kind: HazardKind;
  readonly what: string;
}

/** From this many records on, a share of them that changes or goes is a hazard: octoDNS's measure. */
const mass = { records: 10, share: 0.3 } as const;

/** What is dangerous about a difference to a zone. A zone that reads as empty is `readsEmpty`'s to see. */
export function hazardsOf(zone: readonly ZoneRecord[], { added, changed, removed }: Difference): Hazard[] {
  const before = editable(zone);
  const leaving = editable([...removed, ...changed.map(({ from }) => from)]);
  const gone = new Set(leaving.map(identity));
  const after = [...before.filter(record => !gone.has(identity(record))), ...changed.map(({ to }) => to), ...added];
  const hazards: Hazard[] = [];

  if (before.length >= mass.records && leaving.length > before.length * mass.share)
    hazards.push({
      kind: 'mass_change',
      what: `${leaving.length} of ${count(before.length, 'record')} are changed or removed, which is more than 30 %.`,
    });
  if ([...removed, ...changed.map(({ to }) => to), ...added].some(isApexNs))
    hazards.push({ kind: 'apex_ns', what: 'The NS records of the domain itself are not the ones that it has now.' });
  const mail = new Set(after.filter(isMail).map(({ host }) => host));
  for (const host of new Set(removed.filter(isMail).map(({ host }) => host)))
    if (!mail.has(host))
      hazards.push({ kind: 'last_mx', what: `The last MX record of ${place(host)} goes: no mail arrives any more.` });
  if (before.some(isApexAddress) && !after.some(isApexAddress))
    hazards.push({ kind: 'apex_address', what: 'The last address of the domain itself goes: a site there stops.' });
  else if (before.some(isApexIPv4) && !after.some(isApexIPv4))
    hazards.push({
      kind: 'apex_address',
      what: 'The last IPv4 address of the domain itself goes: for most a site there stops.',
    });
  for (const [by, records] of owned(before, leaving))
    hazards.push({
      kind: 'foreign_owner',
      what: `${kept(records)} marked as kept by ${by}, which may put it back or fail.`,
    });
  return hazards;
}

/** Whether a zone that is known to have had records reads as one without: then it was not read, and must not be planned from. */
export function readsEmpty(zone: readonly ZoneRecord[], known: readonly ZoneRecord[]): boolean {
  return editable(zone).length === 0 && editable(known).length > 0;
}

function isMail({ type }: ZoneRecord): boolean {
  return type === 'MX';
}

function isApexAddress({ host, type }: ZoneRecord): boolean {
  return host === '@' && (type === 'A' || type === 'AAAA' || type === 'ANAME');
}

function isApexIPv4(record: ZoneRecord): boolean {
  return isApexAddress(record) && record.type !== 'AAAA';
}

/** Records that another tool marks as its own, by tool: external-dns by a text at the name (or at `a-name`), octoDNS at `_owner.TYPE.name`. */
function owned(zone: readonly ZoneRecord[], leaving: readonly ZoneRecord[]): Map<string, ZoneRecord[]> {
  const marks = new Map<string, string>();
  for (const record of zone) {
    const by = record.type === 'TXT' ? markOf(record) : undefined;
    if (by !== undefined) marks.set(record.host, by);
  }
  const found = new Map<string, ZoneRecord[]>();
  for (const record of marks.size > 0 ? leaving : []) {
    const { host, type } = record;
    const below = host === '@' ? '' : `.${host.replace('*', '_wildcard')}`;
    const prefixed = host === '@' ? type.toLowerCase() : `${type.toLowerCase()}-${host}`;
    const name = [host, prefixed, `_owner.${type}${below}`.toLowerCase()].find(each => marks.has(each));
    const by = name === undefined ? undefined : marks.get(name);
    if (by !== undefined)
      found
        .set(by, found.get(by) ?? [])
        .get(by)
        ?.push(record);
  }
  return found;
}

function kept(records: readonly ZoneRecord[]): string {
  const [first] = records;
  return records.length === 1 && first
    ? `The ${first.type} record at ${place(first.host)} is`
    : `${records.length} records that change or go are`;
}

function markOf({ host, content }: ZoneRecord): string | undefined {
  const external = /heritage=external-dns\b.*?external-dns\/owner=([^,"]*)/.exec(content)?.[1];
  if (external !== undefined) return `external-dns (${external.slice(0, 60)})`;
  return /^_owner\./.test(host) && content.includes('*octodns*') ? 'octoDNS' : undefined;
}

function place(host: string): string {
  return host === '@' ? 'the domain itself' : host;
}
