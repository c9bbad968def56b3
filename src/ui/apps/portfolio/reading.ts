import { useState } from 'preact/hooks';
import type { Call, Result } from '../call.ts';
import type { Host } from '../host.ts';
import { Portfolio } from './shape.ts';

/** What was asked for here since the call was shown. */
interface Since {
  readonly of?: Result | undefined;
  readonly pages: readonly Portfolio[];
  readonly problem?: string | undefined;
  readonly busy: boolean;
}

/** Reads the answer of a call, and what more of it is asked for through the host: further names, or each name by itself. */
export function useReading({ tool, args, result }: Call, { call }: Host) {
  const [kept, setSince] = useState<Since>({ pages: [], busy: false });
  // What was asked of an earlier answer is not about this one.
  const since: Since = kept.of === result ? kept : { of: result, pages: [], busy: false };
  const first = readPage(result);
  const pages = since.pages.length > 0 ? since.pages : first ? [first] : [];
  const next = pages.at(-1)?.next_cursor;
  const depth = since.pages.length > 0 && since.pages[0] !== first ? { depth: 'domains' } : {};

  async function ask(more: Readonly<Record<string, string>>, before: readonly Portfolio[]): Promise<void> {
    if (!call || tool === undefined) return;
    setSince({ ...since, busy: true });
    const { cursor: _, ...asked } = args;
    const answer = await call(tool, { ...asked, ...more });
    const page = readPage(answer);
    setSince({
      of: result,
      pages: page ? [...before, page] : pages,
      problem: page ? undefined : answer.text,
      busy: false,
    });
  }

  const able = call !== undefined && tool !== undefined;
  return {
    /** The totals, from the newest reading of all; undefined where there is none. */
    head: pages[0],
    rows: pages.flatMap(({ domains }) => domains),
    next,
    problem: since.problem,
    busy: since.busy,
    more: able && next !== undefined ? () => ask({ ...depth, cursor: next }, pages) : undefined,
    deeper: able ? () => ask({ depth: 'domains' }, []) : undefined,
  };
}

function readPage(result: Result | undefined): Portfolio | undefined {
  return result && !result.isError ? Portfolio.safeParse(result.structured).data : undefined;
}
