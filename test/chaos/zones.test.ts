import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { compose } from '#compose.ts';
import { accountKey } from '#config/account.ts';
import { describeRecord, type ZoneRecord } from '#model/record.ts';
import { openSandbox } from '#sandbox/server.ts';
import { recordsOf } from '#tool/zone-state.ts';
import { editable, identity, sameZone } from '#zone/zone.ts';
import { toolsets } from '../../tools/index.ts';
import { exited } from '../support/server-process.ts';
import { chanceFrom, chaosConfig, faultsOf } from './config.ts';

/** How many changes of zones are tried; by hand: `CHAOS_APPLIES=5000 npx vitest run test/chaos`. */
const applies = Number(process.env.CHAOS_APPLIES ?? 500);
const perProcess = 40;

const faults = faultsOf(60);

test(
  `${applies} changes of zones, faults at every step, processes killed at random: nothing is lost that no plan named, and all can be gone on with or taken back`,
  async () => {
    const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
    const chance = chanceFrom(seed);
    const directory = mkdtempSync(join(tmpdir(), 'registrar-chaos-'));
    const sandbox = await openSandbox({ directory: join(directory, 'sandbox') });
    const stateDir = join(directory, 'state');
    const config = chaosConfig(sandbox.url, stateDir);
    const domain_name = 'harbor-bakery.com';

    const strike = setInterval(() => {
      if (sandbox.faults.waiting > 1) return;
      const fault = faults[Math.floor(chance() * faults.length)];
      const on = chance() < 0.15 ? 'dns_list' : chance() < 0.5 ? 'dns_create' : 'dns_delete';
      if (fault) sandbox.faults.add({ ...fault, on, spare: Math.floor(chance() * 6) });
    }, 25);

    let killed = 0;
    const said: string[] = [];
    const begun = () => {
      if (!existsSync(join(stateDir, 'ledger.sqlite'))) return 0;
      const database = new DatabaseSync(join(stateDir, 'ledger.sqlite'), { readOnly: true, timeout: 5_000 });
      const row = database.prepare("SELECT count(*) AS acts FROM journal WHERE kind = 'begun'").get();
      database.close();
      return Number(row?.acts);
    };
    for (let first = 0; begun() < applies; first += perProcess) {
      const args = ['test/chaos/applier.ts', sandbox.url.origin, stateDir, `${seed + first}`, `${perProcess}`];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: process.env });
      child.stdout.on('data', chunk => said.push(...String(chunk).trim().split('\n')));
      const kill = chance() < 0.8 ? setTimeout(() => child.kill('SIGKILL'), 400 + chance() * 2000) : undefined;
      await exited(child);
      clearTimeout(kill);
      if (child.signalCode !== null) killed += 1;
    }
    clearInterval(strike);
    sandbox.faults.clear();

    const after = compose(config, toolsets);
    await after.kernel.settleLeft();
    const caller = { id: 'chaos', signal: new AbortController().signal };
    const call = async (tool: string, args: Record<string, unknown>) => await after.kernel.call(tool, args, caller);
    const zone = async (): Promise<ZoneRecord[]> => {
      const { structured } = await call('dns_export', { domain_name, format: 'json', limit: 500 });
      return Records.parse(JSON.parse(String(structured?.file)));
    };
    const ledger = await after.ledger();
    const acts = (await ledger.acts({ account: accountKey(config), limit: 100_000 })).toReversed();
    const told = `seed ${seed}: ${acts.length} begun, ${killed} killed, ${acts.filter(({ outcome }) => outcome === 'unknown').length} cut short, ${said.filter(line => line.startsWith('resumed')).length} gone on with, ${said.filter(line => line.startsWith('undone')).length} taken back`;
    process.stderr.write(`${told}\n`);

    // Each act left alone what its plan did not name: what was there before it, and was to stay, is there after it.
    for (const { entry, before = [], target = [], after: left, outcome } of acts) {
      if (!left) continue;
      const wanted = new Set(target);
      const stays = before.filter(fact => wanted.has(fact));
      const there = new Set(left);
      expect(
        stays.filter(fact => !there.has(fact)),
        `${told}: entry ${entry}, ${outcome}`,
      ).toEqual([]);
      const known = new Set([...before, ...target]);
      expect(
        left.filter(fact => !known.has(fact)),
        `${told}: entry ${entry}, ${outcome}`,
      ).toEqual([]);
      if (outcome === 'done') expect([...left].sort(), `${told}: entry ${entry}`).toEqual([...target].sort());
    }
    // What one act left is what the next one found: between them nothing came or went.
    for (const [at, { entry, before = [] }] of acts.entries()) {
      const last = acts[at - 1];
      const found = last?.after ?? (last?.outcome === 'failed' ? last.before : undefined);
      if (found) expect([...before].sort(), `${told}: before entry ${entry}`).toEqual([...found].sort());
    }
    const settled = acts.filter(({ outcome }) => outcome !== 'unfinished');
    expect(settled, told).toHaveLength(acts.length);
    expect(await ledger.underWay(accountKey(config)), told).toEqual([]);
    expect(killed, told).toBeGreaterThan(0);
    expect(acts.filter(({ outcome }) => outcome === 'done').length, told).toBeGreaterThan(applies / 5);
    expect(
      said.filter(line => /^(?:resumed|undone) (?!ok)/.test(line)),
      told,
    ).toEqual([]);

    // The last act that was cut short can still be taken back, and so can that.
    const now = await zone();
    const cut = acts.findLast(({ outcome }) => outcome === 'unknown');
    if (cut && acts.at(-1) === cut) {
      const preview = await call('undo', { entry: cut.entry });
      // Cut short before its first step, it has left nothing to take back.
      if (preview.fault) expect(preview.fault, told).toMatchObject({ code: 'conflict' });
      else {
        const { fault } = await call('undo', { entry: cut.entry, confirm: preview.structured?.confirm });
        expect(fault, told).toBeUndefined();
      }
      expect(sameZone(await zone(), recordsOf(cut.before ?? [])), told).toBe(true);
    } else {
      // What came of the last act may not have been read: a fault can strike that reading too.
      const last = acts.at(-1);
      const left = last?.after ?? (last?.outcome === 'failed' ? last.before : last?.target);
      expect(editable(now).map(identity).sort(), `${told}: ${last?.tool} ${last?.outcome}`).toEqual(
        recordsOf(left ?? [])
          .map(identity)
          .sort(),
      );
    }
    expect(now.map(describeRecord).length, told).toBe(new Set(now.map(identity)).size);

    await after.close();
    await sandbox.close();
    rmSync(directory, { recursive: true, force: true });
  },
  Math.max(240_000, applies * 400),
);

const Records = z.array(
  z.object({ host: z.string(), type: z.string(), content: z.string(), ttl: z.int(), priority: z.int().optional() }),
);
