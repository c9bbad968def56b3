import { createHash } from 'node:crypto';
import type { DomainName } from '../model/domain-name.ts';
import { refuse } from '../model/fault.ts';
import type { Change, Plan } from '../model/plan.ts';
import { describeRecord, type StoredRecord, type ZoneRecord } from '../model/record.ts';
import { RecordFact, type State, type Subject, without, zoneFact, zoneRecord } from '../model/subject.ts';
import { count } from '../model/text.ts';
import { timestamp } from '../model/timestamp.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { type Difference, diffZones, takenBack } from '../zone/diff.ts';
import { unholdable } from '../zone/merge.ts';
import { type Hazard, hazardsOf, readsEmpty } from '../zone/safety.ts';
import { type Step, stepsFor } from '../zone/steps.ts';
import { editable, identity, isApexNs, sameZone } from '../zone/zone.ts';
import type { Act, Records } from './records.ts';

/** A change of a whole zone as a plan: what a person looks at, and what it is carried out from. */
export interface ZonePlan extends Pick<Plan, 'changes' | 'hazards'> {
  readonly notes: string[];
  readonly difference: Difference;
  readonly subject: Extract<Subject, { kind: 'zone' }>;
  /** What the zone was when it was planned, and what it is to become. */
  readonly from: State;
  readonly target: State;
}

/** How much of a difference is listed one by one, in records and in characters; the rest is counted. */
const listed = { records: 100, characters: 12_000 } as const;

/**
 * Plans a zone from what it is to what it is to be. `earlier`: what it was before what was done since a person last looked
 * at it, so that a hazard cannot be had in small pieces. Refuses what the registrar could not hold.
 */
export function planZone(
  domain_name: DomainName,
  zone: readonly ZoneRecord[],
  wanted: readonly ZoneRecord[],
  earlier: readonly ZoneRecord[] = zone,
): ZonePlan {
  const [was, then] = [facts(zone), facts(wanted)];
  const [from, target] = [[...was.keys()].sort(), [...then.keys()].sort()];
  const difference = diffZones([...was.values()], [...then.values()]);
  const touched = new Set([...difference.added, ...difference.changed.map(({ to }) => to)].map(({ host }) => host));
  const problems = unholdable([...then.values()].filter(({ host }) => touched.has(host)));
  if (problems.length > 0)
    refuse(
      'conflict',
      `The zone of ${domain_name} cannot become that: ${problems.slice(0, 5).join(' ')} Nothing was done.`,
      'Change what stands in the way first, or ask for something else.',
    );
  // What is asked of the apex's NS cannot be done here, and counts as a hazard.
  const [apex, asked] = [zone, wanted].map(records => records.filter(isApexNs));
  const moved = asked && asked.length > 0 && !sameZone(apex ?? [], asked) ? asked : [];
  const hazards = [
    ...hazardsOf(zone, { ...difference, added: [...difference.added, ...moved] }),
    ...(earlier === zone ? [] : hazardsOf(earlier, diffZones(editable(earlier), [...then.values()]))),
  ].filter(isFirst);
  const { changes, notes } = listing(difference);
  const kept = difference.kept.length;
  return {
    difference,
    subject: { kind: 'zone', domain_name },
    from,
    target,
    changes,
    hazards: hazards.length > 0 ? hazards : undefined,
    notes: [
      ...notes,
      `${count(kept, 'record')} ${kept === 1 ? 'stays' : 'stay'} (zone ${version(from)}, then ${version(target)}).`,
    ],
  };
}

/** What happens in a word: `3 added, 1 changed, 2 removed`. */
export function counted({ added, changed, removed }: Difference): string {
  return `${added.length} added, ${changed.length} changed, ${removed.length} removed`;
}

/** A zone's state, without what its nameservers decide. */
export function stateOf(zone: readonly ZoneRecord[]): State {
  return [...facts(zone).keys()].sort();
}

/** Facts and the records that they stand for; what the registrar has twice is one of them. */
function facts(zone: readonly ZoneRecord[]): Map<string, ZoneRecord> {
  return new Map(editable(zone).map(record => [zoneFact(record), record]));
}

/** Of hazards of one kind, one that says something of its own; of the shares of a zone the one that counts more. */
function isFirst({ kind, what }: Hazard, at: number, all: readonly Hazard[]): boolean {
  return all.findIndex(other => other.kind === kind && (other.what === what || kind === 'mass_change')) === at;
}

/** The records that a state's facts stand for, of a zone or of a set. */
export function recordsOf(state: State, set?: Subject): ZoneRecord[] {
  return state.map(fact =>
    set?.kind === 'records'
      ? { ...RecordFact.parse(JSON.parse(fact)), host: set.host, type: set.type }
      : zoneRecord(fact),
  );
}

