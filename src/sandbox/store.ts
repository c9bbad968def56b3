import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { privateFile } from '../private-file.ts';

/** The sandbox's tables; a later version appends to this list. Money in cents, times as the wire writes them, in UTC. */
const migrations = [
  `CREATE TABLE accounts (username TEXT PRIMARY KEY, api_token TEXT NOT NULL, create_date TEXT NOT NULL, credit INTEGER NOT NULL, contacts TEXT NOT NULL) STRICT;
   CREATE TABLE sessions (token TEXT PRIMARY KEY, username TEXT NOT NULL REFERENCES accounts, expires INTEGER NOT NULL) STRICT;
   CREATE TABLE domains (
     domain_name TEXT PRIMARY KEY, username TEXT NOT NULL REFERENCES accounts, tld TEXT NOT NULL, create_date TEXT NOT NULL,
     expire_date TEXT NOT NULL, locked INTEGER NOT NULL, nameservers TEXT NOT NULL, suffix TEXT NOT NULL, contacts TEXT NOT NULL,
     privacy_expire TEXT, auto_renew INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX domains_by_account ON domains (username, domain_name);
   CREATE TABLE records (
     record_id INTEGER PRIMARY KEY AUTOINCREMENT, domain_name TEXT NOT NULL REFERENCES domains, name TEXT NOT NULL, type TEXT NOT NULL,
     content TEXT NOT NULL, ttl INTEGER NOT NULL, priority INTEGER, create_date TEXT NOT NULL
   ) STRICT;
   CREATE INDEX records_by_domain ON records (domain_name, name, type);
   CREATE TABLE hosts (domain_name TEXT NOT NULL REFERENCES domains, hostname TEXT NOT NULL, ip TEXT NOT NULL, listed INTEGER NOT NULL, PRIMARY KEY (hostname, ip)) STRICT;
   CREATE INDEX hosts_by_domain ON hosts (domain_name);
   CREATE TABLE charges (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL, at TEXT NOT NULL, order_type TEXT NOT NULL, domain_name TEXT NOT NULL, cents INTEGER NOT NULL) STRICT;`,
  `ALTER TABLE domains ADD COLUMN serial INTEGER NOT NULL DEFAULT 1;
   CREATE TRIGGER record_added AFTER INSERT ON records BEGIN UPDATE domains SET serial = serial + 1 WHERE domain_name = new.domain_name; END;
   CREATE TRIGGER record_gone AFTER DELETE ON records BEGIN UPDATE domains SET serial = serial + 1 WHERE domain_name = old.domain_name; END;`,
];

export type Row = Record<string, unknown>;

/** One connection; statements are prepared once. */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string, options: { readOnly: boolean }) {
    this.#database = new DatabaseSync(file, { readOnly: options.readOnly, timeout: 10_000 });
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepared(sql).all(...values);
  }

  one(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...values);
  }

  /** Changes rows; gives the id of a new one. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepared(sql).run(...values).lastInsertRowid);
  }

  script(sql: string): void {
    this.#database.exec(sql);
  }

  /** All or nothing, and alone: other processes wait. */
  transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** The sandbox's data: what reads goes through a connection that cannot write. */
export interface Store {
  readonly reads: Connection;
  readonly writes: Connection;
  close(): void;
}

/** Opens, and where it is new creates and fills, the database in a directory. Several processes may share it. */
export function openStore(directory: string, seed: (db: Connection) => void): Store {
  const file = privateFile(directory, 'sandbox.sqlite');
  const writes = new Connection(file, { readOnly: false });
  writes.script('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
  writes.transaction(() => migrate(writes, seed));
  const reads = new Connection(file, { readOnly: true });
  return {
    reads,
    writes,
    close() {
      reads.close();
      writes.close();
    },
  };
}

function migrate(db: Connection, seed: (db: Connection) => void): void {
  const version = Number(db.one('PRAGMA user_version')?.user_version ?? 0);
  for (const step of migrations.slice(version)) db.script(step);
  if (version === 0) seed(db);
  db.script(`PRAGMA user_version = ${migrations.length}`);
}
