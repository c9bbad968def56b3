import { examine } from '../doctor.ts';
import type { Serving } from './registrar-mcp.ts';

/** Says of each thing that the server stands on whether it holds, and what to do where it does not; ends with 1 where one does not. */
export async function run({ composed }: Serving): Promise<void> {
  try {
    const checks = await examine(composed.patient);
    for (const { name, ok, says, next } of checks) {
      process.stdout.write(`${ok ? 'ok' : 'NO'}  ${name.padEnd(16)} ${says}\n`);
      if (next !== undefined) process.stdout.write(`${' '.repeat(21)}${next}\n`);
    }
    if (checks.some(({ ok }) => !ok)) process.exitCode = 1;
  } finally {
    await composed.close();
  }
}
