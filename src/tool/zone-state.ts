import { describeRecord, isMakeable, type ZoneRecord } from '../model/record.ts';
import { RecordFact, type State, type Subject, without, zoneFact, zoneRecord } from '../model/subject.ts';
import { count } from '../model/text.ts';
import { diffZones, takenBack } from '../zone/diff.ts';
import { type Step, stepsFor } from '../zone/steps.ts';
import { editable, identity } from '../zone/zone.ts';

/** A zone's state, without what its nameservers decide. */
export function stateOf(zone: readonly ZoneRecord[]): State {
  return [...factsOf(zone).keys()].sort();
}

/** Facts and the records that they stand for; what the registrar has twice is one of them. */
export function factsOf(zone: readonly ZoneRecord[]): Map<string, ZoneRecord> {
  return new Map(editable(zone).map(record => [zoneFact(record), record]));
}

/** The records that a state's facts stand for, of a zone or of a set. */
export function recordsOf(state: State, set?: Subject): ZoneRecord[] {
  return state.map(fact =>
    set?.kind === 'records'
      ? { ...RecordFact.parse(JSON.parse(fact)), host: set.host, type: set.type }
      : zoneRecord(fact),
  );
}

/** The zone that goes on with an act where it was cut short. */
export function goneOn({ before, target }: Change, now: State): ZoneRecord[] {
  return possible(takenBack(recordsOf(target), recordsOf(before), recordsOf(now)), now);
}

/** The zone that takes an act back, whether or not it was cut short. */
export function goneBack({ before, target }: Change, now: State): ZoneRecord[] {
  return possible(takenBack(recordsOf(before), recordsOf(target), recordsOf(now)), now);
}

/** A zone without what would have to be made and cannot be: the rest is not to wait for it. */
function possible(zone: readonly ZoneRecord[], now: State): ZoneRecord[] {
  const there = new Set(recordsOf(now).map(identity));
  return zone.filter(record => isMakeable(record) || there.has(identity(record)));
}

/** An act on a zone, by what there was and what was wanted. */
export interface Change {
  readonly before: State;
  readonly target: State;
}

/** How far an act on a zone has come, by what there is now. */
export function zoneStanding(
  { before, target }: Change,
  now: State,
): { readonly whole: boolean; readonly what: string } {
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
export function sameSince({ before, target }: Change, after: State, now: State): boolean {
  const own = new Set([...without(before, target), ...without(target, before)]);
  const part = (state: State) => state.filter(fact => own.has(fact)).join('\n');
  return part(after) === part(now);
}

function few(steps: readonly Step[]): string {
  const words = steps
    .slice(0, 8)
    .map(({ act, record }) => `${act === 'create' ? 'added' : 'deleted'} ${describeRecord(record)}`);
  return `${words.join('; ')}${steps.length > words.length ? `; and ${steps.length - words.length} more` : ''}`;
}
