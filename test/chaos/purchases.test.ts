import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { compose } from '#compose.ts';
import { accountKey } from '#config/account.ts';
import { verifyChain } from '#ledger/journal.ts';
import { usd } from '#model/money.ts';
import { openSandbox } from '#sandbox/server.ts';
import { toolsets } from '../../tools/index.ts';
import { openPostgresServer } from '../support/postgres.ts';
import { exited } from '../support/server-process.ts';
import { chanceFrom, chaosConfig, faultsOf } from './config.ts';

/** How many purchases are tried; by hand: `CHAOS_ORDERS=10000 npx vitest run test/chaos`. */
const orders = Number(process.env.CHAOS_ORDERS ?? 200);
const perProcess = 10;

const faults = faultsOf(120);

const Charge = z.object({ domain_name: z.string(), cents: z.int() });

test.each(['SQLite', 'PostgreSQL'])(
  `on %s: ${orders} purchases, faults at every point, processes killed at random: none twice, none untraced, none beyond the budget`,
  async store => {
    const postgres = store === 'PostgreSQL' ? await openPostgresServer() : undefined;
    const databaseUrl = await postgres?.database();
    const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
    const chance = chanceFrom(seed);
    const directory = mkdtempSync(join(tmpdir(), 'registrar-chaos-'));
    const sandbox = await openSandbox({ directory: join(directory, 'sandbox') });
    const stateDir = join(directory, 'state');
    const database = new DatabaseSync(join(directory, 'sandbox', 'sandbox.sqlite'), { timeout: 5_000 });
    database.exec("UPDATE accounts SET credit = 1000000000 WHERE username = 'demo'");

    const strike = setInterval(() => {
      if (sandbox.faults.waiting > 3) return;
      const fault = faults[Math.floor(chance() * faults.length)];
      const on = chance() < 0.8 ? (chance() < 0.5 ? 'order' : 'domain_create') : 'account_get';
      if (fault) sandbox.faults.add({ ...fault, on });
    }, 15);

    const env = { ...process.env, ...(databaseUrl !== undefined && { CHAOS_DATABASE_URL: databaseUrl }) };
    let minutes = 0;
    let killed = 0;
    const said: string[] = [];
    const buyers = async (first: number) => {
      const count = Math.min(perProcess, orders - first);
      const args = ['test/chaos/buyer.ts', sandbox.url.origin, stateDir, `${minutes}`, `${first}`, `${count}`];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
      child.stdout.on('data', chunk => said.push(...String(chunk).trim().split('\n')));
      const kill = chance() < 0.6 ? setTimeout(() => child.kill('SIGKILL'), 300 + chance() * 700) : undefined;
      await exited(child);
      clearTimeout(kill);
      if (child.signalCode !== null) killed += 1;
    };
    // Twice over all of it: the second pass tries what the first left.
    for (let pass = 0; pass < 2; pass += 1) {
      for (let first = 0; first < orders; first += 2 * perProcess) {
        await Promise.all([buyers(first), ...(first + perProcess < orders ? [buyers(first + perProcess)] : [])]);
        minutes += 1;
      }
    }
    clearInterval(strike);
    sandbox.faults.clear();

    minutes += 20;
    const config = chaosConfig(sandbox.url, stateDir, databaseUrl);
    const after = compose(config, toolsets, { now: () => new Date(Date.now() + minutes * 60_000) });
    await after.kernel.settleLeft();
    const ledger = await after.ledger();
    const charges = z
      .array(Charge)
      .parse(database.prepare("SELECT domain_name, cents FROM charges WHERE username = 'demo'").all());
    const names = charges.map(({ domain_name }) => domain_name);
    const acts = await ledger.acts({ account: accountKey(config), limit: 100_000 });
    const journaled = acts.filter(({ outcome, charged }) => outcome === 'done' && charged && charged.cents > 0);
    const total = charges.reduce((sum, { cents }) => sum + cents, 0);
    const { links, ...end } = await ledger.chain();
    const told = `${store}, seed ${seed}: ${names.length} bought, ${killed} killed, ${said.filter(line => line.endsWith('outcome_unknown')).length} unknown`;

    process.stderr.write(`${told}\n`);
    expect(names.length, told).toBe(new Set(names).size);
    expect(journaled.flatMap(act => act.names).sort(), told).toEqual([...names].sort());
    expect(total, told).toBeLessThanOrEqual(config.budget.perDay?.cents ?? 0);
    expect(
      journaled.reduce((sum, { charged }) => sum + (charged ?? usd(0)).cents, 0),
      told,
    ).toBe(total);
    expect(await ledger.openPurchases(accountKey(config)), told).toEqual([]);
    expect(verifyChain(links, end), told).toMatchObject({ entries: links.length });
    expect(killed, told).toBeGreaterThan(0);
    expect(names.length, told).toBeGreaterThan(orders / 4);

    await after.close();
    database.close();
    await sandbox.close();
    await postgres?.close();
    rmSync(directory, { recursive: true, force: true });
  },
  Math.max(120_000, orders * 400),
);
