import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Processes that the bench starts; all are ended with it. */
const started = new Set<ChildProcess>();

export function start(script: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

export function endAll(): void {
  for (const child of started) child.kill();
}

/** The first URL that a server prints on either stream. */
export async function printedUrl({ stdout, stderr }: ChildProcess): Promise<URL> {
  return await new Promise((resolve, reject) => {
    let text = '';
    for (const stream of [stdout, stderr]) {
      stream?.on('data', chunk => {
        text += chunk;
        const url = /http:\/\/\S+/.exec(text)?.[0];
        if (url !== undefined) resolve(new URL(url));
      });
      stream?.once('end', () => reject(new Error(`no URL was printed:\n${text}`)));
    }
  });
}

/** A 2025-era client over a process's standard streams, as thin as can be, so that the server is what is measured. */
export function stdioClient(child: ChildProcess) {
  const waiting = new Map<number, (message: Record<string, unknown>) => void>();
  let id = 0;
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', line => {
      const message = JSON.parse(line);
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    });
  }
  child.stderr?.resume();

  const client = {
    notify(method: string): void {
      child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`);
    },
    async request(method: string, params: object = {}): Promise<Record<string, unknown>> {
      id += 1;
      const sent = id;
      return await new Promise(resolve => {
        waiting.set(sent, resolve);
        child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id: sent, method, params })}\n`);
      });
    },
    async initialize(): Promise<void> {
      await client.request('initialize', {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'bench', version: '1.0.0' },
      });
      client.notify('notifications/initialized');
    },
    async callTool(name: string, args: object): Promise<void> {
      const answer = await client.request('tools/call', { name, arguments: args });
      if (!('result' in answer) || JSON.stringify(answer).includes('"isError":true'))
        throw new Error(`the call failed: ${JSON.stringify(answer).slice(0, 500)}`);
    },
  };
  return client;
}

/** What a process holds in memory, in megabytes. */
export function residentMegabytes(pid: number | undefined): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) / 1024;
}
