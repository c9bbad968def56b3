import { Fault } from '../model/fault.ts';
import { describeSubject, domainsOf, type State, type Subject, without } from '../model/subject.ts';
import { timestamp } from '../model/timestamp.ts';
import type { Registrar } from '../registrar/registrar.ts';
import type { ActsOptions } from './acts.ts';
import { standing } from './standing.ts';
import { readState } from './state.ts';
import type { Change } from './zone-state.ts';

/** So long what cannot be read is looked at again, in milliseconds. */
const patience = 3_600_000;

/** What settles acts of several steps that were cut short; `isMine`: whether this process is at an act just now. */
export function openSettler(
  { ledger, account, now, owner, cleared, log }: ActsOptions,
  isMine: (entry: number) => boolean,
) {
  /**
   * Ends the entries of those whose process is gone, by what reading the account shows of them. What cannot be read now is
   * looked at again the next time, for an hour: one domain that cannot be read is not to keep all others from being changed.
   */
  async function settleAll(read: () => Promise<Registrar<'read'>>): Promise<void> {
    for (const { act, owner: by, until } of await ledger.underWay(account)) {
      const { entry, subject, before, target } = act;
      const busy = by === owner.name ? isMine(entry) : until > timestamp(now()) && owner.alive(by);
      if (busy || !subject || !before || !target) continue;
      const after = await readState(await read(), subject).catch(() => undefined);
      // It may have been begun while this was read.
      if (by === owner.name && isMine(entry)) continue;
      if (!after && until > timestamp(new Date(now().getTime() - patience))) continue;
      const { whole, what } = after
        ? standing(subject, { before, target }, after)
        : { whole: false, what: `The ${describeSubject(subject)} cannot be read to see what stands.` };
      const found = await ledger.endCut(entry, until, {
        at: timestamp(now()),
        outcome: whole ? 'done' : 'unknown',
        fault: `interrupted: the process ended in the middle. ${cleared(what)}`,
        after: after && journaled(after, { before, target }, cleared),
      });
      const cut = `Entry ${entry} was cut short when its process ended. ${what}`;
      if (found) log(new Fault('done_in_part', cut, goOn(entry, subject)));
    }
  }

  let settling: Promise<void> | undefined;
  /** Calls that come together wait for the same look: it can take a request for each of many domains. */
  return function settleCut(read: () => Promise<Registrar<'read'>>): Promise<void> {
    settling ??= settleAll(read).finally(() => {
      settling = undefined;
    });
    return settling;
  };
}

/**
 * A state as the journal has it. What an act of several steps changes is kept as it is, since undo needs it; of what it
 * leaves alone our secrets are taken out.
 */
export function journaled(state: State, change: Change | undefined, cleared: ActsOptions['cleared']): string[] {
  const whole = state.join('\n');
  if (!change || cleared(whole) === whole) return [...state];
  const own = new Set([...without(change.before, change.target), ...without(change.target, change.before)]);
  return state.map(fact => (own.has(fact) ? fact : cleared(fact)));
}

/** What to do about an act of several steps that was cut short. */
export function goOn(entry: number, subject: Subject): string {
  const on =
    subject.kind === 'several'
      ? 'make the same call again: the domains that are done are left alone'
      : `preview dns_apply for ${domainsOf(subject)[0]} with resume ${entry}`;
  return `To go on from here, ${on}; to go back, undo with entry ${entry}.`;
}

/** What an act of several steps has to itself among all processes: a domain, or a part of all of them. */
export function claimOf(subject: Subject): string {
  return subject.kind === 'several' ? `${subject.part} of several` : subject.domain_name;
}
