import type { Config } from './config/config.ts';
import type { Database } from './ledger/database.ts';
import type { Ledger } from './ledger/ledger.ts';
import { Fault } from './model/fault.ts';

type Place = Pick<Config, 'databaseUrl' | 'stateDir'>;

/** Opens the ledger where it is kept; says what to do where that cannot be used. */
export async function openStore(place: Place): Promise<{ readonly database: Database; readonly ledger: Ledger }> {
  const { openLedger } = await import('./ledger/store/ledger.ts');
  return await usable(place, async () => {
    const database = await openDatabase(place);
    return { database, ledger: await openLedger(database) };
  });
}

async function openDatabase({ databaseUrl, stateDir }: Place): Promise<Database> {
  if (databaseUrl === undefined) return (await import('./ledger/sqlite.ts')).openSqlite(stateDir);
  return (await import('./ledger/postgres.ts')).openPostgres(databaseUrl);
}

/** Opens what is kept in the database or the state directory; says what to do where that cannot be used. */
export async function usable<T>({ databaseUrl, stateDir }: Place, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown reason';
    throw databaseUrl === undefined
      ? new Fault(
          'misconfigured',
          `The state directory ${stateDir} cannot be used: ${why}.`,
          'Set REGISTRAR_STATE_DIR to a directory that can be written.',
          { cause },
        )
      : // Its address has a password in it, and is not quoted.
        new Fault(
          'misconfigured',
          `The database cannot be used: ${why}.`,
          'See that PostgreSQL runs, and that REGISTRAR_DATABASE_URL names a database in which its user may make tables.',
          { cause },
        );
  }
}
