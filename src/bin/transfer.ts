import { readFileSync, writeFileSync } from 'node:fs';
import { exportLedger, importLedger } from '../ledger/transfer.ts';
import { count } from '../model/text.ts';
import type { Serving } from './registrar-mcp.ts';

/** Moves a ledger to another place: `export FILE` from the one that is configured, `import FILE` into the one that is. */
export async function run({ composed }: Serving, [command, file]: readonly string[]): Promise<void> {
  try {
    if (file === undefined) throw new Error(`Name the file: registrar-mcp ${command} ledger.jsonl`);
    const database = await composed.database();
    if (command === 'export') {
      const lines = await exportLedger(database);
      // It has the hashes of tokens in it, and who did what.
      writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
      process.stdout.write(`Written to ${file}: ${count(lines.length - 1, 'row')}.\n`);
    } else {
      const entries = await importLedger(database, readFileSync(file, 'utf8').trimEnd().split('\n'));
      process.stdout.write(
        `Taken over from ${file}: a journal of ${count(entries, 'entry', 'entries')}, with budget and tokens. Previews and approvals of before have lapsed.\n`,
      );
    }
  } finally {
    await composed.close();
  }
}
