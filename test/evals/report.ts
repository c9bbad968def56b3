import { quote } from '#model/text.ts';
import { table } from '../support/table.ts';
import type { Attempt } from './attempt.ts';
import { kinds, type Task } from './task.ts';

export interface Tried {
  readonly task: Pick<Task, 'id' | 'kind'>;
  readonly attempts: readonly Attempt[];
}

const mean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** One attempt in a line, and what is to be said of it below. */
export function attemptLines({ id, kind }: Tried['task'], attempt: Attempt): string {
  const { success, wrong, undone, untold, trouble, answer, calls, tokens, used, seconds } = attempt;
  const usage = used === undefined ? '' : `, ${used} by its own count`;
  return [
    `${success ? 'ok    ' : 'FAILED'} ${kind}: ${id}  (${calls} calls, ${tokens} tokens${usage}, ${seconds.toFixed(0)} s)`,
    ...(trouble === undefined ? [] : [`       the agent ${trouble}`]),
    ...wrong.map(change => `       WRONG CHANGE  ${change}`),
    ...undone.map(change => `       not done      ${change}`),
    ...untold.map(telling => `       not told      ${telling}`),
    ...(success || answer === '' ? [] : [`       it said       ${quote(answer, 300)}`]),
  ].join('\n');
}

/** Success, wrong changes, calls and tokens of each kind, and of all. */
export function summary(tried: readonly Tried[]): string {
  const row = (name: string, some: readonly Tried[]) => {
    const attempts = some.flatMap(each => each.attempts);
    const succeeded = attempts.filter(({ success }) => success).length;
    const always = some.filter(each => each.attempts.every(({ success }) => success)).length;
    return [
      name,
      `${always} of ${some.length}`,
      `${succeeded} of ${attempts.length}`,
      String(attempts.reduce((sum, { wrong }) => sum + wrong.length, 0)),
      mean(attempts.map(({ calls }) => calls)).toFixed(1),
      mean(attempts.map(({ used, tokens }) => used ?? tokens)).toFixed(0),
    ];
  };
  const present = kinds.filter(kind => tried.some(({ task }) => task.kind === kind));
  return table(
    ['kind', 'tasks done each time', 'attempts done', 'wrong changes', 'calls per attempt', 'tokens per attempt'],
    [
      ...present.map(kind =>
        row(
          kind,
          tried.filter(({ task }) => task.kind === kind),
        ),
      ),
      row('all', tried),
    ],
  );
}
