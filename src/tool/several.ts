import * as z from 'zod';
import type { Domain } from '../model/domain.ts';
import { DomainName, shownName } from '../model/domain-name.ts';
import { Fault, refuse } from '../model/fault.ts';
import type { Plan } from '../model/plan.ts';
import { asOne, eachOf, mostDomains, type Part } from '../model/several.ts';
import { type State, type Subject, sameState, stateChanges } from '../model/subject.ts';
import { count, few, oneOf } from '../model/text.ts';
import { stateOfSeveral } from './domain-parts.ts';
import { insisting } from './insisting.ts';

/** Who waits for long work: it is told how far it is, and can end it between two steps. */
export interface Waiting {
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
}

/** Which domains a call is about: one, or many at once. */
export const whichDomains = {
  domain_name: DomainName.optional(),
  domain_names: z.array(DomainName).min(1).max(mostDomains).optional().describe(`Instead: up to ${mostDomains}`),
};

/** The domains that a call names, each once; refuses where it says them in both ways or in none. */
export function domainsIn({
  domain_name,
  domain_names,
}: {
  readonly domain_name?: DomainName | undefined;
  readonly domain_names?: readonly DomainName[] | undefined;
}): DomainName[] {
  if ((domain_name === undefined) === (domain_names === undefined))
    refuse(
      'invalid_input',
      `Give domain_name, or domain_names for several${domain_name === undefined ? ', and there is neither' : ', not both'}.`,
      'Nothing was sent. Correct the arguments and call again.',
    );
  return domain_names ? [...new Set(domain_names)] : domain_name ? [domain_name] : [];
}

/** The part of the domains that a call names, as a subject. */
export function partOf(part: Part, names: readonly DomainName[]): Subject {
  const [first] = names;
  return names.length === 1 && first
    ? { kind: part, domain_name: first }
    : { kind: 'several', part, domain_names: [...names] };
}

/** The state of each domain in the state of a part of one or of several. */
export function statesIn(subject: Subject, state: State): ReadonlyMap<DomainName, State> {
  return subject.kind === 'several' ? eachOf(state) : new Map([[subject.domain_name, state]]);
}

/** What became of each domain of a call. */
export const PerDomain = z.object({
  failed: z.array(z.object({ domain_name: DomainName, why: z.string() })).optional(),
  done: z.array(DomainName),
  already: z.array(DomainName).optional().describe('Were like this before'),
  unlisted: z.object({ done: z.int(), already: z.int(), failed: z.int() }).optional().describe('More of each'),
});
export type PerDomain = z.output<typeof PerDomain>;

/** What bringing a part of some domains to another state would change. */
interface Bringing extends Pick<Plan, 'changes' | 'hazards'> {
  readonly subject: Subject;
  /** The domains that would change, and their names in words. */
  readonly open: readonly DomainName[];
  readonly whom: string;
  readonly already: DomainName[];
  /** Of several: as they are, so that they need not be read once more, and as they are to become. */
  readonly before?: State;
  readonly target?: State;
}

/** From this many domains on, a change of all of them calls for a person. */
const many = 10;

/** What calls for a person where domains change at once, or, with those that were changed lately, one after the other. */
export function hazardsOf(names: readonly DomainName[], lately: ReadonlySet<DomainName>): NonNullable<Plan['hazards']> {
  const all = new Set([...names, ...lately]).size;
  if (all < many) return [];
  const what =
    names.length < many
      ? `${all} domains within a day, since a person last decided.`
      : `${names.length} domains at once.`;
  return [{ kind: 'mass_change', what }];
}

/**
 * Plans a change of one part of some domains. Those that are like that already (`like`: what they are then) are left alone;
 * refuses where all of them are. `lately`: the domains that were changed so not long ago.
 */
export function bringing(
  part: Part,
  domains: readonly Domain[],
  wanted: (domain: Domain) => State,
  { like, lately }: { readonly like: string; readonly lately: ReadonlySet<DomainName> },
): Bringing {
  const now = eachOf(stateOfSeveral(part, domains));
  const goals = new Map(domains.map(domain => [domain.domain_name, [...wanted(domain)].sort()]));
  const isOpen = ({ domain_name }: Domain) => !sameState(now.get(domain_name) ?? [], goals.get(domain_name) ?? []);
  const already = domains.filter(domain => !isOpen(domain)).map(({ domain_name }) => domain_name);
  const open = domains.filter(isOpen).map(({ domain_name }) => domain_name);
  const [first] = open;
  if (first === undefined)
    return refuse(
      'conflict',
      `${few(already.map(shownName))} ${already.length === 1 ? 'is' : 'are'} ${like} already.`,
      'There is nothing to do.',
    );
  const whom = namesOrCount(open);
  const subject = partOf(part, open);
  const planned = { subject, open, whom, already, hazards: hazardsOf(open, lately) };
  const ofOpen = (states: ReadonlyMap<DomainName, State>) =>
    asOne(new Map(open.map(name => [name, states.get(name) ?? []])));
  if (subject.kind !== 'several')
    return { ...planned, changes: stateChanges(subject, now.get(first) ?? [], goals.get(first) ?? []) };
  const [before, target] = [ofOpen(now), ofOpen(goals)];
  return {
    ...planned,
    before,
    target,
    changes: stateChanges(subject, before, target),
  };
}

