import * as z from 'zod';
import { refuse } from '../model/fault.ts';
import { visible } from '../model/text.ts';
import { mostCharacters } from './render.ts';

/** What a list takes to be read in pages. */
export const paging = {
  limit: z.int().min(1).max(500).optional().describe('Most rows, 1 to 500'),
  cursor: z.string().optional().describe('next_cursor of the page before'),
};

/** What a page says of itself: `total` counts all that match. */
export const paged = { total: z.int(), next_cursor: z.string().optional() };

/** An answer's usual size, in characters. */
const usual = 7_500;

interface Page<T> {
  readonly rows: T[];
  readonly total: number;
  readonly next_cursor?: string | undefined;
}

/**
 * One page of rows in the order of their keys. A cursor names the last key seen, so that rows that come or go meanwhile
 * shift nothing. Without a limit a page ends at about 8 KB; with one, at the most that any answer may hold. `around`: how
 * many characters of it the answer needs for what it says besides.
 */
export function page<T>(
  all: readonly T[],
  key: (row: T) => string,
  { limit, cursor }: { limit?: number | undefined; cursor?: string | undefined },
  size: (row: T) => number = row => visible(JSON.stringify(row)).length,
  around = 0,
): Page<T> {
  const after = cursor === undefined ? undefined : keyIn(cursor);
  const sorted = all.map(row => ({ row, key: key(row) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter(item => item.key > after);
  // What stands around the rows takes room too.
  const room = (limit === undefined ? usual : mostCharacters - 3_000) - around;
  let used = 0;
  let end = 0;
  for (const { row } of rest.slice(0, limit ?? rest.length)) {
    used += size(row);
    if (used > room && end > 0) break;
    end += 1;
  }
  const last = rest[end - 1];
  return {
    rows: rest.slice(0, end).map(({ row }) => row),
    total: all.length,
    next_cursor: end < rest.length && last ? cursorFor(last.key) : undefined,
  };
}

function cursorFor(key: string): string {
  return Buffer.from(`k${key}`).toString('base64url');
}

/** The key that a cursor names. */
export function keyIn(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith('k') || cursorFor(text.slice(1)) !== cursor)
    refuse('invalid_input', 'cursor is not one that this tool gave.', 'Leave cursor out to start at the first page.');
  return text.slice(1);
}
