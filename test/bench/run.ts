import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { Pool } from 'undici';
import { openConfirmations } from '../../src/ledger/confirmations.ts';
import { openSqlite } from '../../src/ledger/sqlite.ts';
import { openLedger } from '../../src/ledger/store/ledger.ts';
import { timestamp } from '../../src/model/timestamp.ts';
import { insertDomain, ownNameservers } from '../../src/sandbox/domains.ts';
import { seed } from '../../src/sandbox/seed.ts';
import { openStore } from '../../src/sandbox/store.ts';
import { alternate, type Comparison, judge, median } from './figures.ts';
import { load } from './load.ts';
import { endAll, printedUrl, residentMegabytes, start, stdioClient } from './processes.ts';
import { teamFigures } from './team.ts';
import { zonePlans } from './zones.ts';

/**
 * `npm run bench`: what we cost over the bare SDK and over a bare call, as ratios measured in one run. Exits with 1 where
 * a ratio is missed by more than the noise that the run measures itself.
 */
const directory = mkdtempSync(join(tmpdir(), 'registrar-bench-'));
const ours = 'dist/registrar-mcp.js';
const bare = join(directory, 'bare', 'bare-server.js');
const many = 10_000;

async function buildBare(): Promise<void> {
  const bundle = await rolldown({
    input: 'test/bench/bare-server.ts',
    platform: 'node',
    external: [/^node:/],
    logLevel: 'warn',
  });
  await bundle.write({ dir: join(directory, 'bare'), format: 'esm' });
}

export interface Served {
  readonly url: URL;
  /** What our server needs to use it. */
  readonly env: Record<string, string>;
}

/** A sandbox of its own process, so that its work is nobody's overhead. */
async function startSandbox(name: string, domains: number): Promise<Served> {
  const state = join(directory, name);
  const store = openStore(join(state, 'sandbox'), db => seed(db, new Date()));
  store.writes.transaction(() => {
    for (let at = 0; at < domains; at += 1) {
      insertDomain(store.writes, new Date(), {
        name: `load-${String(at).padStart(5, '0')}.com`,
        username: 'demo',
        years: 1 + (at % 9),
        contacts: [],
        nameservers: ownNameservers,
      });
    }
  });
  store.close();
  const url = await printedUrl(start(ours, ['sandbox'], { REGISTRAR_STATE_DIR: state }));
  return {
    url,
    env: {
      REGISTRAR_URL: url.origin,
      REGISTRAR_USERNAME: 'demo',
      REGISTRAR_API_TOKEN: 'demo-token',
      REGISTRAR_RATE_PER_SECOND: '0',
      REGISTRAR_RATE_PER_HOUR: '0',
      REGISTRAR_STATE_DIR: join(directory, 'state'),
    },
  };
}

async function coldStart(): Promise<Comparison> {
  const once = async (script: string) => {
    const began = performance.now();
    const child = start(script, [], { REGISTRAR_STATE_DIR: join(directory, 'state') });
    const client = stdioClient(child);
    await client.initialize();
    await client.request('tools/list');
    const took = performance.now() - began;
    child.kill();
    return took;
  };
  for (const script of [ours, bare]) await once(script);
  return {
    name: 'cold start to an answered tools/list (ms)',
    ...(await alternate(
      25,
      () => once(ours),
      () => once(bare),
    )),
    bound: { most: 1.25 },
  };
}

async function stdioCall({ url, env }: Served): Promise<Comparison> {
  const clients = {
    ours: stdioClient(start(ours, [], env)),
    bare: stdioClient(start(bare, ['stdio', url.origin], {})),
  };
  const block = async (client: ReturnType<typeof stdioClient>) => {
    const times: number[] = [];
    for (let at = 0; at < 100; at += 1) {
      const began = performance.now();
      await client.callTool('domain_get', { domain_name: 'harbor-bakery.com' });
      times.push(performance.now() - began);
    }
    return median(times);
  };
  for (const client of Object.values(clients)) {
    await client.initialize();
    for (let at = 0; at < 5; at += 1) await block(client);
  }
  return {
    name: 'domain_get over stdio, median (ms)',
    ...(await alternate(
      15,
      () => block(clients.ours),
      () => block(clients.bare),
    )),
    bound: { most: 1.25 },
  };
}

async function httpThroughput({ url: sandbox, env }: Served): Promise<Comparison> {
  const urls = {
    ours: await printedUrl(start(ours, ['http', '--port', '0'], env)),
    bare: await printedUrl(start(bare, ['http', sandbox.origin], {})),
  };
  const block = (url: URL) => load(url, { connections: 50, calls: 1500 });
  for (const url of Object.values(urls)) await block(url);
  return {
    name: 'domain_get over HTTP, 50 connections (1/s)',
    ...(await alternate(
      15,
      () => block(urls.ours),
      () => block(urls.bare),
    )),
    bound: { least: 0.85 },
  };
}

