import type { DomainName } from '../model/domain-name.ts';
import type { Part } from '../model/several.ts';
import { domainsOf } from '../model/subject.ts';
import { daysOn } from '../model/timestamp.ts';
import { type Act, isAPersons, type Records } from './records.ts';

/** How many acts are read at once. */
const some = 100;

/** The domains of which a part was changed here within a day, since a person last decided about such a change. */
export async function changedLately(records: Records, part: Part, now: Date): Promise<ReadonlySet<DomainName>> {
  const since = daysOn(now.toISOString(), -1);
  const changed = new Set<DomainName>();
  let before: number | undefined;
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

/** Whether an act may have changed a part of domains in a way that calls for a confirmation. */
function isOf(part: Part, { subject, word, outcome }: Act): boolean {
  const of = subject?.kind === 'several' ? subject.part : subject?.kind;
  return of === part && word === 'destructive' && outcome !== 'failed' && outcome !== 'declined';
}
