import type { DomainName } from '../model/domain-name.ts';
import { refuse } from '../model/fault.ts';
import type { StoredRecord, ZoneRecord } from '../model/record.ts';
import { domainsOf } from '../model/subject.ts';
import { daysOn } from '../model/timestamp.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { takenBack } from '../zone/diff.ts';
import { readsEmpty } from '../zone/safety.ts';
import { editable } from '../zone/zone.ts';
import { type Act, isAPersons, type Records } from './records.ts';
import { recordsOf } from './zone-state.ts';

/** The newest act on a zone, if it was cut short: it can be gone on with, or taken back. */
export async function cutShort(records: Records, domain_name: DomainName): Promise<Act | undefined> {
  for await (const act of actsOn(records, domain_name)) {
    if (act.subject?.kind !== 'zone' || act.outcome === 'failed') continue;
    return act.outcome === 'unknown' || act.outcome === 'unfinished' ? act : undefined;
  }
  return undefined;
}

/**
 * A zone as it was before what was done to it here since a person last decided about it, within a day. What was changed
 * elsewhere meanwhile is in it as it is.
 */
export async function zoneEarlier(
  records: Records,
  domain_name: DomainName,
  zone: readonly ZoneRecord[],
  now: Date,
): Promise<readonly ZoneRecord[]> {
  const since = daysOn(now.toISOString(), -1);
  let earlier = zone;
  for await (const { at, subject, before, after, target = after, outcome, confirmed } of actsOn(
    records,
    domain_name,
    since,
  )) {
    if (at < since) break;
    const inZone = subject?.kind === 'zone' || subject?.kind === 'records';
    if (outcome === 'failed' || !inZone) continue;
    // What a person has decided about the zone, with its hazards in view, begins the count anew.
    if (isAPersons({ confirmed })) break;
    if (before && target) earlier = takenBack(recordsOf(before, subject), recordsOf(target, subject), earlier);
  }
  return earlier;
}

/** What was done to a domain, newest first; some at a time, since a zone's entries are as large as it is. */
async function* actsOn(records: Records, domain_name: DomainName, since?: string): AsyncGenerator<Act> {
  let before: number | undefined;
  do {
    const acts = await records.acts({ domain_name, limit: 20, before, since });
    yield* acts.filter(
      ({ subject, outcome }) => subject && domainsOf(subject).includes(domain_name) && outcome !== 'declined',
    );
    before = acts.length === 20 ? acts.at(-1)?.entry : undefined;
  } while (before !== undefined);
}

/**
 * Reads a zone to plan from. Where the journal knows of records and none are read, nothing is planned: a slip of one
 * reading must not be written back.
 */
export async function readZone(
  registrar: Registrar<'read'>,
  records: Records,
  domain_name: DomainName,
): Promise<StoredRecord[]> {
  const zone = await registrar.dns_list({ domain_name });
  if (editable(zone).length === 0 && readsEmpty(zone, await lastKnown(records, domain_name)))
    refuse(
      'conflict',
      `The zone of ${domain_name} reads as empty, and by the journal it is not. Nothing was planned from it.`,
      "Read it again with dns_list in a minute. Where it stays empty, a person should look at the registrar's own pages.",
    );
  return zone;
}

/** The records that a zone had when the journal last saw each part of it. What a cut act was to change is not known. */
async function lastKnown(records: Records, domain_name: DomainName): Promise<ZoneRecord[]> {
  const seen = new Set<string>();
  const known: ZoneRecord[] = [];
  for await (const { subject, before = [], after, target, outcome } of actsOn(records, domain_name)) {
    const cut = outcome === 'unknown' || outcome === 'unfinished';
    const state = after ?? (cut && target ? before.filter(fact => target.includes(fact)) : before);
    if (subject?.kind === 'zone') {
      return [...known, ...recordsOf(state, subject).filter(({ host, type }) => !seen.has(`${host} ${type}`))];
    }
    if (subject?.kind !== 'records' || seen.has(`${subject.host} ${subject.type}`)) continue;
    seen.add(`${subject.host} ${subject.type}`);
    known.push(...recordsOf(state, subject));
  }
  return known;
}
