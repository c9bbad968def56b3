import { createHash } from 'node:crypto';
import type { DomainName } from '../model/domain-name.ts';
import { refuse } from '../model/fault.ts';
import type { Change, Plan } from '../model/plan.ts';
import { describeRecord, isMakeable, type ZoneRecord } from '../model/record.ts';
import type { State, Subject } from '../model/subject.ts';
import { count } from '../model/text.ts';
import { type Difference, diffZones } from '../zone/diff.ts';
import { newlyUnholdable } from '../zone/merge.ts';
import { type Hazard, hazardsOf } from '../zone/safety.ts';
import { editable, isApexNs, sameZone } from '../zone/zone.ts';
import { factsOf } from './zone-state.ts';

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
  const [was, then] = [factsOf(zone), factsOf(wanted)];
  const [from, target] = [[...was.keys()].sort(), [...then.keys()].sort()];
  const difference = diffZones([...was.values()], [...then.values()]);
  const touched = new Set([...difference.added, ...difference.changed.map(({ to }) => to)].map(({ host }) => host));
  const problems = newlyUnholdable([...was.values()], [...then.values()], touched);
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
    ...(earlier === zone ? [] : hazardsOf(earlier, diffZones(editable(earlier), [...then.values()]))),
    ...hazardsOf(zone, { ...difference, added: [...difference.added, ...moved] }),
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
      ...difference.removed
        .filter(record => !isMakeable(record))
        .map(record => `What is removed here cannot be put back through this API: ${describeRecord(record)}.`),
      `${count(kept, 'record')} ${kept === 1 ? 'stays' : 'stay'} (zone ${version(from)}, then ${version(target)}).`,
    ],
  };
}

/** What happens in a word: `3 added, 1 changed, 2 removed`. */
export function counted({ added, changed, removed }: Difference): string {
  return `${added.length} added, ${changed.length} changed, ${removed.length} removed`;
}

/** Of hazards of one kind those that say something of their own; of the shares of a zone only the first, which counts the longer time. */
function isFirst({ kind, what }: Hazard, at: number, all: readonly Hazard[]): boolean {
  return all.findIndex(other => other.kind === kind && (other.what === what || kind === 'mass_change')) === at;
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

/** A zone's state in a few characters, so that a plan is agreed to for this state and no other. */
function version(state: State): string {
  return createHash('sha256').update(state.join('\n')).digest('hex').slice(0, 8);
}
