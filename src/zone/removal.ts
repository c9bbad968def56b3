import type { DomainName } from '../model/domain-name.ts';
import {
  comparable,
  describeRecord,
  parseHost,
  type RecordType,
  relativeHost,
  type ZoneRecord,
} from '../model/record.ts';
import { few } from '../model/text.ts';
import { apexNs, byHost, contentIn, editable, isApexNs } from './zone.ts';

/** Records that are to go: all at a name, or those of a type there, or the one of a content. */
export interface Removal {
  readonly host: string;
  readonly type?: RecordType | undefined;
  readonly content?: string | undefined;
}

/** A zone without some records; or, where one of them is not there, what is. The NS records of the apex stay. */
export function removing(
  zone: readonly ZoneRecord[],
  removals: readonly Removal[],
  domain: DomainName,
): { readonly zone: readonly ZoneRecord[] } | { readonly problems: readonly string[] } {
  const names = byHost(editable(zone));
  // A long list is read against a long zone: what a record says, and what is at a name, is only put in one form once.
  const said = new Map(zone.map(record => [record, contentIn(record)]));
  const known = new Map<string, string>();
  const gone = new Set<ZoneRecord>();
  const problems: string[] = [];
  for (const [at, { host, type, content }] of removals.entries()) {
    const parsed = parseHost(host, domain);
    const owner = 'ok' in parsed ? parsed.ok : relativeHost(host, domain);
    const there = names.get(owner) ?? [];
    const types = new Set(there.map(record => record.type));
    const wanted = new Map([...types].map(each => [each, content && comparable(each, content)]));
    const meant = there.filter(
      record =>
        (type === undefined || record.type === type) &&
        (content === undefined || wanted.get(record.type) === said.get(record)),
    );
    if (meant.length === 0 && type !== undefined && isApexNs({ host: owner, type }))
      problems.push(`remove[${at}]: ${apexNs(domain)}`);
    else if (meant.length === 0) {
      const what = known.get(owner) ?? described(there);
      known.set(owner, what);
      problems.push(`remove[${at}]: there is no such record at ${owner}; ${what}.`);
    }
    for (const record of meant) gone.add(record);
  }
  return problems.length > 0 ? { problems } : { zone: zone.filter(record => !gone.has(record)) };
}

function described(records: readonly ZoneRecord[]): string {
  if (records.length === 0) return 'nothing is';
  return `there ${records.length === 1 ? 'is' : 'are'} ${few(records.map(describeRecord), 10, '; ')}`;
}
