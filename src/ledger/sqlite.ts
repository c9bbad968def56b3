import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { privateFile } from '../private-file.ts';
import type { ConfirmationStore } from './confirmations.ts';

/** Steps of the ledger's schema; a later version appends. */
const migrations = [
  `CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
   CREATE TABLE redeemed (nonce TEXT PRIMARY KEY, expires INTEGER NOT NULL) STRICT;`,
];

/**
 * Opens the ledger in a state directory (0700, its files 0600). Processes that share the directory share the ledger:
 * what one has redeemed, no other redeems again. Throws where the directory cannot be written.
 */
export function openLedger(directory: string, now: () => Date): ConfirmationStore & { close(): void } {
  const database = new DatabaseSync(privateFile(directory, 'ledger.sqlite'), { timeout: 10_000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  migrate(database);
  const forget = database.prepare('DELETE FROM redeemed WHERE expires < ?');
  const redeem = database.prepare('INSERT INTO redeemed (nonce, expires) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const used = database.prepare('SELECT 1 FROM redeemed WHERE nonce = ?');
  const key = sealingKey(database);

  return {
    key: () => key,
    used: nonce => used.get(nonce) !== undefined,
    redeem(nonce, expires) {
      forget.run(now().getTime() - 86_400_000);
      return redeem.run(nonce, expires.getTime()).changes === 1;
    },
    close: () => database.close(),
  };
}

/** The first process makes the key; all read back the one that was kept. */
function sealingKey(database: DatabaseSync): Buffer {
  database
    .prepare("INSERT INTO secrets (name, value) VALUES ('confirm', ?) ON CONFLICT DO NOTHING")
    .run(randomBytes(32));
  const kept = database.prepare("SELECT value FROM secrets WHERE name = 'confirm'").get()?.value;
  if (!(kept instanceof Uint8Array)) throw new Error('the ledger has no sealing key');
  return Buffer.from(kept);
}

function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  for (const step of migrations.slice(version)) database.exec(step);
  database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
}
