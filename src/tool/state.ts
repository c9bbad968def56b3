import { StoredContact } from '../model/contact.ts';
import { type DomainName, Hostname } from '../model/domain-name.ts';
import { Fault } from '../model/fault.ts';
import type { StoredRecord } from '../model/record.ts';
import { asOne, eachOf, type Part } from '../model/several.ts';
import { type State, type Subject, type SubjectOfOne, sameState, without } from '../model/subject.ts';
import { count, few } from '../model/text.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { readThoseThere, stateOfPart, stateOfSeveral } from './domain-parts.ts';
import { carryThrough, type Waiting } from './several.ts';
import { recordsOf, stateOf } from './zone-state.ts';
import { type Step, zoneSteps } from './zone-steps.ts';

/** Fewer nameservers than this cannot be set. */
export const leastNameservers = 2;

/** Reads a subject's present state; of several domains that of those which are still there, with progress. */
export async function readState(
  registrar: Registrar<'read'>,
  subject: Subject,
  progress?: Waiting['progress'],
): Promise<State> {
  if (subject.kind === 'several')
    return stateOfSeveral(subject.part, (await readThoseThere(registrar, subject.domain_names, progress)).domains);
  return (await facts(registrar, subject)).toSorted();
}

async function facts(registrar: Registrar<'read'>, subject: SubjectOfOne): Promise<readonly string[]> {
  const { domain_name } = subject;
  switch (subject.kind) {
    case 'nameservers':
    case 'lock':
    case 'contacts':
      return stateOfPart(subject.kind, await registrar.domain_get({ domain_name }));
    case 'records':
      return (await recordSet(registrar, subject)).map(recordFact);
    case 'zone':
      return [...stateOf(await registrar.dns_list({ domain_name }))];
    case 'host':
      return (await registrar.host_list({ domain_name }))
        .filter(({ hostname }) => hostname.toLowerCase() === subject.hostname)
        .flatMap(({ ips }) => ips);
  }
}

/**
 * The state that takes an act back: for record sets and host records only what the act itself added or removed, so that
 * what others have changed since stays; nameservers, lock and the contacts of its roles as they were before it.
 */
export function stateBefore(subject: Subject, before: State, after: State, now: State): State {
  switch (subject.kind) {
    case 'nameservers':
    case 'lock':
      return before;
    case 'contacts': {
      const back = without(before, after);
      const roles = back.flatMap(rolesOf);
      return [...now.filter(fact => !rolesOf(fact).some(role => roles.includes(role))), ...back].sort();
    }
    case 'several': {
      const [was, left] = [eachOf(before), eachOf(after)];
      const back = [...eachOf(now)].map(([domain_name, state]) => {
        const [from = state, to = state] = [was.get(domain_name), left.get(domain_name)];
        // A domain that had no nameservers cannot be brought back to that, which is no reason to leave the others.
        const touched = !sameState(from, to) && (subject.part !== 'nameservers' || from.length >= leastNameservers);
        return [
          domain_name,
          touched ? stateBefore({ kind: subject.part, domain_name }, from, to, state) : state,
        ] as const;
      });
      return asOne(new Map(back));
    }
    default:
      return [...new Set([...without(now, without(after, before)), ...without(before, after)])].sort();
  }
}

/** Brings a subject from one state to another, in steps that leave it as whole as the registrar allows. */
export async function restore(
  context: Waiting & { readonly registrar: Registrar<'destructive'> },
  subject: Subject,
  from: State,
  to: State,
): Promise<void> {
  if (subject.kind === 'several') return await restoreSeveral(context, subject.part, eachOf(from), eachOf(to));
  const { registrar, signal, progress } = context;
  const steps = await stepsOf(registrar, subject, from, to);
  for (const [at, step] of steps.entries()) {
    progress(at, steps.length);
    try {
      if (signal.aborted && !step.back)
        throw new Fault('cancelled', 'The call was cancelled.', 'Call again when it is wanted.');
      await step.run();
    } catch (error) {
      if (at === 0 || !(error instanceof Fault)) throw error;
      // What was deleted for a record that is then refused comes back.
      if (error.harmless) await step.back?.();
      throw new Fault(
        'done_in_part',
        `${at} of ${steps.length} steps were done; then this happened: ${error.message}`,
        'The journal shows what stands now. Undo the same entry again to go on, or this one to go back.',
        { cause: error },
      );
    }
  }
}

