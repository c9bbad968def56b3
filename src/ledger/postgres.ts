import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import * as z from 'zod';
import { type Database, lacking, oneByOne, type Query, type Step } from './database.ts';

/** Any number that nobody else takes: who holds it may change the ledger. */
const lock = 7_294_021;
/** For how long a database that is gone is waited for, in milliseconds: a restart takes less. */
const restart = 15_000;
/** How many connections a process has at most; one writes, the others read. */
const connections = 10;

/**
 * Opens the ledger in a PostgreSQL database (13 or newer) that replicas share. Nothing is sent before the first statement.
 * A database that goes away is waited for, a while; what was being committed then is asked for, and not done twice.
 */
export function openPostgres(url: string, { patience = restart } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'registrar-mcp',
    max: connections,
    connectionTimeoutMillis: 5_000,
    query_timeout: 15_000,
    // A replica that is cut off in the middle of a transaction must not keep the others out.
    idle_in_transaction_session_timeout: 8_000,
    allowExitOnIdle: true,
    types: { getTypeParser: (type, format) => (type === int8 ? Number : pg.types.getTypeParser(type, format)) },
  });
  // A connection that breaks says so to whoever waits for it; nobody else needs to hear of it, and the next gets another.
  pool.on('error', () => undefined);
  pool.on('connect', client => {
    client.on('error', () => undefined);
    // Another level would look at the ledger as it was before the lock was had.
    client.query("SET default_transaction_isolation = 'read committed'").catch(() => undefined);
  });
  // One of this process's at a time waits for the lock, so that the other connections are free to read.
  const next = oneByOne();

  /** Tries again, for a while, what failed because the database is not there. */
  async function again<T>(work: () => Promise<T>, until = performance.now() + patience): Promise<T> {
    for (let wait = 50; ; wait = Math.min(wait * 2, 1_000)) {
      try {
        return await work();
      } catch (error) {
        if (!isGone(error) || performance.now() + wait > until) throw error;
      }
      await delay(wait);
    }
  }

  const query: Query = (sql, ...values) => again(async () => result(await pool.query(sql, [...values])));

  /** Runs work in a transaction, on a connection of its own. */
  async function within<T>(work: (client: pg.PoolClient) => Promise<T>, begin = 'BEGIN'): Promise<T> {
    const client = await pool.connect();
    try {
      await client.query(begin);
      const done = await work(client);
      await client.query('COMMIT');
      client.release();
      return done;
    } catch (error) {
      // Closing the connection rolls back.
      client.release(true);
      throw error;
    }
  }

  /** Runs work alone; where the line breaks while it is committed, looks whether it was. */
  async function alone<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const id = randomUUID();
    let done: { readonly result: T } | undefined;
    try {
      return await within(async client => {
        await client.query(lockAndMark, [id]);
        done = { result: await work(client) };
        return done.result;
      });
    } catch (error) {
      if (!done || !isGone(error)) throw error;
      const committed = await wasCommitted(id).catch((cause: unknown) => {
        throw new Error('it is not known whether this was written: the database is gone', { cause });
      });
      if (!committed) throw error;
      return done.result;
    }
  }

  /** Behind the lock nobody is in the middle of a transaction any more. */
  async function wasCommitted(id: string): Promise<boolean> {
    const { rows } = await again(() =>
      within(async client => {
        await client.query(`SELECT pg_advisory_xact_lock(${lock})`);
        return await client.query('SELECT FROM committed WHERE id = $1', [id]);
      }),
    );
    return rows.length > 0;
  }

  return {
    query,
    transaction(work) {
      // Whoever waits for their turn has waited for the database as well.
      const until = performance.now() + patience;
      return next(() => again(() => alone(client => work(through(client))), until));
    },
    snapshot: read =>
      again(() => within(client => read(through(client)), 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')),
    async migrate(steps: readonly Step[]) {
      await again(() =>
        within(async client => {
          await client.query(`SELECT pg_advisory_xact_lock(${lock})`);
          await client.query('CREATE TABLE IF NOT EXISTS ledger_version (version BIGINT NOT NULL)');
          const { rows } = await client.query('SELECT version FROM ledger_version');
          const [row] = z.array(z.object({ version: z.int() })).parse(rows);
          for (const step of lacking(steps, row?.version ?? 0)) await client.query(step.postgres);
          await client.query('DELETE FROM ledger_version');
          await client.query('INSERT INTO ledger_version VALUES ($1)', [steps.length]);
        }),
      );
    },
    close: () => pool.end(),
  };
}

/**
 * Takes the lock, and leaves a mark that is there if the transaction was committed. (The database's own number of a transaction
 * does not tell: after a crash it is given anew.)
 */
const lockAndMark = `
WITH alone AS (SELECT pg_advisory_xact_lock(${lock})),
     old AS (DELETE FROM committed WHERE at < now() - INTERVAL '1 hour')
INSERT INTO committed (id) SELECT $1 FROM alone`;

/** The type of BIGINT, which the driver gives as text by itself. All of ours are below 2^53. */
const int8 = 20;

function through(client: pg.PoolClient): Query {
  return async (sql, ...values) => result(await client.query(sql, [...values]));
}

function result({ rows, rowCount }: pg.QueryResult) {
  return { rows, changes: Number(rowCount) };
}

const gone =
  /^(?:Connection terminated|Query read timeout|timeout exceeded when trying|Client has encountered a connection error)/;

/** Whether an error says that the database, or the connection to it, is gone: not that it refuses what was asked. */
function isGone(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return /^(?:08|57P0[123]|53300)/.test(String(error.code));
  return error instanceof Error && ('syscall' in error || gone.test(error.message));
}
