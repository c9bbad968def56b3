import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { printedUrl, start } from '../bench/processes.ts';
import { Exchange } from './exchange.ts';
import { recordHttp } from './recording-http.ts';

const executable = resolve('dist/registrar-mcp.js');

export const transports = ['http', 'stdio'] as const;

export type Transport = (typeof transports)[number];

/** The built server as an agent finds it: an entry of `mcpServers`, its address if it has one, and what was said so far. */
export interface Offered {
  readonly entry: Readonly<Record<string, unknown>>;
  readonly url: URL | undefined;
  exchanges(): readonly Exchange[];
  close(): Promise<void>;
}

/** Offers the server on a sandbox; `directory` is one that is gone after the trial. */
export async function offer(
  transport: Transport,
  { directory, settings }: { directory: string; settings: Readonly<Record<string, string>> },
): Promise<Offered> {
  const env = { PATH: process.env.PATH ?? '', HOME: directory, ...settings };
  return transport === 'http' ? await overHttp(env) : overStdio(directory, env);
}

async function overHttp(env: Readonly<Record<string, string>>): Promise<Offered> {
  const server = start(executable, ['http', '--port', '0'], env);
  const recording = await recordHttp(await printedUrl(server));
  return {
    entry: { type: 'http', url: recording.url.href },
    url: recording.url,
    exchanges: () => recording.exchanges,
    async close() {
      await recording.close();
      server.kill();
      await once(server, 'exit');
    },
  };
}

function overStdio(directory: string, env: Readonly<Record<string, string>>): Offered {
  const file = join(directory, 'exchanges.jsonl');
  writeFileSync(file, '');
  const recorder = resolve(import.meta.dirname, 'recording-stdio.ts');
  return {
    entry: { command: process.execPath, args: [recorder, file, executable], env },
    url: undefined,
    exchanges: () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map(line => Exchange.parse(JSON.parse(line))),
    close: async () => undefined,
  };
}
