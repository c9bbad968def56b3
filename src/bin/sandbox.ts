import { rmSync } from 'node:fs';
import { sandboxDirectory } from '../compose.ts';
import type { Config } from '../config/config.ts';
import { openSandbox, type Sandbox } from '../sandbox/server.ts';
import { finish, untilTold } from './until-told.ts';

/** The command that asks a sandbox's nameserver. */
function dig({ address, port }: Sandbox['dns']): string {
  return `dig @${address} -p ${port}`;
}

/** Serves the registrar in the box by itself, for any client of its API. */
export async function run(
  config: Config,
  { host, port, dnsPort, reset }: { host: string; port: number; dnsPort: number; reset: boolean },
): Promise<void> {
  const directory = sandboxDirectory(config);
  if (reset) rmSync(directory, { recursive: true, force: true });
  const sandbox = await openSandbox({ directory, host, port, dnsPort });
  process.stdout.write(`Sandbox registrar at ${sandbox.url.origin}
  Api-Username: ${sandbox.credentials.username}
  Api-Token:    ${sandbox.credentials.apiToken}
  try           curl -s -H 'Api-Username: ${sandbox.credentials.username}' -H 'Api-Token: ${sandbox.credentials.apiToken}' ${sandbox.url.origin}/api/domain/list
  zones by DNS  ${dig(sandbox.dns)} harbor-bakery.com
  data in       ${directory}
`);
  await untilTold();
  await finish(sandbox.close());
}
