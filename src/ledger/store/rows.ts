import * as z from 'zod';
import { usd } from '../../model/money.ts';
import type { Query } from '../database.ts';

/** How values stand in a row. */
export const column = {
  entry: z.object({ entry: z.int() }),
  maybe: z
    .string()
    .nullable()
    .transform(text => text ?? undefined),
  flag: z.int().transform(Boolean),
  money: z.int().min(0).transform(usd),
  maybeMoney: z
    .int()
    .min(0)
    .nullable()
    .transform(cents => (cents === null ? undefined : usd(cents))),
};

/** The JSON of a schema's value, in a text. */
export function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, ctx): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        ctx.issues.push({ code: 'custom', message: 'is not JSON', input: text });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** All rows of a statement, read by a schema. */
export async function all<T extends z.ZodType>(
  row: T,
  ...[query, sql, ...values]: [Query, ...Parameters<Query>]
): Promise<z.output<T>[]> {
  return z.array(row).parse((await query(sql, ...values)).rows);
}

/** The first of them; undefined where there is none. */
export async function first<T extends z.ZodType>(
  row: T,
  ...[query, sql, ...values]: [Query, ...Parameters<Query>]
): Promise<z.output<T> | undefined> {
  const [found] = (await query(sql, ...values)).rows;
  return found === undefined ? undefined : row.parse(found);
}
