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
import { isApexNs } from './zone.ts';

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
  const gone = new Set<ZoneRecord>();
  const problems: string[] = [];
  for (const [at, { host, type, content }] of removals.entries()) {
    const parsed = parseHost(host, domain);
    const owner = 'ok' in parsed ? parsed.ok : relativeHost(host, domain);
    const there = zone.filter(record => record.host === owner && !isApexNs(record));
    const meant = there.filter(
      record =>
        (type === undefined || record.type === type) &&
        (content === undefined || comparable(record.type, content) === comparable(record.type, record.content)),
    );
    if (meant.length === 0)
      problems.push(
        `remove[${at}]: there is no such record at ${owner}; ${there.length === 0 ? 'nothing is' : `there ${there.length === 1 ? 'is' : 'are'} ${few(there.map(describeRecord), 10, '; ')}`}.`,
      );
    for (const record of meant) gone.add(record);
  }
  return problems.length > 0 ? { problems } : { zone: zone.filter(record => !gone.has(record)) };
}
