import type { ZoneRecord } from '../model/record.ts';
import type { Difference, Replacement } from './diff.ts';
import { byHost, contentIn, points } from './zone.ts';

/** One request to the registrar, which can only create and delete. */
export interface Step {
  readonly act: 'create' | 'delete';
  readonly record: ZoneRecord;
}

/**
 * The steps of a difference, in an order in which no name is left without the record that it serves from where that can be
 * avoided: first what is added (what names point at before the names that point at it), then what can only be swapped by
 * deleting and creating at once, then what goes. To be swapped are records that say the same with another TTL or priority,
 * which the registrar takes for duplicates; a CNAME and whatever stands at its name before or after it; an ANAME and the
 * addresses or the ANAME that it takes the place of.
 */
export function stepsFor({ added, changed, removed }: Difference): Step[] {
  const creates: ZoneRecord[] = [];
  const swaps: Step[][] = [];
  const deletes: ZoneRecord[] = [];

  const again = changed.filter(isSaidAgain);
  const rest = changed.filter(change => !isSaidAgain(change));
  const gone = byHost([...removed, ...rest.map(({ from }) => from)]);
  const fresh = byHost([...added, ...rest.map(({ to }) => to)]);

  for (const host of new Set([...gone.keys(), ...fresh.keys()])) {
    const [old, young] = [gone.get(host) ?? [], fresh.get(host) ?? []];
    const excludes = excluding(old, young);
    const [leaving, coming] = [old.filter(excludes), young.filter(excludes)];
    if (leaving.length > 0 && coming.length > 0)
      swaps.push([...falling(leaving).map(step('delete')), ...rising(coming).map(step('create'))]);
    else {
      creates.push(...coming);
      deletes.push(...leaving);
    }
    creates.push(...young.filter(record => !excludes(record)));
    deletes.push(...old.filter(record => !excludes(record)));
  }
  swaps.push(...again.map(({ from, to }) => [step('delete')(from), step('create')(to)]));

  return [
    ...rising(creates).map(step('create')),
    ...swaps.sort((a, b) => rankOfSwap(a) - rankOfSwap(b)).flat(),
    ...falling(deletes).map(step('delete')),
  ];
}

function isSaidAgain({ from, to }: Replacement): boolean {
  return contentIn(from) === contentIn(to);
}

/** Which of a name's records cannot be there together, before and after. */
function excluding(old: readonly ZoneRecord[], young: readonly ZoneRecord[]): (record: ZoneRecord) => boolean {
  const types = new Set([...old, ...young].map(({ type }) => type));
  if (types.has('CNAME')) return () => true;
  return types.has('ANAME') ? points : () => false;
}

/** What others point at comes first and goes last. */
const ranks: Readonly<Record<string, number>> = { A: 0, AAAA: 0, ANAME: 1, CNAME: 1 };

function rank({ type }: ZoneRecord): number {
  return ranks[type] ?? 2;
}

function rising(records: readonly ZoneRecord[]): ZoneRecord[] {
  return [...records].sort((a, b) => rank(a) - rank(b));
}

function falling(records: readonly ZoneRecord[]): ZoneRecord[] {
  return [...records].sort((a, b) => rank(b) - rank(a));
}

function rankOfSwap(swap: readonly Step[]): number {
  return Math.min(...swap.filter(({ act }) => act === 'create').map(({ record }) => rank(record)));
}

function step(act: Step['act']): (record: ZoneRecord) => Step {
  return record => ({ act, record });
}
