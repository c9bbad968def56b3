import { rmSync } from 'node:fs';
import { sandboxDirectory } from '../compose.ts';
import type { Config } from '../config.ts';
import { openSandbox } from '../sandbox/server.ts';
import { finish, untilTold } from './until-told.ts';

/** Serves the registrar in the box by itself, for any client of its API. */
export async function run(
  config: Config,
  { host, port, reset }: { host: string; port: number; reset: boolean },
): Promise<void> {
  const directory = sandboxDirectory(config);
  if (reset) rmSync(directory, { recursive: true, force: true });
  const sandbox = await openSandbox({ directory, host, port });
  process.stdout.write(`Sandbox registrar at ${sandbox.url.origin}
  Api-Username: ${sandbox.credentials.username}
  Api-Token:    ${sandbox.credentials.apiToken}
  try           curl -s -H 'Api-Username: ${sandbox.credentials.username}' -H 'Api-Token: ${sandbox.credentials.apiToken}' ${sandbox.url.origin}/api/domain/list
  data in       ${directory}
`);
  await untilTold();
  await finish(sandbox.close());
}
