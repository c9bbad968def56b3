import type { DomainName } from '../model/domain-name.ts';
import { contentOf, parseHost, parseRecordData, priorityOf, relativeHost, type ZoneRecord } from '../model/record.ts';
import { leastTtl, parseMasterFile } from './master-file.ts';
import { merging, replacing } from './merge.ts';
import { expandPreset, type Given } from './preset.ts';
import { type PresetName, presetOf } from './presets/index.ts';
import { type Removal, removing } from './removal.ts';
import { apexNs, isApexNs, recordSets, sameZone } from './zone.ts';

/** What somebody wants a zone to be: one of records, a master file or a preset; or only what of it is to go. */
export interface Desired {
  readonly domain: DomainName;
  readonly mode: 'merge' | 'replace';
  readonly records?: readonly Given[] | undefined;
  readonly master_file?: string | undefined;
  readonly preset?: PresetName | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** What goes, before what is given is merged in. */
  readonly remove?: readonly Removal[] | undefined;
}

export type Read =
  | {
      readonly zone: readonly ZoneRecord[];
      readonly notes: readonly string[];
      readonly title?: string | undefined;
      readonly afterwards?: string[] | undefined;
    }
  | { readonly problems: readonly string[] };

/** What a zone is to become; or every reason why it cannot, at once. */
export function readDesired({ remove, ...desired }: Desired, zone: readonly ZoneRecord[]): Read {
  if (remove === undefined) return readKept(desired, zone, zone);
  if (desired.mode === 'replace')
    return { problems: ['remove goes with mode merge; in replace, what is not given goes.'] };
  const rest = removing(zone, remove, desired.domain);
  return 'problems' in rest ? rest : readKept(desired, rest.zone, zone);
}

/** `before`: the zone with what goes, whose TTLs and odd names hold for what takes its place. */
function readKept(
  { domain, mode, records, master_file, preset, parameters }: Omit<Desired, 'remove'>,
  zone: readonly ZoneRecord[],
  before: readonly ZoneRecord[],
): Read {
  if (preset !== undefined) {
    if (mode === 'replace') return { problems: ['A preset merges with what is there; leave mode out.'] };
    const file = presetOf(preset);
    const expanded = expandPreset(file, domain, parameters ?? {});
    if ('problems' in expanded) return expanded;
    const checked = checkRecords(expanded.records, domain, before);
    if ('problems' in checked) return checked;
    const merged = merging(
      zone.filter(record => !expanded.clears(record)),
      checked.records,
    );
    return 'problems' in merged ? merged : { ...merged, title: file.title, afterwards: file.afterwards };
  }
  if (parameters !== undefined) return { problems: ['parameters belong to a preset.'] };
  const given =
    master_file === undefined ? checkRecords(records ?? [], domain, before) : parseMasterFile(master_file, domain);
  if ('problems' in given) return given;
  const apex = given.records.filter(isApexNs);
  const moved = apex.length > 0 && !sameZone(apex.map(withoutTtl), zone.filter(isApexNs).map(withoutTtl));
  const whole = mode === 'replace' ? replacing(given.records) : merging(zone, given.records);
  if ('problems' in whole) return whole;
  return {
    // What is asked of the apex's NS is kept in sight, though it cannot be done here.
    zone: [...whole.zone, ...(moved ? apex : [])],
    notes: [...given.notes, ...whole.notes, ...(moved ? [apexNs(domain)] : [])],
  };
}

/** Records that were asked for, as the registrar can hold them; every one that it cannot is named. */
function checkRecords(
  given: readonly Given[],
  domain: DomainName,
  zone: readonly ZoneRecord[],
):
  | { readonly records: readonly ZoneRecord[]; readonly notes: readonly string[] }
  | { readonly problems: readonly string[] } {
  const sets = recordSets(zone);
  const hosts = new Set(zone.map(({ host }) => host));
  const problems: string[] = [];
  const records = given.flatMap(({ host, type, content, ttl, priority }, at): ZoneRecord[] => {
    const parsed = parseHost(host, domain);
    // A name that is there is meant, also one that looks like a mistake: so an export can be applied again.
    const literal = relativeHost(host, domain);
    const owner = 'problem' in parsed && hosts.has(literal) ? { ok: literal } : parsed;
    const data = parseRecordData(type, content, priority);
    if ('problem' in owner) problems.push(`records[${at}].host: ${owner.problem}.`);
    if ('problem' in data) problems.push(`records[${at}]: ${data.problem}.`);
    if ('problem' in owner || 'problem' in data) return [];
    const same = sets.get(`${owner.ok} ${type}`)?.[0]?.ttl;
    return [
      {
        host: owner.ok,
        type,
        content: contentOf(data.ok),
        ttl: ttl ?? same ?? leastTtl,
        priority: priorityOf(data.ok),
      },
    ];
  });
  return problems.length > 0 ? { problems } : { records, notes: [] };
}

function withoutTtl(record: ZoneRecord): ZoneRecord {
  return { ...record, ttl: leastTtl };
}
