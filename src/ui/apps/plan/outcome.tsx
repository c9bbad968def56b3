import { useEffect, useRef } from 'preact/hooks';
import { Notice, Text } from '../parts.tsx';
import { Fact } from './plan-sheet.tsx';
import { ResultFacts } from './result-facts.tsx';
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
  const inPart = hasFailures(result.failed);
  const fine = warning === undefined && !inPart;
  return (
    <div class="outcome" role="status">
      <h1 ref={heading} tabIndex={-1} class={fine ? 'done' : 'done doubtful'}>
        <span class="mark" aria-hidden="true">
          {fine ? '✓' : '!'}
        </span>
        {inPart ? 'Done in part' : fine ? 'Done' : 'Done, but look at this'}
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
      </dl>
      <ResultFacts result={result} />
    </div>
  );
}

/** Of several things, some may have failed: tools say how many, or which and why. */
function hasFailures(failed: unknown): boolean {
  return Array.isArray(failed) ? failed.length > 0 : typeof failed === 'number' && failed > 0;
}
