import * as z from 'zod';
import { refuse } from '#model/fault.ts';
import { describeState, describeSubject, kindOf, type State, type Subject, sameState } from '#model/subject.ts';
import { tool } from '#tool/define.ts';
import { planPuttingBack, type Undoable } from '#tool/put-back.ts';
import type { Act } from '#tool/records.ts';
import { statesIn } from '#tool/several.ts';
import { leastNameservers, restore } from '#tool/state.ts';

export default tool.destructive({
  name: 'undo',
  title: 'Undo a change',
  description:
    'Takes back one act of the journal: nameservers, contacts, lock, DNS and host records. Purchases cannot be undone.',
  input: z.strictObject({
    entry: z.int().min(1).describe('From journal'),
    even_if_changed: z.boolean().default(false).describe('Also where it was changed again since'),
  }),
  output: z.object({ undone: z.int(), subject: z.string(), now: z.string() }),

  async plan({ entry, even_if_changed }, { registrar, records, ...context }) {
    const ledger = await records();
    const { tool: name, ...act } = undoable(await ledger.act(entry), entry);
    const { subject, before, after } = act;
    const { changed, changes, ...back } = await planPuttingBack(registrar, ledger, act, context);
    const { now, to } = back;
    const what = describeSubject(subject);
    const since = `${what}: after entry ${entry} it read ${after ? describeState(subject, after) : 'something that was not recorded'}; now it reads ${describeState(subject, now)}`;
    if (sameState(now, before))
      refuse(
        'conflict',
        `Nothing of entry ${entry} is left: the ${what} is as it was before.`,
        'There is nothing to undo.',
      );
    if (sameState(now, to) || (subject.kind === 'nameservers' && to.length < leastNameservers))
      refuse(
        'conflict',
        `Entry ${entry} cannot be taken back here. ${since}.`,
        'Change it with the tool that fits, or at the registrar.',
      );
    if (changed && !even_if_changed) {
      refuse(
        'conflict',
        `It has changed since. ${since}.`,
        'Tell the person what has changed. If they still want entry taken back, even_if_changed plans that.',
      );
    }
    return {
      ...back,
      does: `Undo entry ${entry} (${name}): put back the ${what}.`,
      changes,
      loses: [
        ...(changed ? [`What has been changed since. ${since}.`] : []),
        ...(kindOf(subject) === 'nameservers' ? ['Resolvers keep the present nameservers for up to two days.'] : []),
        ...(unlocks(subject, to) ? ['Without its lock a domain can be moved away.'] : []),
      ],
      subject,
    };
  },

  async apply({ entry }, { subject, now, to }, context) {
    await restore(context, subject, now, to);
    return { undone: entry, subject: describeSubject(subject), now: describeState(subject, to) };
  },
  summary: ({ undone, subject }) => `Undid entry ${undone}: put back the ${subject}.`,
});

/** Whether a domain is left without its lock. */
function unlocks(subject: Subject, to: State): boolean {
  return kindOf(subject) === 'lock' && [...statesIn(subject, to).values()].some(state => state.length === 0);
}

function undoable(act: Act | undefined, entry: number): Undoable & { readonly tool: string } {
  if (!act) return refuse('not_found', `The journal has no act ${entry}.`, 'See journal for the entries.');
  const { tool: name, word, outcome, subject, before, after, target } = act;
  if (word === 'paid')
    return refuse('conflict', `Entry ${entry} is a purchase, which cannot be undone.`, 'Tell the person.');
  if (outcome === 'failed' || outcome === 'declined')
    return refuse(
      'conflict',
      `Entry ${entry} changed nothing: it ${outcome === 'failed' ? 'failed' : 'was declined'}.`,
      'There is nothing to undo.',
    );
  if (!subject || !before)
    return refuse(
      'conflict',
      `Entry ${entry} (${name}) changed nothing that can be put back.`,
      'There is nothing to undo.',
    );
  return { tool: name, subject, before, after, target };
}
