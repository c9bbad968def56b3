import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Database } from '../database.ts';
import type { Ledger } from '../ledger.ts';
import { migrations } from '../migrations.ts';
import { actsOver } from './acts.ts';
import { approvalsOver } from './approvals.ts';
import { journalOver } from './journal.ts';
import { purchasesOver } from './purchases.ts';
import { first } from './rows.ts';
import { tokensOver } from './tokens.ts';

/**
 * Opens the ledger in a database: what one process that shares it has reserved or redeemed, no other does again. What cannot
 * be used is closed again, with its locks.
 */
export async function openLedger(database: Database): Promise<Ledger> {
  try {
    await database.migrate(migrations);
    return {
      key: await sealingKey(database),
      ...actsOver(database),
      ...purchasesOver(database),
      ...journalOver(database),
      ...tokensOver(database),
      ...approvalsOver(database),
      close: database.close,
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The first process makes the key; all read back the one that was kept. */
async function sealingKey({ query, transaction }: Database): Promise<Buffer> {
  const sql = "SELECT value FROM secrets WHERE name = 'confirm'";
  const kept = z.object({ value: z.string() }).transform(({ value }) => Buffer.from(value, 'hex'));
  return (
    (await first(kept, query, sql)) ??
    (await transaction(async within => {
      const made = randomBytes(32).toString('hex');
      await within("INSERT INTO secrets (name, value) VALUES ('confirm', $1) ON CONFLICT DO NOTHING", made);
      return kept.parse((await within(sql)).rows[0]);
    }))
  );
}