/** The state that goes on with an act where it was cut short. */
export function goneOn({ before, target }: Cut, now: State): ZoneRecord[] {
  return takenBack(recordsOf(target), recordsOf(before), recordsOf(now));
}

/** The state that takes an act back, whether or not it was cut short. */
export function goneBack({ before, target }: Cut, now: State): ZoneRecord[] {
  return takenBack(recordsOf(before), recordsOf(target), recordsOf(now));
}

/** An act on a zone, by what there was and what was wanted. */
export interface Cut {
  readonly before: State;
  readonly target: State;
}

/** How far an act on a zone has come, by what there is now. */
export function standing({ before, target }: Cut, now: State): { readonly whole: boolean; readonly what: string } {
  const present = new Set(recordsOf(now).map(identity));
  const steps = stepsFor(diffZones(recordsOf(before), recordsOf(target)));
  const stands = ({ act, record }: Step) => present.has(identity(record)) === (act === 'create');
  const done = steps.filter(stands);
  const open = steps.filter(step => !stands(step));
  const what = [
    `${done.length} of ${count(steps.length, 'step')} stand.`,
    ...(done.length > 0 ? [`Done: ${few(done)}.`] : []),
    ...(open.length > 0 ? [`Not done: ${few(open)}.`] : []),
  ];
  return { whole: open.length === 0, what: what.join(' ') };
}

/** Whether the part of a zone that an act changed is as the act left it. */
export function sameSince({ before, target }: Cut, after: State, now: State): boolean {
  const own = new Set([...without(before, target), ...without(target, before)]);
  const part = (state: State) => state.filter(fact => own.has(fact)).join('\n');
  return part(after) === part(now);
}

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
  const since = timestamp(new Date(now.getTime() - day));
  let earlier = zone;
  for await (const { at, subject, before, after, target = after, outcome, confirmed } of actsOn(records, domain_name)) {
    if (at < since || confirmed.startsWith('by a person')) break;
    if (outcome === 'failed' || !before || !target) continue;
    if (subject?.kind === 'zone' || subject?.kind === 'records')
      earlier = takenBack(recordsOf(before, subject), recordsOf(target, subject), earlier);
  }
  return earlier;
}

const day = 86_400_000;

/** What was done to a domain, newest first; some at a time, since a zone's entries are as large as it is. */
async function* actsOn(records: Records, domain_name: DomainName): AsyncGenerator<Act> {
  let before: number | undefined;
  do {
    const acts = await records.acts({ domain_name, limit: 20, before });
    yield* acts.filter(({ subject, outcome }) => subject?.domain_name === domain_name && outcome !== 'declined');
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

/** A difference line by line, the most harmful first. */
function listing({ added, changed, removed }: Difference): { changes: Change[]; notes: string[] } {
  const all: readonly { readonly what: string; readonly from?: ZoneRecord; readonly to?: ZoneRecord }[] = [
    ...removed.map(from => ({ what: 'removed', from })),
    ...changed.map(({ from, to }) => ({ what: 'changed', from, to })),
    ...added.map(to => ({ what: 'added', to })),
  ];
  const changes: Change[] = [];
  const rest = new Map<string, number>();
  let room: number = listed.characters;
  for (const { what, from, to } of all) {
    const change = room > 0 && changes.length < listed.records ? changeOf(what, from, to) : undefined;
    room -= change ? JSON.stringify(change).length : 0;
    if (change && room > 0) changes.push(change);
    else {
      const kind = `${(to ?? from)?.type} ${what}`;
      rest.set(kind, (rest.get(kind) ?? 0) + 1);
    }
  }
  const more = [...rest].map(([kind, times]) => `${times} ${kind}`).join(', ');
  return {
    changes,
    notes: rest.size === 0 ? [] : [`Not listed one by one: ${more}.`],
  };
}

function changeOf(what: string, from: ZoneRecord | undefined, to: ZoneRecord | undefined): Change {
  return { what, ...(from && { from: describeRecord(from) }), ...(to && { to: describeRecord(to) }) };
}

function few(steps: readonly Step[]): string {
  const words = steps
    .slice(0, 8)
    .map(({ act, record }) => `${act === 'create' ? 'added' : 'deleted'} ${describeRecord(record)}`);
  return `${words.join('; ')}${steps.length > words.length ? `; and ${steps.length - words.length} more` : ''}`;
}

/** A zone's state in a few characters, so that a plan is agreed to for this state and no other. */
function version(state: State): string {
  return createHash('sha256').update(state.join('\n')).digest('hex').slice(0, 8);
}
