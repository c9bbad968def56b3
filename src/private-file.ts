import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A file that only its owner may read, in a directory that only its owner may enter; both are made where they are
 * missing, and closed where they stood open. What SQLite puts beside a database has the database's own mode.
 */
export function privateFile(directory: string, name: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const file = join(directory, name);
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  return file;
}