/** Brings each of several domains from its state to another; what the registrar refuses of one is no reason to leave the others. */
async function restoreSeveral(
  context: Waiting & { readonly registrar: Registrar<'destructive'> },
  part: Part,
  from: ReadonlyMap<DomainName, State>,
  to: ReadonlyMap<DomainName, State>,
): Promise<void> {
  const moving = [...to].filter(([name, state]) => !sameState(from.get(name) ?? [], state));
  const {
    done,
    failed = [],
    unlisted,
  } = await carryThrough(context, { open: moving.map(([name]) => name), already: [] }, async domain_name => {
    const steps = await stepsOf(
      context.registrar,
      { kind: part, domain_name },
      from.get(domain_name) ?? [],
      to.get(domain_name) ?? [],
    );
    for (const { run } of steps) await run();
  });
  if (failed.length > 0)
    throw new Fault(
      'done_in_part',
      `${done.length + (unlisted?.done ?? 0)} of ${count(moving.length, 'domain')} were put back. ${few(failed.map(({ domain_name, why }) => `${domain_name}: ${why}`))}`,
      'The journal shows what stands now.',
    );
}

/** Requests as steps of their own. */
function single(...runs: Step['run'][]): Step[] {
  return runs.map(run => ({ run }));
}

async function stepsOf(
  registrar: Registrar<'destructive'>,
  subject: SubjectOfOne,
  from: State,
  to: State,
): Promise<Step[]> {
  const { domain_name } = subject;
  const [gone, fresh] = [without(from, to), without(to, from)];
  switch (subject.kind) {
    case 'nameservers':
      return single(() => registrar.domain_update_nameservers({ domain_name, nameservers: hostnames(to) }));
    case 'lock':
      return single(() =>
        to.length > 0 ? registrar.domain_lock({ domain_name }) : registrar.domain_unlock({ domain_name }),
      );
    case 'contacts': {
      const contacts = fresh.map(fact => StoredContact.parse(JSON.parse(fact)));
      return single(() => registrar.domain_update_contacts({ domain_name, contacts }));
    }
    case 'records':
      return zoneSteps(
        registrar,
        domain_name,
        await recordSet(registrar, subject),
        recordsOf(gone, subject),
        recordsOf(fresh, subject),
      );
    case 'zone': {
      const current = await registrar.dns_list({ domain_name });
      if (!sameState(stateOf(current), from))
        throw new Fault(
          'conflict',
          `The zone of ${domain_name} has changed since this was planned. Nothing was done.`,
          'Preview again to see what it would do now.',
        );
      return zoneSteps(registrar, domain_name, current, recordsOf(from), recordsOf(to));
    }
    case 'host': {
      const { hostname } = subject;
      if (to.length === 0) return single(() => registrar.host_delete({ domain_name, hostname }));
      const [first, ...rest] = fresh;
      const create = from.length === 0 && first !== undefined;
      return single(
        ...(create ? [() => registrar.host_create({ domain_name, hostname, ip: first })] : []),
        ...(create ? rest : fresh).map(ip => () => registrar.host_add_ip({ domain_name, hostname, ip })),
        ...gone.map(ip => () => registrar.host_remove_ip({ domain_name, hostname, ip })),
      );
    }
  }
}

type RecordSet = Extract<Subject, { kind: 'records' }>;

async function recordSet(
  registrar: Pick<Registrar<'read'>, 'dns_list'>,
  { domain_name, host, type }: RecordSet,
): Promise<StoredRecord[]> {
  return (await registrar.dns_list({ domain_name })).filter(record => record.host === host && record.type === type);
}

function recordFact({ content, ttl, priority }: StoredRecord): string {
  return JSON.stringify({ content, ttl, priority });
}

function hostnames(state: State) {
  return state.map(fact => Hostname.parse(fact));
}

function rolesOf(fact: string) {
  return StoredContact.parse(JSON.parse(fact)).type;
}
