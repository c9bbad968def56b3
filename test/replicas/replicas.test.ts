import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { compose } from '#compose.ts';
import { unlikeJournal } from '#ledger/budget.ts';
import { verifyChain } from '#ledger/journal.ts';
import { toolsets } from '../../tools/index.ts';
import { chaosConfig } from '../chaos/config.ts';
import { openBalancer } from '../support/balancer.ts';
import { call, confirmIn } from '../support/calls.ts';
import { openPostgresServer } from '../support/postgres.ts';
import { collect, exited, freshState, serveHttp, serveSandbox } from '../support/server-process.ts';

const perSecond = 20;
const purchases = Number(process.env.REPLICA_ORDERS ?? 24);
const agents = 8;
const token = 'a-token-for-everybody';

/** The registrar's door: what goes through it is counted. */
async function openDoor(to: URL) {
  const child = spawn(process.execPath, ['test/replicas/door.ts', to.origin], { stdio: ['ignore', 'pipe', 'ignore'] });
  const stdout = collect(child.stdout);
  await once(child.stdout, 'data');
  return {
    url: new URL(stdout().trim()),
    /** When each request came until now, in milliseconds. */
    async came(): Promise<number[]> {
      child.kill('SIGUSR2');
      const [, line = '[]'] = await expect
        .poll(() => stdout().split('\n'), { timeout: 10_000 })
        .toHaveLength(3)
        .then(() => stdout().split('\n'));
      return z.array(z.number()).parse(JSON.parse(line));
    },
    async close(): Promise<void> {
      child.kill('SIGTERM');
      await exited(child);
    },
  };
}

/** The most that came within any second. */
function densest(came: readonly number[]): number {
  let from = 0;
  return came.reduce((most, at, index) => {
    while ((came[from] ?? at) <= at - 1000) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}

const Charge = z.object({ domain_name: z.string(), cents: z.int() });

test('three replicas behind a balancer, one killed and the database started anew in the middle: nothing twice, nothing lost, no faster than the limit', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'registrar-replicas-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const sandbox = await serveSandbox({ PATH: process.env.PATH ?? '', REGISTRAR_STATE_DIR: directory });
  onTestFinished(() => sandbox.stop());
  const account = new DatabaseSync(join(directory, 'sandbox', 'sandbox.sqlite'), { timeout: 5_000 });
  onTestFinished(() => account.close());
  account.exec("UPDATE accounts SET credit = 1000000000 WHERE username = 'demo'");
  const door = await openDoor(sandbox.url);
  onTestFinished(() => door.close());
  const postgres = await openPostgresServer();
  onTestFinished(() => postgres.close());
  const databaseUrl = await postgres.database();
  const start = async (port = '0') => {
    const state = freshState();
    onTestFinished(() => state.remove());
    const replica = await serveHttp(
      {
        ...state.env,
        REGISTRAR_URL: door.url.origin,
        REGISTRAR_USERNAME: 'demo',
        REGISTRAR_API_TOKEN: 'demo-token',
        REGISTRAR_DATABASE_URL: databaseUrl,
        REGISTRAR_HTTP_TOKEN: token,
        REGISTRAR_CONFIRM: 'agent',
        REGISTRAR_RATE_PER_SECOND: `${perSecond}`,
        REGISTRAR_RATE_PER_HOUR: '0',
        REGISTRAR_SPEND_LIMIT: 'unlimited',
        REGISTRAR_ORDER_LIMIT: 'unlimited',
      },
      ['--port', port],
    );
    onTestFinished(async () => void (await replica.stop()));
    return replica;
  };
  const replicas = await Promise.all([start(), start(), start()]);
  const balancer = await openBalancer(replicas.map(({ url }) => url));
  onTestFinished(() => balancer.close());

  const ends: string[] = [];
  /** One call, whatever comes of it: an answer, a refusal of ours, or the balancer's word that a replica is gone. */
  const told = async (name: string, args: Record<string, unknown>) => {
    const { status, text } = await call(balancer.url, token, name, args);
    const refused = text.includes('"isError":true') ? /\((\w+)\)"\}/.exec(text)?.[1] : undefined;
    const code = refused ?? (status === 200 ? 'ok' : `http ${status}`);
    ends.push(code);
    return { text, ok: code === 'ok' };
  };
  let next = 0;
  let bought = 0;
  /** An agent that buys name after name; another tries for the same one, and what fails is tried again, as agents do. */
  const agent = async () => {
    while (next < purchases * 2) {
      const domain_name = `replica-${Math.floor(next++ / 2)}.com`;
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const confirm = confirmIn((await told('domain_create', { domain_name })).text);
        if (confirm === undefined) continue;
        const done = (await told('domain_create', { domain_name, confirm })).ok;
        if (done) bought += 1;
        if (done || (await told('domain_create', { domain_name, confirm })).ok) break;
      }
    }
  };
  const all = Promise.all(Array.from({ length: agents }, agent));
  await expect.poll(() => bought, { timeout: 120_000 }).toBeGreaterThan(purchases / 4);
  const [first] = replicas;
  first?.child.kill('SIGKILL');
  if (first) await exited(first.child);
  await expect.poll(() => bought, { timeout: 120_000 }).toBeGreaterThan(purchases / 2);
  await postgres.end('SIGQUIT');
  await postgres.start();
  const again = await start(first?.url.port);
  await all;
  const most = densest(await door.came());

  const config = chaosConfig(door.url, join(directory, 'after'), databaseUrl);
  const after = compose(config, toolsets, { now: () => new Date(Date.now() + 20 * 60_000) });
  onTestFinished(() => after.close());
  await after.kernel.settleLeft();
  const ledger = await after.ledger();
  const key = after.accounts[0]?.key ?? '';
  const charges = z
    .array(Charge)
    .parse(account.prepare("SELECT domain_name, cents FROM charges WHERE username = 'demo'").all());
  const names = charges.map(({ domain_name }) => domain_name);
  const acts = await ledger.acts({ account: key, limit: 100_000 });
  const done = acts.filter(({ outcome, charged }) => outcome === 'done' && charged && charged.cents > 0);
  const { links, ...end } = await ledger.chain();
  const counts = Object.fromEntries([...new Set(ends)].map(end => [end, ends.filter(each => each === end).length]));
  const summary = `${names.length} bought, at most ${most} requests in a second, ${JSON.stringify(counts)}`;
  process.stderr.write(`${summary}\n`);

  expect(names.length, summary).toBe(new Set(names).size);
  expect(done.flatMap(act => act.names).sort(), summary).toEqual([...names].sort());
  expect(names.length, summary).toBeGreaterThan(purchases / 2);
  expect(await ledger.openPurchases(key), summary).toEqual([]);
  expect(verifyChain(links, end), summary).toMatchObject({ entries: links.length });
  expect(unlikeJournal(acts, await ledger.purchasesSince(key, '')), summary).toEqual([]);
  expect(most, summary).toBeLessThanOrEqual(perSecond);
  expect(
    Object.keys(counts).filter(end => !clean.has(end)),
    summary,
  ).toEqual([]);

  for (const replica of [again, ...replicas.slice(1)]) expect(await replica.stop()).toBe(0);
}, 200_000);

/** Ends that say what was done and what to do; the balancer's own words stand for a replica that is gone. */
const clean = new Set([
  'ok',
  'http 502',
  'http 504',
  'confirm_used',
  'confirm_changed',
  'domain_unavailable',
  'in_progress',
  'conflict',
  'outcome_unknown',
  'journal_unwritable',
  'registrar_busy',
  'registrar_unreachable',
]);
