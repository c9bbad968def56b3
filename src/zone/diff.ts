import type { ZoneRecord } from '../model/record.ts';
import { contentIn, grouped, identity, recordSets, saying } from './zone.ts';

/** A record that takes another's place in its set. */
export interface Replacement {
  readonly from: ZoneRecord;
  readonly to: ZoneRecord;
}

/** What leads from one zone to another. */
export interface Difference {
  readonly added: readonly ZoneRecord[];
  readonly changed: readonly Replacement[];
  readonly removed: readonly ZoneRecord[];
  readonly kept: readonly ZoneRecord[];
}

/**
 * Compares two zones record set by record set, in linear time. Spelling does not differ (case, trailing dots, quotes, IPv6
 * and IDN forms). In a set, what says the same with another TTL or priority is one change; of the rest, old and new ones
 * are paired as they come, and what is left over was removed or added.
 */
export function diffZones(before: readonly ZoneRecord[], after: readonly ZoneRecord[]): Difference {
  const difference = {
    added: [] as ZoneRecord[],
    changed: [] as Replacement[],
    removed: [] as ZoneRecord[],
    kept: [] as ZoneRecord[],
  };
  const [was, wanted] = [recordSets(before), recordSets(after)];
  for (const [key, old] of was) {
    const fresh = wanted.get(key);
    if (fresh) compareSets(old, fresh, difference);
    else difference.removed.push(...old);
  }
  for (const [key, fresh] of wanted) if (!was.has(key)) difference.added.push(...distinct(fresh));
  return difference;
}

/** Whether nothing would have to be done. */
export function isEmpty({ added, changed, removed }: Difference): boolean {
  return added.length + changed.length + removed.length === 0;
}

/**
 * The zone that takes an act back: what it added goes, what it removed returns, and all that others have changed since
 * stays. `after` is what the act wanted, so that one that was cut short in the middle can be taken back too.
 */
export function takenBack(
  before: readonly ZoneRecord[],
  after: readonly ZoneRecord[],
  now: readonly ZoneRecord[],
): ZoneRecord[] {
  const [was, wanted, is] = [before, after, now].map(zone => new Set(zone.map(identity)));
  return [
    ...now.filter(record => was?.has(identity(record)) || !wanted?.has(identity(record))),
    ...before.filter(record => !wanted?.has(identity(record)) && !is?.has(identity(record))),
  ];
}

interface Building {
  readonly added: ZoneRecord[];
  readonly changed: Replacement[];
  readonly removed: ZoneRecord[];
  readonly kept: ZoneRecord[];
}

function compareSets(old: readonly ZoneRecord[], fresh: readonly ZoneRecord[], into: Building): void {
  const [[one, ...others], [other, ...more]] = [old, fresh];
  // Most sets hold one record.
  if (one && other && others.length + more.length === 0) {
    if (one.ttl === other.ttl && saying(one) === saying(other)) into.kept.push(one);
    else into.changed.push({ from: one, to: other });
    return;
  }
  const same = pair(old, fresh, identity);
  const left = distinct(
    same.fresh,
    same.pairs.map(({ to }) => to),
  );
  const said = pair(same.old, left, contentIn);
  into.kept.push(...same.pairs.map(({ from }) => from));
  into.changed.push(...said.pairs);
  const paired = Math.min(said.old.length, said.fresh.length);
  for (const [at, to] of said.fresh.entries()) {
    const from = said.old[at];
    if (from) into.changed.push({ from, to });
    else into.added.push(to);
  }
  into.removed.push(...said.old.slice(paired));
}

/** Pairs records with an equal key; gives the pairs, and what is left on both sides. */
function pair(old: readonly ZoneRecord[], fresh: readonly ZoneRecord[], keyOf: (record: ZoneRecord) => string) {
  const waiting = grouped(old, keyOf);
  const pairs: Replacement[] = [];
  const left: ZoneRecord[] = [];
  for (const to of fresh) {
    const from = waiting.get(keyOf(to))?.shift();
    if (from) pairs.push({ from, to });
    else left.push(to);
  }
  return { pairs, old: [...waiting.values()].flat(), fresh: left };
}

/** A set does not hold the same twice, nor what it has: of two TTLs the first one counts. */
function distinct(set: readonly ZoneRecord[], has: readonly ZoneRecord[] = []): ZoneRecord[] {
  const seen = new Set(has.map(saying));
  return set.filter(record => {
    const key = saying(record);
    return !seen.has(key) && seen.add(key);
  });
}
