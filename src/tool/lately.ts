import type { DomainName } from '../model/domain-name.ts';
import { refuse } from '../model/fault.ts';
import type { Plan } from '../model/plan.ts';
import { eachOf, type Part, parts } from '../model/several.ts';
import { domainsOf, kindOf, type State, type Subject, without } from '../model/subject.ts';
import { daysOn } from '../model/timestamp.ts';
import { type Act, isAPersons, type Records } from './records.ts';
import { hazardsOf } from './several.ts';

/** How many acts are read at once. */
const some = 100;

/**
 * The domains of which a part was changed here within a day, since a person last decided about such a change; `until`: by
 * acts before this entry alone.
 */
export async function changedLately(
  records: Pick<Records, 'acts'>,
  part: Part,
  now: Date,
  until?: number,
): Promise<ReadonlySet<DomainName>> {
  const since = daysOn(now.toISOString(), -1);
  const changed = new Set<DomainName>();
  let before = until;
  do {
    const acts = await records.acts({ limit: some, before, since });
    for (const act of acts.filter(each => isOf(part, each))) {
      if (isAPersons(act)) return changed;
      for (const name of act.subject ? domainsOf(act.subject) : []) changed.add(name);
    }
    before = acts.length === some ? acts.at(-1)?.entry : undefined;
  } while (before !== undefined);
  return changed;
}

/** An act that has just begun, and what was agreed to. */
interface Begun {
  readonly entry: number;
  readonly confirmed: string;
  readonly plan?: Plan | undefined;
  readonly subject?: Subject | undefined;
  readonly before?: State | undefined;
  readonly target?: State | undefined;
}

/**
 * Refuses an act that calls for a person together with those that began while it was planned: calls that come at once do not
 * see each other in their plans.
 */
export async function refuseManyAtOnce(
  records: Pick<Records, 'acts'>,
  { entry, confirmed, plan, subject, before, target }: Begun,
  now: Date,
): Promise<void> {
  const part = subject && partIn(subject);
  if (!part || isAPersons({ confirmed }) || plan?.hazards?.some(({ kind }) => kind === 'mass_change')) return;
  const names = before && target ? [...eachOf(without(target, before)).keys()] : domainsOf(subject);
  const [hazard] = hazardsOf(names, await changedLately(records, part, now, entry));
  if (hazard)
    refuse(
      'conflict',
      `Other domains were changed while this was planned: ${hazard.what} Nothing was sent.`,
      'Preview again to see what it would do now.',
    );
}

/** The part of domains that a subject is; undefined for what is no such part. */
export function partIn(subject: Subject): Part | undefined {
  return parts.find(part => part === kindOf(subject));
}

/** Whether an act may have changed a part of domains in a way that calls for a confirmation. */
function isOf(part: Part, { subject, word, outcome }: Act): boolean {
  return (
    subject !== undefined &&
    kindOf(subject) === part &&
    word === 'destructive' &&
    outcome !== 'failed' &&
    outcome !== 'declined'
  );
}
