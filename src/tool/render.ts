import * as z from 'zod';
import { confirmMinutes } from '../ledger/confirmations.ts';
import { unicodeName } from '../model/domain-name.ts';
import { type Fault, refuse } from '../model/fault.ts';
import { isRecord } from '../model/is-record.ts';
import { show } from '../model/money.ts';
import { type Change, Plan } from '../model/plan.ts';
import { quote, visible } from '../model/text.ts';
import type { Carried } from './acts.ts';

/** An answer in the two forms that hosts pass on: some only the text, some only the structure, so each has all facts. */
export interface Answer {
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
}

/** No answer is longer than this, in either form. */
export const mostCharacters = 25_000;

/** Whether an answer would flood a reader. */
export function isTooLarge({ text, structured }: Answer): boolean {
  // The text has every fact without the keys of each row, so that a short one needs no second look.
  if (text.length <= mostCharacters / 10) return false;
  return text.length > mostCharacters || JSON.stringify(structured).length > mostCharacters;
}

export function refuseTooLarge(): never {
  refuse(
    'too_large',
    `The answer would have more than ${mostCharacters} characters.`,
    'Ask for less: use a filter or a limit, or fewer items at once.',
  );
}

/** What a fault may say at most, in characters: it may quote what came from outside. */
const mostOfAFault = 3_000;

/** A result as an answer: a sentence, and the facts below it. */
export function present<O extends z.ZodObject>(
  schema: O,
  done: z.output<O>,
  summary: string,
  verbatim?: string,
): Answer {
  const structured: Record<string, unknown> = z.encode(schema, done);
  const facts = outline(verbatim === undefined ? structured : { ...structured, [verbatim]: undefined });
  const lines =
    verbatim === undefined
      ? []
      : [`${verbatim}:`, String(structured[verbatim]).trimEnd().split('\n').map(visible).join('\n')];
  return { text: [summary, facts, ...lines].filter(Boolean).join('\n'), structured };
}

/** What a person is asked in their own client before an act; `state` comes back with the answer. */
export interface Question {
  readonly ask:
    | {
        readonly mode: 'form';
        readonly message: string;
        /** The name that must be typed to accept; where there is none, a choice suffices. */
        readonly type?: string | undefined;
      }
    | { readonly mode: 'url'; readonly message: string; readonly url: string };
  readonly state: string;
}

const changedSince = 'Since it was shown the plan has changed, so nothing was done; look at it again.';

/** A preview as an answer: what will happen, and how to go on. */
export function presentPlan(tool: string, plan: Plan, confirm: string, changed: boolean): Answer {
  const next = `${changed ? changedSince : 'Nothing was done yet.'} To go on, call ${tool} again with the same arguments and this confirm value; it is good once, for ${confirmMinutes} minutes.`;
  return preview('needs_confirmation', plan, confirm, next);
}

/** A preview that a person has to approve on a page. The link shows it and approves nothing by itself. */
export function presentApproval(tool: string, plan: Plan, confirm: string, link: URL, changed: boolean): Answer {
  const next = `${changed ? changedSince : 'Nothing was done yet.'} A person must approve this: give them the link approve_at, and once they say that they have approved, call ${tool} again with the same arguments and this confirm value; it is good once, for ${confirmMinutes} minutes.`;
  return preview('needs_approval', plan, confirm, next, link.href);
}

function preview(status: string, plan: Plan, confirm: string, next: string, approve_at?: string): Answer {
  const link = approve_at === undefined ? [] : [`approve_at: ${approve_at}`];
  return {
    text: [...planLines(plan).map(visible), next, ...link, `confirm: ${confirm}`].join('\n'),
    structured: { status, next, plan: z.encode(Plan, plan), ...(approve_at && { approve_at }), confirm },
  };
}

/** A plan as a question to a person. */
export function question(plan: Plan, type: string | undefined, state: string, changed: boolean): Question {
  const written = type === undefined ? undefined : unicodeName(type);
  const how =
    type === undefined
      ? 'Approve or refuse.'
      : `To accept, type ${[type, ...(written ? [written] : [])].join(' or ')}.`;
  const lines = [...(changed ? [changedSince] : []), ...planLines(plan), how];
  return { ask: { mode: 'form', message: lines.map(visible).join('\n'), type }, state };
}