/** What is wrong with one domain, and no reason to leave the others alone. */
const ofOne: readonly string[] = ['registrar_refused', 'domain_not_in_account', 'conflict', 'not_found', 'mismatch'];

/**
 * Carries a change through, domain by domain. What the registrar refuses of one is told; what ends the way to the registrar,
 * or the call, ends it between two domains, and calling again goes on with what is left.
 */
export async function carryThrough(
  { signal, progress }: Waiting,
  { open, already }: Pick<Bringing, 'open' | 'already'>,
  change: (name: DomainName) => Promise<unknown>,
): Promise<PerDomain> {
  const done: DomainName[] = [];
  const failed: { domain_name: DomainName; why: string; fault: Fault }[] = [];
  for (const [at, domain_name] of open.entries()) {
    progress(at, open.length);
    try {
      if (signal.aborted) throw new Fault('cancelled', 'The call was cancelled.', 'Call again when it is wanted.');
      await insisting(() => change(domain_name));
      done.push(domain_name);
    } catch (error) {
      if (error instanceof Fault && ofOne.includes(error.code))
        failed.push({ domain_name, why: error.message, fault: error });
      else if (done.length === 0 || !(error instanceof Fault)) throw error;
      else throw inPart({ done: done.length, of: open.length, failed }, error);
    }
  }
  progress(open.length, open.length);
  const [first] = failed;
  if (first && open.length === 1) throw first.fault;
  if (first && done.length === 0)
    throw new Fault(first.fault.code, tell(failed), 'Nothing was changed.', { cause: first.fault });
  const reasons = failed.map(({ fault: _fault, why, ...rest }) => ({ ...rest, why: why.slice(0, mostOfAReason) }));
  return listing({ done, already, failed: reasons });
}

/** How much of an outcome is listed, and how much of why a domain failed, in characters. */
const mostOfAnOutcome = 16_000;
const mostOfAReason = 200;

/** An outcome within the size of an answer, what failed first: whoever called has the names. */
function listing(whole: {
  readonly done: readonly DomainName[];
  readonly already: readonly DomainName[];
  readonly failed: NonNullable<PerDomain['failed']>;
}): PerDomain {
  let room = mostOfAnOutcome;
  const fits = <T>(rows: readonly T[]) =>
    rows.filter(row => {
      room -= JSON.stringify(row).length + 1;
      return room >= 0;
    });
  const [failed, done, already] = [fits(whole.failed), fits(whole.done), fits(whole.already)];
  const unlisted = {
    done: whole.done.length - done.length,
    already: whole.already.length - already.length,
    failed: whole.failed.length - failed.length,
  };
  return {
    ...(failed.length > 0 && { failed }),
    done,
    ...(already.length > 0 && { already }),
    ...(unlisted.done + unlisted.already + unlisted.failed > 0 && { unlisted }),
  };
}

function inPart(
  {
    done,
    of,
    failed,
  }: { readonly done: number; readonly of: number; readonly failed: NonNullable<PerDomain['failed']> },
  cause: Fault,
): Fault {
  const told = failed.length === 0 ? '' : ` Before that, ${count(failed.length, 'domain')} failed: ${tell(failed)}`;
  return new Fault(
    'done_in_part',
    `${done} of ${count(of, 'domain')} were done; then this happened: ${cause.message}${told}`,
    'Make the same call again: the domains that are done are left alone.',
    { cause },
  );
}

/** What became of the domains, in sentences, from what was done (`Delegated`) and how (` to ns1.example.net`). */
export function summed({ done, already = [], failed = [], unlisted }: PerDomain, did: string, how = ''): string {
  const more = unlisted ?? { done: 0, already: 0, failed: 0 };
  const failures = failed.length + more.failed;
  return [
    ...(done.length > 0 ? [`${did} ${namesOrCount(done, more.done)}${how}.`] : []),
    ...(already.length > 0
      ? [`${namesOrCount(already, more.already)} ${already.length + more.already === 1 ? 'was' : 'were'} so before.`]
      : []),
    ...(failures > 0 ? [`${count(failures, 'domain')} FAILED: ${tell(failed)}`] : []),
  ].join(' ');
}

function namesOrCount(names: readonly DomainName[], more = 0): string {
  return names.length + more > 3 ? count(names.length + more, 'domain') : oneOf(names.map(shownName), 'and');
}

function tell(failed: NonNullable<PerDomain['failed']>): string {
  return few(
    failed.map(({ domain_name, why }) => `${shownName(domain_name)}: ${why}`),
    5,
    ' ',
  );
}
