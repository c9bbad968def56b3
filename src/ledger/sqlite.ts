import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { privateFile } from '../private-file.ts';
import { type Database, lacking, oneByOne, type Query, type Step } from './database.ts';

export const fileName = 'ledger.sqlite';

/**
 * A statement between those of a transaction would be in it, and another that waits for the file would wait for ever for one
 * of this process: whatever it has open takes turns.
 */
const next = oneByOne();

/**
 * Opens the ledger's file in a state directory (0700, its files 0600). Processes that share the directory share the ledger.
 * Throws where the directory cannot be written.
 */
export function openSqlite(directory: string): Database {
  const database = new DatabaseSync(privateFile(directory, fileName), { timeout: 5_000 });
  const statements = new Map<string, Statement>();

  function prepared(sql: string): Statement {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    const fresh = { statement, gives: statement.columns().length > 0 };
    statements.set(sql, fresh);
    return fresh;
  }

  const query: Query = async (sql, ...values) => {
    const { statement, gives } = prepared(sql);
    if (gives) return { rows: statement.all(named(values)), changes: 0 };
    return { rows: [], changes: Number(statement.run(named(values)).changes) };
  };

  async function transaction<T>(work: (query: Query) => Promise<T>, begin = 'BEGIN IMMEDIATE'): Promise<T> {
    database.exec(begin);
    try {
      const result = await work(query);
      database.exec('COMMIT');
      return result;
    } catch (error) {
      try {
        database.exec('ROLLBACK');
      } catch {
        // A disk that is full has rolled back already.
      }
      throw error;
    }
  }

  return {
    query: (sql, ...values) => next(() => query(sql, ...values)),
    transaction: work => next(() => transaction(work)),
    snapshot: read => next(() => transaction(read, 'BEGIN')),
    async migrate(steps: readonly Step[]) {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      await next(() =>
        transaction(async () => {
          const { rows } = await query('PRAGMA user_version');
          const [{ user_version: version }] = z.tuple([z.object({ user_version: z.int() })]).parse(rows);
          for (const step of lacking(steps, version)) database.exec(step.sqlite);
          database.exec(`PRAGMA user_version = ${steps.length}`);
        }),
      );
    },
    close: async () => database.close(),
  };
}

/** A statement, and whether it gives rows. */
interface Statement {
  readonly statement: StatementSync;
  readonly gives: boolean;
}

/** Values by their names in a statement: where numbers come twice, Node 22 binds them in no other way (seen with 22.19, 2026-11-28). */
function named(values: readonly SQLInputValue[]): Record<string, SQLInputValue> {
  return Object.fromEntries(values.map((value, at) => [`$${at + 1}`, value]));
}
