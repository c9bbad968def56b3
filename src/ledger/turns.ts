import * as z from 'zod';
import { oneByOne, type Query } from './database.ts';

interface Wanted {
  /** The most turns in a second and in an hour; Infinity for no limit. */
  readonly perSecond: number;
  readonly perHour: number;
  /** By how much a turn may be used late, in milliseconds. */
  readonly margin: number;
  /** For how long it is waited for at most, in milliseconds. */
  readonly patience: number;
}

const Row = z.object({ wait: z.int().nullable() });

/**
 * The turns of an account among all replicas, by the database's clock: gives when it was asked for and how long to wait for the next, in milliseconds;
 * undefined where it would be too long, and none was taken. A window that slides: the limit holds for any second and any hour.
 */
export function openTurns(
  query: Query,
  account: string,
): (wanted: Wanted) => Promise<{ asked: number; wait: number } | undefined> {
  // One of this process's at a time, so that nobody's wait for a connection makes their turn late.
  const next = oneByOne();
  return ({ perSecond, perHour, margin, patience }) =>
    next(async () => {
      const asked = performance.now();
      const { rows } = await query(
        'SELECT take_turn($1, $2, $3, $4, $5) AS wait',
        account,
        Number.isFinite(perSecond) ? perSecond : null,
        Number.isFinite(perHour) ? perHour : null,
        margin,
        patience,
      );
      const [row] = z.array(Row).parse(rows);
      return row?.wait === null || row?.wait === undefined ? undefined : { asked, wait: row.wait };
    });
}
