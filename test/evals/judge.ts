import { type Facts, fact } from './facts.ts';
import type { Outcome, Task } from './task.ts';
import { type Wanted, wantedFrom } from './wanted.ts';

export interface Verdict {
  readonly success: boolean;
  /** What changed and should not have, or into something else than it should: `www.example.com lock: on → off`. */
  readonly wrong: readonly string[];
  /** What should have changed and is as it was. */
  readonly undone: readonly string[];
  /** What the final answer does not tell. */
  readonly untold: readonly string[];
}

/** Compares the end with what a task wants; of several ends that are right, with the nearest. */
export function judge(
  { wanted }: Pick<Task, 'wanted'>,
  { start, end, answer, now }: { start: Facts; end: Facts; answer: string; now: Date },
): Verdict {
  const verdicts = wanted.map(outcome => against(outcome, { start, end, answer, now }));
  const [nearest] = verdicts.toSorted((a, b) => distance(a) - distance(b));
  if (!nearest) throw new Error('The task wants nothing.');
  return nearest;
}

/** A wrong change is further away than anything that was left undone. */
function distance({ wrong, undone, untold }: Verdict): number {
  return wrong.length * 1000 + undone.length + untold.length;
}

function against(
  { changes = [], says = [] }: Outcome,
  { start, end, answer, now }: { start: Facts; end: Facts; answer: string; now: Date },
): Verdict {
  const wanted = wantedFrom(start, changes, now);
  const unlike = [...new Set([...start.keys(), ...wanted.keys(), ...end.keys()])].filter(
    name => !fits(wanted, name, end.get(name)),
  );
  const changed = unlike.filter(name => start.get(name) !== end.get(name));
  const wrong = changed.filter(name => !changed.some(other => follows(name, other, start)));
  const undone = unlike.filter(name => !changed.includes(name));
  const untold = says
    .map(telling => (typeof telling === 'function' ? telling(start) : telling))
    .filter(telling => !telling.test(answer));
  return {
    success: unlike.length === 0 && untold.length === 0,
    wrong: wrong.map(name => `${name}: ${start.get(name) ?? 'nothing'} → ${end.get(name) ?? 'nothing'}`),
    undone: undone.map(name => `${name}: ${start.get(name) ?? 'nothing'}`),
    untold: untold.map(String),
  };
}

/** Whether a change only follows from another: what there is to know of a domain that was not there, and the credit that an order took. */
function follows(name: string, other: string, start: Facts): boolean {
  const [, buyer] = /^ordered by (\S+): /.exec(other) ?? [];
  if (buyer !== undefined) return name === fact.credit(buyer);
  return name.startsWith(`${other} `) && !start.has(other);
}

function fits(wanted: Wanted, name: string, value: string | undefined): boolean {
  const wish = wanted.get(name);
  if (wish === undefined) return value === undefined;
  return value !== undefined && (wish === 'anything' || wish.includes(value));
}
