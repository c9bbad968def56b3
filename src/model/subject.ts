import * as z from 'zod';
import { contactChanges, contactFor, roles, StoredContact } from './contact.ts';
import { DomainName, Hostname, shownName } from './domain-name.ts';
import { alike, type Change } from './plan.ts';
import { comparable, describeRecord, type ZoneRecord } from './record.ts';
import { eachOf, mostDomains, type Part, parts } from './several.ts';
import { count, few, quote } from './text.ts';

/** The part of the account that a change replaces, and that can be read before it and put back after it. */
export const Subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nameservers'), domain_name: DomainName }),
  z.strictObject({ kind: z.literal('contacts'), domain_name: DomainName }),
  z.strictObject({ kind: z.literal('lock'), domain_name: DomainName }),
  z.strictObject({ kind: z.literal('records'), domain_name: DomainName, host: z.string(), type: z.string() }),
  z.strictObject({ kind: z.literal('zone'), domain_name: DomainName }),
  z.strictObject({ kind: z.literal('host'), domain_name: DomainName, hostname: Hostname }),
  z.strictObject({
    kind: z.literal('several'),
    part: z.enum(parts),
    domain_names: z.array(DomainName).min(2).max(mostDomains),
  }),
]);
export type Subject = z.output<typeof Subject>;

/** The subject of an act on one domain. */
export type SubjectOfOne = Exclude<Subject, { kind: 'several' }>;

/** What of a domain a subject is, of one or of each of several. */
export function kindOf(subject: Subject): SubjectOfOne['kind'] {
  return subject.kind === 'several' ? subject.part : subject.kind;
}

/** The domains that a subject is in. */
export function domainsOf(subject: Subject): readonly DomainName[] {
  return subject.kind === 'several' ? subject.domain_names : [subject.domain_name];
}

/**
 * A subject's state as a sorted list of facts, each a text of its own: equal states are equal lists, and what a change
 * did is which facts came and went. A lock is `locked` or nothing; records, zones and contacts are JSON. A zone is without
 * the NS records of its apex, which follow the nameservers. Of several domains each is one fact.
 */
export type State = readonly string[];

/** The facts that are in one state and not in another. */
export function without(state: State, other: State): State {
  const others = new Set(other);
  return state.filter(fact => !others.has(fact));
}

export function sameState(a: State, b: State): boolean {
  return a.length === b.length && a.every((fact, at) => fact === b[at]);
}

/** What a subject is, in words. */
export function describeSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'nameservers':
      return `nameservers of ${shownName(subject.domain_name)}`;
    case 'contacts':
      return `contacts of ${shownName(subject.domain_name)}`;
    case 'lock':
      return `lock of ${shownName(subject.domain_name)}`;
    case 'records':
      return `${subject.type} records at ${subject.host} in ${shownName(subject.domain_name)}`;
    case 'zone':
      return `zone of ${shownName(subject.domain_name)}`;
    case 'host':
      return `host record ${shownName(subject.hostname)}`;
    case 'several':
      return `${subject.part} of ${count(subject.domain_names.length, 'domain')}`;
  }
}

/** What leads from one state to another, as a plan shows it. */
export function stateChanges(subject: Subject, from: State, to: State): Change[] {
  const what = describeSubject(subject);
  switch (subject.kind) {
    case 'contacts': {
      const [old, fresh] = [from, to].map(state => state.map(fact => StoredContact.parse(JSON.parse(fact))));
      return roles.flatMap(role => contactChanges(role, contactFor(role, old ?? []), contactFor(role, fresh ?? [])));
    }
    case 'records':
    case 'zone':
      return [
        ...without(from, to).map(fact => ({ what, from: describeFact(subject, fact) })),
        ...without(to, from).map(fact => ({ what, to: describeFact(subject, fact) })),
      ];
    case 'several':
      return severalChanges(subject.part, eachOf(from), eachOf(to));
    default:
      return [{ what, from: describeState(subject, from), to: describeState(subject, to) }];
  }
}

function severalChanges(
  part: Part,
  from: ReadonlyMap<DomainName, State>,
  to: ReadonlyMap<DomainName, State>,
): Change[] {
  return alike(
    [...to].flatMap(([domain_name, wanted]) => {
      const present = from.get(domain_name) ?? [];
      const changes = sameState(present, wanted) ? [] : stateChanges({ kind: part, domain_name }, present, wanted);
      return changes.map(change => ({ domain_name, change }));
    }),
  );
}

/** A fact in words; outside text stands in quotation marks. */
function describeFact(subject: Subject, fact: string): string {
  if (subject.kind === 'records')
    return describeRecord({ ...RecordFact.parse(JSON.parse(fact)), host: subject.host, type: subject.type });
  if (subject.kind === 'zone') return describeRecord(zoneRecord(fact));
  if (subject.kind !== 'contacts') return fact;
  const { type, first_name, last_name, email } = StoredContact.parse(JSON.parse(fact));
  return `${type.join(', ')} ${quote(`${first_name} ${last_name}, ${email}`, 300)}`;
}

/** A state in a line. */
export function describeState(subject: Subject, state: State): string {
  if (subject.kind === 'lock') return state.length > 0 ? 'locked' : 'not locked';
  if (subject.kind === 'zone') return count(state.length, 'record');
  if (subject.kind === 'several') return describeSeveral(subject.part, eachOf(state));
  const between = subject.kind === 'nameservers' ? ', ' : '; ';
  return state.length === 0 ? 'nothing' : state.map(fact => describeFact(subject, fact)).join(between);
}

function describeSeveral(part: Part, states: ReadonlyMap<DomainName, State>): string {
  const names = new Map<string, DomainName[]>();
  for (const [domain_name, state] of states) {
    const words = describeState({ kind: part, domain_name }, state);
    names.set(words, [...(names.get(words) ?? []), domain_name]);
  }
  const groups = [...names].map(([words, of]) => `${words}: ${few(of.map(shownName))}`);
  return groups.length === 0 ? 'no domain' : few(groups, 5, '; ');
}

/** What a record set holds, record by record. */
export const RecordFact = z.object({ content: z.string(), ttl: z.int(), priority: z.int().optional() });

const ZoneFact = RecordFact.extend({ host: z.string(), type: z.string() });

/** A record of a zone as a fact: content in the one form by which it is compared, and in which it can be made again. */
export function zoneFact({ host, type, content, ttl, priority }: ZoneRecord): string {
  return JSON.stringify({ host, type, content: comparable(type, content), ttl, priority });
}

/** The record that a fact of a zone stands for. */
export function zoneRecord(fact: string): ZoneRecord {
  return ZoneFact.parse(JSON.parse(fact));
}
