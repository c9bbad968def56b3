import { serveStdio } from '../server/stdio.ts';
import type { Serving } from './registrar-mcp.ts';
import { finish, untilTold } from './until-told.ts';

/** Serves one client until it goes or the process is told to end; calls that run finish first. */
export async function run({ composed, factory }: Serving): Promise<void> {
  const { ended, close } = serveStdio(factory, process.stdin, error =>
    composed.log('warn', { error: error.message }, 'stdio'),
  );
  await Promise.race([ended, untilTold()]);
  await finish(composed.close().finally(close));
}
