import { shownName } from '../model/domain-name.ts';
import { eachOf } from '../model/several.ts';
import { type State, type Subject, sameState } from '../model/subject.ts';
import { count, few } from '../model/text.ts';
import { type Change, zoneStanding } from './zone-state.ts';

/** How far an act of several steps has come, by what there is now. */
export function standing(
  subject: Subject,
  change: Change,
  now: State,
): { readonly whole: boolean; readonly what: string } {
  if (subject.kind !== 'several') return zoneStanding(change, now);
  const is = eachOf(now);
  const wanted = [...eachOf(change.target)];
  const stands = ([name, state]: (typeof wanted)[number]) => {
    const present = is.get(name);
    return present !== undefined && sameState(present, state);
  };
  const open = wanted.filter(each => !stands(each)).map(([name]) => name);
  const what = [
    `${wanted.length - open.length} of ${count(wanted.length, 'domain')} are as wanted.`,
    ...(open.length > 0 ? [`Not so: ${few(open.map(shownName), 20)}.`] : []),
  ];
  return { whole: open.length === 0, what: what.join(' ') };
}
