import type { Plan } from '../model/plan.ts';
import { eachOf } from '../model/several.ts';
import { domainsOf, type State, type Subject, sameState, stateChanges, without } from '../model/subject.ts';
import { few } from '../model/text.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { changedLately, partIn } from './lately.ts';
import type { Records } from './records.ts';
import { hazardsOf } from './several.ts';
import { readState, stateBefore } from './state.ts';
import { readZone, zoneEarlier } from './zone-history.ts';
import { planZone } from './zone-plan.ts';
import { goneBack, recordsOf, sameSince, stateOf } from './zone-state.ts';

/** An act whose subject can be put back; `target` is there for an act of several steps. */
export interface Undoable {
  readonly subject: Subject;
  readonly before: State;
  readonly after: State | undefined;
  readonly target: State | undefined;
}

/** What putting a subject back would do, from what it is now. */
interface PuttingBack extends Pick<Plan, 'changes' | 'hazards' | 'notes'> {
  readonly now: State;
  readonly to: State;
  /** Whether it is not as the act left it. */
  readonly changed: boolean;
  readonly target?: State;
}

/** Plans how an act is taken back. What is put back in a zone has the hazards of any change of it. */
export async function planPuttingBack(
  registrar: Registrar<'read'>,
  records: Records,
  { subject, before, after, target }: Undoable,
  { now: at, progress }: { readonly now: Date; progress(done: number, total: number): void },
): Promise<PuttingBack> {
  if (subject.kind === 'zone') {
    const { domain_name } = subject;
    const zone = await readZone(registrar, records, domain_name);
    const now = stateOf(zone);
    const act = { before, target: target ?? after ?? now };
    const to = stateOf(goneBack(act, now));
    const earlier = await zoneEarlier(records, domain_name, zone, at);
    const { changes, hazards, notes } = planZone(domain_name, zone, recordsOf(to), earlier);
    const changed = ![after, target].some(left => left && sameSince(act, left, now));
    return { now, to, changed, changes, hazards, notes, target: to };
  }
  const now = await readState(registrar, subject, progress);
  const to = stateBefore(subject, before, after ?? now, now);
  const changed =
    after === undefined || (subject.kind === 'several' ? othersChanged(after, now, to) : !sameState(now, after));
  const changes = stateChanges(subject, now, to);
  const part = partIn(subject);
  const moving = subject.kind === 'several' ? [...eachOf(without(to, now)).keys()] : domainsOf(subject);
  const ofMany = part && hazardsOf(moving, await changedLately(records, part, at));
  if (subject.kind === 'several') {
    const stuck = leftAsTheyAre(before, after ?? now, now, to);
    const notes = stuck.length === 0 ? [] : [`Cannot be put back, and stay as they are: ${few(stuck, 20)}.`];
    return { now, to, changed, changes, target: to, hazards: ofMany, notes };
  }
  if (subject.kind !== 'records') return { now, to, changed, changes, hazards: ofMany };
  const { domain_name } = subject;
  const zone = await readZone(registrar, records, domain_name);
  const others = zone.filter(({ host, type }) => host !== subject.host || type !== subject.type);
  const earlier = await zoneEarlier(records, domain_name, zone, at);
  const { hazards } = planZone(domain_name, zone, [...others, ...recordsOf(to, subject)], earlier);
  return { now, to, changed, changes, hazards };
}

/** Whether a domain is neither as the act left it nor as it is to be again, as it is where an undo was cut short. */
function othersChanged(after: State, now: State, to: State): boolean {
  const [is, wanted] = [eachOf(now), eachOf(to)];
  return [...eachOf(after)].some(([name, left]) => {
    const present = is.get(name);
    return !present || (!sameState(present, left) && !sameState(present, wanted.get(name) ?? left));
  });
}

/** The domains that an act changed and that cannot be brought back to how they were. */
function leftAsTheyAre(before: State, after: State, now: State, to: State): string[] {
  const [left, is, wanted] = [after, now, to].map(eachOf);
  return [...eachOf(before)]
    .filter(([name, was]) => {
      const present = is?.get(name);
      const touched = !sameState(was, left?.get(name) ?? was);
      return touched && present && !sameState(present, was) && sameState(present, wanted?.get(name) ?? present);
    })
    .map(([name]) => name);
}
