import { useEffect, useRef } from 'preact/hooks';
import { Notice, Text } from '../parts.tsx';
import { Fact } from './plan-sheet.tsx';
import type { Done } from './shape.ts';

export interface OutcomeProps {
  readonly done: Done;
  /** What was planned, where it was shown here before. */
  readonly does?: string | undefined;
  /** Whether it was done from here, just now. */
  readonly fresh: boolean;
}

/** What came of an act: what is not as planned first, then the money, the journal's entry and the facts. */
export function Outcome({ done, does, fresh }: OutcomeProps) {
  const { warning, charged, entry, verified, result = {} } = done;
  const heading = useRef<HTMLHeadingElement>(null);
  // Who pressed the button was left without it: they go on reading here.
  useEffect(() => {
    if (fresh) heading.current?.focus();
  }, [fresh]);
  return (
    <div class="outcome" role="status">
      <h1 ref={heading} tabIndex={-1} class={warning === undefined ? 'done' : 'done doubtful'}>
        <span class="mark" aria-hidden="true">
          {warning === undefined ? '✓' : '!'}
        </span>
        {warning === undefined ? 'Done' : 'Done, but look at this'}
      </h1>
      {does !== undefined && (
        <p>
          <Text of={does} />
        </p>
      )}
      {warning !== undefined && (
        <Notice kind="danger">
          <Text of={warning} />
        </Notice>
      )}
      <dl class="facts">
        {charged !== undefined && <Fact name="Charged" value={charged} />}
        {entry !== undefined && <Fact name="Journal entry" value={String(entry)} />}
        {verified !== undefined && <Fact name="Read again" value={verified ? 'it is as planned' : 'not compared'} />}
        {Object.entries(result).flatMap(([name, value]) => {
          const shown = inWords(value);
          return shown === '' ? [] : [<Fact key={name} name={name.replaceAll('_', ' ')} value={shown} />];
        })}
      </dl>
    </div>
  );
}

/** A fact of a result in a line; nothing where it says nothing. */
function inWords(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(inWords).join('\n');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name.replaceAll('_', ' ')} ${inWords(inner)}`)
    .join(', ');
}
