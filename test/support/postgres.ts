import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { exited } from './server-process.ts';

/** PostgreSQL refuses to run as root: then it runs as the user that Debian made for it. */
const as = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};

function idOf(kind: '-u' | '-g'): number {
  return Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));
}

/** Where Debian puts the programs of the newest version, which are not on the path. */
function program(name: string): string {
  const home = '/usr/lib/postgresql';
  const versions = existsSync(home) ? readdirSync(home).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map(version => join(home, version, 'bin', name)).find(existsSync);
  return found ?? name;
}

/** A PostgreSQL of its own on loopback, as a test wants it: it can be killed and started again. */
export async function openPostgresServer({ durable = false } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'registrar-postgres-'));
  if (as.uid !== undefined) chownSync(directory, as.uid, as.gid);
  const data = join(directory, 'data');
  execFileSync(program('initdb'), ['-D', data, '-A', 'trust', '-U', 'test', '--no-sync', '--locale=C.UTF-8'], {
    ...as,
    cwd: directory,
    stdio: 'ignore',
  });
  const port = await freePort();
  let child = start();
  let made = 0;

  function start(): ChildProcess {
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: durable ? 'on' : 'off',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return spawn(program('postgres'), ['-D', data, ...args], { ...as, cwd: directory, stdio: 'ignore' });
  }

  function urlOf(database: string): string {
    return `postgresql://test@127.0.0.1:${port}/${database}`;
  }

  async function told(database: string, sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: urlOf(database) });
    await client.connect();
    return (await client.query(sql).finally(() => client.end())).rows;
  }

  async function ready(): Promise<void> {
    while (!(await told('postgres', 'SELECT 1').catch(() => undefined))) {
      if (child.exitCode !== null) throw new Error('PostgreSQL has ended');
      await delay(20);
    }
  }
  await ready();

  async function end(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal);
    await exited(child);
  }

  return {
    /** An empty database. */
    async database(): Promise<string> {
      made += 1;
      await told('postgres', `CREATE DATABASE test_${made}`);
      return urlOf(`test_${made}`);
    },
    /** Runs a statement as somebody else would. */
    query: async (url: string, sql: string) => await told(new URL(url).pathname.slice(1), sql),
    /** Ends it as `signal` does (SIGINT: at once, with a word to its clients; SIGQUIT: as in a crash). */
    end,
    async start(): Promise<void> {
      child = start();
      await ready();
    },
    async close(): Promise<void> {
      await end('SIGINT');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export type PostgresServer = Awaited<ReturnType<typeof openPostgresServer>>;
