import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { refuse } from '#model/fault.ts';
import { Money } from '#model/money.ts';
import { describeState } from '#model/subject.ts';
import { count, few } from '#model/text.ts';
import { tool } from '#tool/define.ts';
import type { Act } from '#tool/records.ts';
import { planLines } from '#tool/render.ts';

/** How many acts are listed where no limit is given. */
const usual = 20;

/** How much is shown of what a call was given, in characters. */
const mostOfArgs = 4_000;

/** How much of a plan is shown, in characters: one of many domains names each, and with all else the answer must not be too large. */
const mostOfPlan = 14_000;

const outcomes = ['done', 'failed', 'unknown', 'unfinished', 'declined'] as const;

export default tool.read({
  name: 'journal',
  title: 'Show what was done',
  description:
    'Lists what was changed, bought or declined here, newest first; with entry, one act in full. Use it to find what undo takes back.',
  input: z.strictObject({
    entry: z.int().min(1).optional(),
    domain_name: DomainName.optional(),
    tool: z
      .string()
      .max(40)
      .refine(text => /^\w*$/.test(text), 'is not the name of a tool')
      .optional(),
    outcome: z.enum(outcomes).optional(),
    limit: z.int().min(1).max(100).optional(),
    before: z.int().min(1).optional().describe('Entries before this one'),
  }),
  output: z.object({
    acts: z.array(
      z.object({
        entry: z.int(),
        at: z.string(),
        tool: z.string(),
        about: z.string(),
        outcome: z.string(),
        charged: Money.optional(),
        caller: z.string(),
        confirmed: z.string(),
      }),
    ),
    more_before: z.int().optional(),
    detail: z
      .object({
        word: z.string(),
        args: z.string(),
        plan: z.array(z.string()).optional(),
        before: z.string().optional(),
        after: z.string().optional(),
        fault: z.string().optional(),
        warning: z.string().optional(),
        settled: z.string().optional(),
        call: z.string().optional(),
      })
      .optional(),
  }),
  async run({ entry, limit = usual, ...query }, { records }) {
    const ledger = await records();
    if (entry !== undefined) {
      const act = await ledger.act(entry);
      if (!act) refuse('not_found', `The journal has no act ${entry}.`, 'List the journal to see which there are.');
      return { acts: [row(act)], detail: detailOf(act) };
    }
    const acts = await ledger.acts({ ...query, limit: limit + 1 });
    return {
      acts: acts.slice(0, limit).map(row),
      more_before: acts.length > limit ? acts[limit - 1]?.entry : undefined,
    };
  },
  summary: ({ acts, more_before }) =>
    `${count(acts.length, 'act')}${more_before === undefined ? '' : '; there are more'}.`,
});

function row({ entry, at, tool: name, names, plan, outcome, charged, caller, confirmed }: Act) {
  const about = plan?.does ?? few(names);
  return { entry, at, tool: name, about, outcome, charged, caller, confirmed };
}

function detailOf({ word, args, plan, subject, before, after, fault, warning, settled, call }: Act) {
  const shown = (state: Act['before']) => state && (subject ? describeState(subject, state) : state.join(', '));
  return {
    word,
    args: shortened(JSON.stringify(args)),
    plan: plan && shortenedLines(planLines(plan)),
    before: shown(before),
    after: shown(after),
    fault,
    warning,
    settled,
    call,
  };
}

/** What a call was given; a zone can be longer than an answer. */
function shortened(text: string): string {
  return text.length > mostOfArgs ? `${text.slice(0, mostOfArgs)}… (${text.length} characters)` : text;
}

/** The lines of a plan as far as there is room. */
function shortenedLines(lines: readonly string[]): string[] {
  let room = mostOfPlan;
  const shown: string[] = [];
  for (const line of lines) {
    if (room <= 0) break;
    shown.push(line.length > room ? `${line.slice(0, room)}… (${line.length} characters)` : line);
    room -= line.length;
  }
  const more = lines.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more lines`] : shown;
}
