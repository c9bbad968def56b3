import type { Subject } from '../model/subject.ts';

/** One act at a time on a subject, so that what was there before and after an act is its own doing. */
export function openTurns() {
  const turns = new Map<string, Promise<unknown>>();
  return async function inTurn<T>(subject: Subject | undefined, work: () => Promise<T>): Promise<T> {
    if (!subject) return await work();
    const keys = keysOf(subject);
    const turn = Promise.allSettled(keys.map(key => turns.get(key))).then(work);
    for (const key of keys) turns.set(key, turn);
    return await turn.finally(() => {
      for (const key of keys) if (turns.get(key) === turn) turns.delete(key);
    });
  };
}

/** What acts take turns on: what changes a zone and what changes one of its sets are in each other's way. */
function keysOf(subject: Subject): string[] {
  if (subject.kind === 'records' || subject.kind === 'zone') return [`zone ${subject.domain_name}`];
  if (subject.kind !== 'several') return [JSON.stringify(subject)];
  return subject.domain_names.map(domain_name => JSON.stringify({ kind: subject.part, domain_name }));
}
