import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compose } from '#compose.ts';
import { accountKey } from '#config/account.ts';
import { insertDomain, ownNameservers } from '#sandbox/domains.ts';
import { openSandbox } from '#sandbox/server.ts';
import { Connection } from '#sandbox/store.ts';
import { toolsets } from '../../tools/index.ts';
import { exited } from '../support/server-process.ts';
import { chaosConfig } from './config.ts';

const names = Array.from({ length: 60 }, (_, at) => `load-${at}.com`);

test('an act on many domains whose process is killed is gone on with by the same call, and no domain is touched twice', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'registrar-chaos-'));
  const sandbox = await openSandbox({ directory: join(directory, 'sandbox') });
  const stateDir = join(directory, 'state');
  const db = new Connection(join(directory, 'sandbox', 'sandbox.sqlite'), { readOnly: false });
  db.transaction(() => {
    for (const name of names)
      insertDomain(db, new Date(), { name, username: 'demo', years: 1, contacts: [], nameservers: ownNameservers });
  });
  db.close();
  onTestFinished(async () => {
    await sandbox.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const unlocked = () => sandbox.seen.filter(request => request.includes('/domain/unlock/'));

  /** Runs the agent until so many locks are off, or it has ended. */
  async function run(killAfter = Number.POSITIVE_INFINITY): Promise<string> {
    const args = ['test/chaos/unlocker.ts', sandbox.url.origin, stateDir, ...names];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: process.env });
    let said = '';
    child.stdout.on('data', chunk => {
      said += chunk;
    });
    const watch = setInterval(() => unlocked().length >= killAfter && child.kill('SIGKILL'), 1);
    await exited(child);
    clearInterval(watch);
    return said;
  }

  // Slow enough to be killed in the middle.
  sandbox.faults.add({ on: 'domain_unlock', when: 'before', how: 'delay', ms: 5, times: 1_000 });
  expect(await run(10)).toBe('');
  expect(await run(30)).toBe('');
  expect(await run()).toMatch(/^Unlocked \d+ domains\. \d+ domains were so before\./);

  const counted = new Map<string, number>();
  for (const request of unlocked()) counted.set(request, (counted.get(request) ?? 0) + 1);
  expect(counted.size).toBe(names.length);
  // What was on its way when its process was killed may be sent again by the next; there were two kills.
  expect(unlocked().length).toBeLessThanOrEqual(names.length + 2);

  const config = chaosConfig(sandbox.url, stateDir);
  const after = compose(config, toolsets);
  const ledger = await after.ledger();
  const acts = await ledger.acts({ account: accountKey(config), limit: 10 });
  expect(acts.map(({ outcome }) => outcome)).toEqual(['done', 'unknown', 'unknown']);
  expect(await ledger.underWay(accountKey(config))).toEqual([]);
  await after.close();
}, 60_000);