/** The answer of an act, with what the kernel knows of it. */
export function presentActed(
  done: Answer | undefined,
  { entry, charged, warning, verified }: Omit<Carried, 'answer' | 'results'>,
): Answer {
  const text = [
    ...(warning === undefined ? [] : [`Look at this: ${visible(warning)}`]),
    done?.text ?? 'It was carried out.',
    ...(charged ? [`Charged: ${show(charged)}.`] : []),
    ...(verified ? ['Read again and compared: it is as planned.'] : []),
    `Journal entry ${entry}.`,
  ];
  return {
    text: text.join('\n'),
    structured: {
      status: 'done',
      ...(done && { result: done.structured }),
      ...(charged && { charged: show(charged) }),
      ...(warning !== undefined && { warning }),
      ...(verified !== undefined && { verified }),
      entry,
    },
  };
}

/** The answer of a write, with its entry of the journal; a warning is there where something is to be looked at. */
export function presentWritten(
  done: Answer | undefined,
  { entry, warning }: Pick<Carried, 'entry' | 'warning'>,
): Answer {
  const { text, structured } = done ?? { text: 'It was carried out.', structured: {} };
  return {
    text: [
      ...(warning === undefined ? [] : [`Look at this: ${visible(warning)}`]),
      text,
      `Journal entry ${entry}.`,
    ].join('\n'),
    structured: { ...structured, ...(warning !== undefined && { warning }), entry },
  };
}

/** A fault as text: what happened, what to do next, and whether trying again can help. */
export function presentFault({ code, message, next, again }: Fault): string {
  const happened = message.length > mostOfAFault ? `${message.slice(0, mostOfAFault)}…` : message;
  return `${visible(happened)} ${next}${again ? ' The same call may succeed later.' : ''} (${code})`;
}

/** A plan in lines, as it is read from the top. */
export function planLines(plan: Plan): string[] {
  return [
    plan.does,
    ...(plan.hazards ?? []).map(({ what, kind }) => `HAZARD: ${what} (${kind})`),
    ...(plan.earlier ?? []).map(({ what, entry }) => `LOOK FIRST: ${what} (journal entry ${entry}).`),
    ...(plan.cost
      ? [
          `Cost: ${show(plan.cost)}${plan.credit ? ` (credit ${show(plan.credit.now)}, then ${show(plan.credit.after)})` : ''}`,
        ]
      : []),
    ...(plan.budget === undefined ? [] : [`Budget: ${plan.budget}`]),
    ...(plan.items ?? []).map(({ what, cost }) => `- ${what}: ${show(cost)}`),
    ...(plan.changes ?? []).map(changeLine),
    ...(plan.loses ?? []).map(loss => `At risk: ${loss}`),
    ...(plan.notes ?? []),
  ];
}

/** Right-to-left letters: beside them an arrow would be read the other way round. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

function changeLine({ what, from, to }: Change): string {
  if (rightToLeft.test(`${from}${to}`))
    return `- ${what}: now ${from ?? 'nothing'}; then it will be ${to ?? 'nothing'}`;
  return `- ${what}: ${from === undefined ? '' : `${from} → `}${to ?? 'nothing'}`;
}

/** Facts as indented lines; lists of objects as tables. Outside text stands in quotation marks. */
function outline(value: Readonly<Record<string, unknown>>, indent = ''): string {
  const lines: string[] = [];
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    const rows = Array.isArray(item) ? item.filter(isRecord) : [];
    if (rows.length > 0) lines.push(`${indent}${key}:`, table(rows, `${indent}  `));
    else if (isRecord(item)) lines.push(`${indent}${key}:`, outline(item, `${indent}  `));
    else lines.push(`${indent}${key}: ${Array.isArray(item) && item.length === 0 ? 'none' : cell(item, ', ')}`);
  }
  return lines.join('\n');
}

function table(rows: readonly Readonly<Record<string, unknown>>[], indent: string): string {
  const columns = new Set<string>();
  for (const row of rows) {
    // A column that says nothing in any row is left out: an empty text or list is no fact.
    for (const key of Object.keys(row)) if (row[key] !== '' && !isEmptyList(row[key])) columns.add(key);
  }
  let text = indent + [...columns].join(' | ');
  for (const row of rows) {
    let between = `\n${indent}`;
    for (const column of columns) {
      text += between + cell(row[column], ' ');
      between = ' | ';
    }
  }
  return text;
}

function cell(value: unknown, between: string): string {
  if (typeof value === 'string') return scalar(value);
  if (value === undefined) return '-';
  if (Array.isArray(value)) return value.map(scalar).join(between);
  if (!isRecord(value)) return String(value);
  return Object.keys(value)
    .map(key => `${key} ${scalar(value[key])}`)
    .join(', ');
}

/** Words without spaces and amounts stand bare, all other text in quotation marks. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return /^[\w.:@+/*-]+$/.test(value) || /^-?\d+\.\d\d USD$/.test(value) ? value : quote(value, 4000);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
