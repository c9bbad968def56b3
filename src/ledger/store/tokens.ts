import * as z from 'zod';
import type { Database } from '../database.ts';
import type { Ledger } from '../ledger.ts';
import { type Token, Words } from '../tokens.ts';
import { all, column, first, json } from './rows.ts';

const Row = z
  .object({
    name: z.string(),
    hash: z.string(),
    words: json(Words),
    names: json(z.array(z.string())),
    per_day: column.maybeMoney,
    human: column.flag,
    created: z.string(),
    expires: column.maybe,
  })
  .transform(({ per_day: perDay, ...token }): Token => ({ ...token, perDay }));

const columns = 'name, hash, words, names, per_day, human, created, expires';

export function tokensOver({
  query,
  transaction,
}: Database): Pick<Ledger, 'addToken' | 'tokens' | 'tokenOf' | 'revokeToken' | 'everMadeTokens'> {
  return {
    addToken: ({ name, hash, words, names, perDay, human, created, expires }) =>
      transaction(async within => {
        const { changes } = await within(
          `INSERT INTO tokens (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
          name,
          hash,
          JSON.stringify(words),
          JSON.stringify(names),
          perDay?.cents ?? null,
          Number(human),
          created,
          expires ?? null,
        );
        return changes > 0;
      }),
    tokens: () => all(Row, query, `SELECT ${columns} FROM tokens WHERE revoked IS NULL ORDER BY name`),
    tokenOf: (hash, now) =>
      first(
        Row,
        query,
        `SELECT ${columns} FROM tokens WHERE hash = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2)`,
        hash,
        now,
      ),
    revokeToken: (name, at) =>
      transaction(async within => {
        const sql = 'UPDATE tokens SET revoked = $1 WHERE name = $2 AND revoked IS NULL';
        return (await within(sql, at, name)).changes > 0;
      }),
    everMadeTokens: async () => (await query('SELECT name FROM tokens LIMIT 1')).rows.length > 0,
  };
}
