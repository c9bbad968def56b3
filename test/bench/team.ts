import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { listen } from '../../src/listen.ts';
import { call, confirmIn } from '../support/calls.ts';
import { openPostgresServer } from '../support/postgres.ts';
import { alternate, type Comparison, median } from './figures.ts';
import { load } from './load.ts';
import { printedUrl, residentMegabytes, start } from './processes.ts';
import type { Served } from './run.ts';

interface Surroundings {
  readonly ours: string;
  readonly bare: string;
  readonly directory: string;
  readonly sandbox: Served;
}

/** What a server for a team costs: with OAuth, in several replicas on PostgreSQL, under many calls and many idle clients. */
export async function teamFigures(around: Surroundings): Promise<Comparison[]> {
  const postgres = await openPostgresServer({ durable: true });
  try {
    const databaseUrl = await postgres.database();
    return [
      await withOauth(around),
      await onPostgres(around, databaseUrl),
      ...(await manyWrites(around, databaseUrl)),
      await idleClients(around),
    ];
  } finally {
    await postgres.close();
  }
}

/** An issuer with one key, and a token of its for our server. */
async function openIssuer(audience: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const key = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' };
  const server = createServer(({ url = '' }, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(url.endsWith('/keys') ? { keys: [key] } : { issuer, jwks_uri: `${issuer}/keys` }));
  });
  const { origin: issuer } = await listen(server, { host: '127.0.0.1', port: 0 });
  const token = await new SignJWT({ scope: 'registrar:read' })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('bench')
    .setExpirationTime('1h')
    .sign(privateKey);
  return { issuer, token, close: () => server.close() };
}

async function withOauth({ ours, sandbox: { env } }: Surroundings): Promise<Comparison> {
  const audience = 'http://127.0.0.1/mcp';
  const { issuer, token, close } = await openIssuer(audience);
  const oauth = { REGISTRAR_OAUTH_ISSUER: issuer, REGISTRAR_OAUTH_AUDIENCE: audience };
  const guarded = await printedUrl(start(ours, ['http', '--port', '0'], { ...env, ...oauth }));
  const open = await printedUrl(start(ours, ['http', '--port', '0'], env));
  const block = (url: URL, own?: string) => load(url, { connections: 50, calls: 1500, token: own });
  for (let at = 0; at < 2; at += 1) await Promise.all([block(guarded, token), block(open)]);
  const measured = await alternate(
    15,
    () => block(guarded, token),
    () => block(open),
  );
  close();
  return { name: 'domain_get over HTTP with OAuth, and without (1/s)', ...measured, bound: { least: 0.9 } };
}

/** A token of one's own, which every call asks the ledger for. */
async function tokenIn(ours: string, env: Record<string, string>): Promise<string> {
  const child = start(ours, ['token', 'create', '--name', 'bench', '--allow', 'read,write,destructive'], env);
  let text = '';
  child.stdout?.on('data', chunk => {
    text += chunk;
  });
  await once(child, 'exit');
  return text.trim();
}

async function onPostgres({ ours, directory, sandbox }: Surroundings, databaseUrl: string): Promise<Comparison> {
  const own = { ...sandbox.env, REGISTRAR_STATE_DIR: join(directory, 'team-sqlite') };
  const shared = { ...sandbox.env, REGISTRAR_DATABASE_URL: databaseUrl };
  const tokens = { own: await tokenIn(ours, own), shared: await tokenIn(ours, shared) };
  const single = await printedUrl(start(ours, ['http', '--port', '0'], own));
  const replicas = await Promise.all([0, 1, 2].map(() => printedUrl(start(ours, ['http', '--port', '0'], shared))));
  const block = (url: URL, token: string) => load(url, { connections: 50, calls: 1500, token });
  for (const url of replicas) await block(url, tokens.shared);
  await block(single, tokens.own);
  let turn = 0;
  const measured = await alternate(
    15,
    () => block(replicas[turn++ % replicas.length] ?? single, tokens.shared),
    () => block(single, tokens.own),
  );
  return { name: 'domain_get: a replica on PostgreSQL, one on SQLite (1/s)', ...measured, bound: { least: 1 } };
}

/** How long a confirmed change takes while 250 calls are in flight; on PostgreSQL, and on SQLite. */
async function manyWrites({ ours, directory, sandbox }: Surroundings, databaseUrl: string): Promise<Comparison[]> {
  const env = { ...sandbox.env, REGISTRAR_CONFIRM: 'agent' };
  const places = {
    ours: { ...env, REGISTRAR_DATABASE_URL: databaseUrl },
    bare: { ...env, REGISTRAR_STATE_DIR: join(directory, 'team-writes') },
  };
  const by = 'the-token-of-the-bench';
  const times = { ours: [] as number[], bare: [] as number[] };
  for (const place of ['ours', 'bare'] as const) {
    const http = { ...places[place], REGISTRAR_HTTP_TOKEN: by };
    const url = await printedUrl(start(ours, ['http', '--port', '0'], http));
    const names = Array.from({ length: 250 }, (_, at) => `load-${String(at).padStart(5, '0')}.com`);
    await Promise.all(
      names.map(async domain_name => {
        const change = { domain_name, nameservers: ['ns1', 'ns2'].map(host => `${host}.${place}.example.net`) };
        const confirm = confirmIn((await call(url, by, 'domain_update_nameservers', change)).text);
        const began = performance.now();
        const { text } = await call(url, by, 'domain_update_nameservers', { ...change, confirm });
        if (!text.includes('"done"')) throw new Error(`the change failed: ${text.slice(0, 300)}`);
        times[place].push(performance.now() - began);
      }),
    );
  }
  const worst = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;
  return [
    {
      name: 'confirmed change, 250 in flight, p50: PostgreSQL, SQLite (ms)',
      ours: [median(times.ours)],
      bare: [median(times.bare)],
    },
    {
      name: 'confirmed change, 250 in flight, p99: PostgreSQL, SQLite (ms)',
      ours: [worst(times.ours)],
      bare: [worst(times.bare)],
    },
  ];
}

/** What a client costs that has called once and keeps its connection. */
async function idleClients({ ours, bare, sandbox }: Surroundings): Promise<Comparison> {
  const clients = 1_000;
  const grown = async (script: string, args: readonly string[]) => {
    const child = start(script, args, sandbox.env);
    const url = await printedUrl(child);
    await load(url, { connections: 50, calls: 3_000 });
    const before = residentMegabytes(child.pid);
    const sockets: Socket[] = [];
    for (let at = 0; at < clients; at += 1) {
      const socket = connect(Number(url.port), url.hostname);
      sockets.push(socket);
      socket.write(`GET /healthz HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
      await once(socket, 'data');
    }
    const kilobytes = ((residentMegabytes(child.pid) - before) * 1024) / clients;
    for (const socket of sockets) socket.destroy();
    child.kill();
    return kilobytes;
  };
  return {
    name: 'memory per idle client (KB)',
    ...(await alternate(
      3,
      () => grown(ours, ['http', '--port', '0']),
      () => grown(bare, ['http', sandbox.url.origin]),
    )),
  };
}
