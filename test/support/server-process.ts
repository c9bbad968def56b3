import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';

/** The built executable, as users run it. */
export const executable = 'dist/registrar-mcp.js';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A state directory of its own, with an environment that has nothing else of ours. */
export function freshState(): { directory: string; env: Record<string, string>; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'registrar-run-'));
  const env = { PATH: process.env.PATH ?? '', HOME: directory, REGISTRAR_STATE_DIR: join(directory, 'state') };
  return { directory, env, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Runs the executable to its end. */
export async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const child = spawn(process.execPath, [executable, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await exited(child);
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Serves HTTP on a free port: the executable, or another program; with options of Node's own, with a channel to the process. */
export async function serveHttp(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  { program = executable, node = [] }: { program?: string; node?: readonly string[] } = {},
) {
  const child = spawn(process.execPath, [...node, program, 'http', '--port', '0', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe', node.length > 0 ? 'ipc' : 'ignore'],
  });
  const stderr = collect(child.stderr);
  const url = await new Promise<URL>((resolve, reject) => {
    child.stderr?.on('data', () => {
      const printed = /at\s+(http:\S+)/.exec(stderr())?.[1];
      if (printed !== undefined) resolve(new URL(printed));
    });
    child.once('exit', () => reject(new Error(stderr())));
  });
  return {
    url,
    child,
    stderr,
    async stop(): Promise<number | null> {
      child.kill('SIGTERM');
      return await exited(child);
    },
  };
}

/** The sandbox registrar by itself, in a process of its own; its data are in the state directory. */
export async function serveSandbox(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [executable, 'sandbox', '--port', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stdout = collect(child.stdout);
  const url = await new Promise<URL>((resolve, reject) => {
    child.stdout.on('data', () => {
      const printed = /Sandbox registrar at (\S+)/.exec(stdout())?.[1];
      if (printed !== undefined) resolve(new URL(printed));
    });
    child.once('exit', () => reject(new Error('the sandbox has ended')));
  });
  return {
    url,
    async stop(): Promise<void> {
      child.kill('SIGTERM');
      await exited(child);
    },
  };
}

export async function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return await new Promise(resolve => child.once('exit', resolve));
}

export function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.on('data', chunk => {
    text += chunk;
  });
  return () => text;
}

/** An HTTP server for all tests of a file, on a fresh sandbox; it must end cleanly. */
export function sharedServer(settings: Readonly<Record<string, string>> = {}, program = executable) {
  const state = freshState();
  const env = { ...state.env, ...settings };
  let serving: Awaited<ReturnType<typeof serveHttp>> | undefined;
  beforeAll(async () => {
    serving = await serveHttp(env, [], { program });
  });
  afterAll(async () => {
    expect(await serving?.stop()).toBe(0);
    state.remove();
  });
  return {
    env,
    get url(): URL {
      return serving?.url ?? expect.unreachable('the server has not started');
    },
  };
}