/** How long the first page of a large account takes, and whether memory stays flat over a thousand of them. */
async function listOfMany({ url, env }: Served): Promise<Comparison[]> {
  const child = start(ours, [], env);
  const client = stdioClient(child);
  const pool = new Pool(url.origin);
  await client.initialize();
  const listed = async () => {
    const began = performance.now();
    await client.callTool('domain_list', {});
    return performance.now() - began;
  };
  const plain = async () => {
    const began = performance.now();
    const { body } = await pool.request({
      method: 'GET',
      path: '/api/domain/list',
      headers: { 'Api-Username': 'demo', 'Api-Token': 'demo-token' },
    });
    JSON.parse(await body.text());
    return performance.now() - began;
  };
  for (let at = 0; at < 10; at += 1) await Promise.all([listed(), plain()]);
  const time: Comparison = {
    name: `domain_list, first page of ${many} (ms)`,
    ...(await alternate(25, listed, plain)),
    bound: { most: 2 },
  };
  for (let at = 0; at < 100; at += 1) await listed();
  const before = residentMegabytes(child.pid);
  for (let at = 0; at < 1000; at += 1) await listed();
  const after = residentMegabytes(child.pid);
  await pool.close();
  const memory: Comparison = {
    name: `memory after 1,000 such lists (MB)`,
    ours: [after],
    bare: [before],
    bound: { most: 1.25 },
  };
  return [time, memory];
}

/** What a gated call costs besides the registrar's requests: confirmation, journal and reservation, written to disk. */
async function gateAndLedger(): Promise<Comparison> {
  const ledger = await openLedger(openSqlite(join(directory, 'gate')));
  const now = () => new Date();
  const confirmations = openConfirmations(ledger.key, now);
  const binding = { tool: 'domain_unlock', args: '{"domain_name":"harbor-bakery.com"}', caller: 'bench', account: 'a' };
  const request = {
    account: 'a',
    caller: 'bench',
    tool: binding.tool,
    word: 'destructive' as const,
    names: [],
    args: {},
  };
  const ours: number[] = [];
  for (let at = 0; at < 300; at += 1) {
    const began = performance.now();
    const { value } = confirmations.issue(binding, 'agent', 'plan');
    const admitted = confirmations.admit(value, binding, 'agent');
    if (typeof admitted === 'string') throw new Error(admitted);
    await ledger.usedBy(admitted.nonce);
    const nonce = { value: admitted.nonce, expires: timestamp(admitted.expires) };
    const begun = { ...request, at: timestamp(now()), confirmed: 'by the agent', before: ['locked'] };
    const admission = await ledger.begin({ begun, nonce });
    if (!('entry' in admission)) throw new Error(admission.refused);
    await ledger.end(admission.entry, { at: timestamp(now()), outcome: 'done', after: [] });
    ours.push(performance.now() - began);
  }
  await ledger.close();
  return { name: 'gate and ledger of an act, of the 2 ms allowed', ours, bare: [2], bound: { most: 1 } };
}

function boundOf({ bound }: Comparison): string {
  if (!bound) return '';
  return 'most' in bound ? `≤ ${bound.most}` : `≥ ${bound.least}`;
}

function line(cells: readonly string[]): void {
  process.stdout.write(`${cells.map((cell, at) => (at === 0 ? cell.padEnd(62) : cell.padStart(10))).join('')}\n`);
}

/** The parts to run, by name on the command line; all of them where none is named. */
const wanted = process.argv.slice(2);
const parts: Record<string, () => Promise<Comparison[]>> = {
  gate: async () => [await gateAndLedger()],
  zones: async () => zonePlans(),
  start: async () => [await coldStart()],
  stdio: async () => [await stdioCall(await startSandbox('stdio', 0))],
  http: async () => [await httpThroughput(await startSandbox('http', 0))],
  list: async () => await listOfMany(await startSandbox('list', many)),
  team: async () => await teamFigures({ ours, bare, directory, sandbox: await startSandbox('team', 250) }),
};

let missed = 0;
try {
  await buildBare();
  line(['', 'ours', 'bare', 'ratio', 'bound', 'noise', '']);
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const comparison of await measure()) {
      const { ratio, noise, met } = judge(comparison);
      const bound = boundOf(comparison);
      const figures = [median(comparison.ours).toFixed(2), median(comparison.bare).toFixed(2), ratio.toFixed(2), bound];
      line([comparison.name, ...figures, `±${(noise * 100).toFixed(0)} %`, bound === '' ? '' : met ? 'met' : 'MISSED']);
      if (!met) missed += 1;
    }
  }
} finally {
  endAll();
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = missed > 0 ? 1 : 0;
