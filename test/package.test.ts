import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '#listen.ts';
import about from '../package.json' with { type: 'json' };
import { toolsets } from '../tools/index.ts';
import { call, request } from './support/calls.ts';
import { openProvider } from './support/provider.ts';
import { executable, freshState, serveHttp } from './support/server-process.ts';

/** What npm publishes, installed in an empty folder as users install it: with nothing but its dependencies. */
const state = freshState();
const home = state.directory;
const tarball = join(home, `${about.name}-${about.version}.tgz`);
const installed = join(home, 'node_modules', about.name);
const program = join(installed, about.bin['registrar-mcp']);

const execute = promisify(execFile);
const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
const npm = (cwd: string, ...args: string[]) => execute('npm', args, { cwd, env: { ...process.env, PATH } });
/** Only what is installed: at the registry the name may be somebody else's. */
const alone = { ...state.env, PATH, npm_config_offline: 'true', npm_config_yes: 'false' };
const npx = async (...args: string[]) =>
  (await execute('npx', ['registrar-mcp', ...args], { cwd: home, env: alone })).stdout;

beforeAll(async () => {
  // Without scripts: what prepack would build anew is what other tests are running.
  await npm('.', 'pack', '--ignore-scripts', '--pack-destination', home);
  await npm(home, 'install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', tarball);
});
afterAll(() => state.remove());

test('what is built can be run by its name', () => {
  expect(statSync(executable).mode & 0o111).toBe(0o111);
});

test('it has what runs and what is read, and publint finds nothing in it', async () => {
  expect(readdirSync(installed).sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json']);
  expect(readdirSync(join(installed, 'dist'))).toContain('THIRD-PARTY-NOTICES.txt');
  // are-the-types-wrong has nothing to look at: there are no types, and nothing to import but package.json. (Its attw 0.18.5
  // says "does not contain types" of the tarball, and passes whatever is in it.)
  expect(about.exports).toEqual({ './package.json': './package.json' });
  const { buffer, byteOffset, byteLength } = readFileSync(tarball);
  const data = buffer.slice(byteOffset, byteOffset + byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: data }, strict: true });
  expect(messages.map(message => formatMessage(message, pkg))).toEqual([]);
});

test('npx runs it', async () => {
  expect(await npx('--version')).toBe(`${about.version}\n`);
  const listed = (await npx('tools')).trim().split('\n');
  expect(listed.map(line => line.split(' ')[0])).toEqual(toolsets.flatMap(({ tools }) => tools.map(tool => tool.name)));
  expect(await npx('call', 'hello')).toContain('The registrar answers.');
});

test('somebody who has just installed it takes the tour, and adds it to a client', async () => {
  const began = performance.now();
  expect(await npx('tour')).toMatch(/Registered fresh-loaf\.com[\s\S]*What next/);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(await npx('install', 'cursor')).toContain('Added to Cursor');
  expect(JSON.parse(readFileSync(join(home, '.cursor/mcp.json'), 'utf8'))).toHaveProperty('mcpServers.registrar');
});

test('each of its parts loads, with only its dependencies beside it', async () => {
  const built = readdirSync(dirname(program)).filter(name => name.endsWith('.js'));
  const parts = built.map(name => pathToFileURL(join(dirname(program), name)).href);
  expect(parts.length).toBeGreaterThan(20);
  const load = `await Promise.all(${JSON.stringify(parts)}.map(part => import(part)));`;
  // Who loads a part may load the program, which then says its version.
  const args = ['--input-type=module', '--eval', load, 'registrar-mcp', '--version'];
  const { stdout } = await execute(process.execPath, args, { cwd: home, env: state.env });
  expect(stdout).toBe(`${about.version}\n`);
});

test('it serves figures and the approval page, writes log lines, and sends traces', async () => {
  const sent: (string | undefined)[] = [];
  const collector = createServer((incoming, response) => {
    sent.push(incoming.url);
    incoming.resume().on('end', () => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'));
  });
  const { origin } = await listen(collector, { host: '127.0.0.1', port: 0 });
  const env = { ...state.env, OTEL_EXPORTER_OTLP_ENDPOINT: origin, REGISTRAR_LOG_LEVEL: 'debug' };
  const server = await serveHttp(env, [], { program });
  expect((await call(server.url, undefined, 'hello')).text).toContain('The registrar answers.');
  const page = async (path: string) => await (await fetch(new URL(path, server.url))).text();
  expect(await page('/metrics')).toMatch(/^registrar_mcp_\w+\{.*tool="hello"/m);
  expect(await page('/approvals')).toContain('<html');
  expect(await page('/')).toContain('Credit');
  expect(await page('/assets/portfolio.js')).toContain('Portfolio');
  expect(await server.stop()).toBe(0);
  expect(server.stderr()).toMatch(/^\{"level":/m);
  expect(sent).toContain('/v1/traces');
  collector.close();
});

test('it has the views that hosts draw', async () => {
  const server = await serveHttp(state.env, [], { program });
  for (const view of ['plan', 'portfolio', 'zone']) {
    const uri = `ui://registrar-mcp/${view}`;
    const { text } = await request(server.url, undefined, 'resources/read', { uri });
    expect(text).toContain('text/html;profile=mcp-app');
    expect(text).toContain('<main id=\\"view\\">');
  }
  expect(await server.stop()).toBe(0);
});

test('it sends people to their issuer to sign in', async () => {
  const provider = await openProvider([
    { client_id: 'pages', redirect_uris: ['http://127.0.0.1/approvals/signed-in'] },
  ]);
  const env = {
    ...state.env,
    REGISTRAR_OAUTH_ISSUER: provider.issuer,
    REGISTRAR_OAUTH_CLIENT_ID: 'pages',
    REGISTRAR_PUBLIC_URL: 'http://127.0.0.1',
  };
  const server = await serveHttp(env, [], { program });
  const reply = await fetch(new URL('/approvals/sign-in?to=x', server.url), { redirect: 'manual' });
  expect(reply.headers.get('Location')).toMatch(new RegExp(`^${provider.issuer}/auth\\?.*client_id=pages`));
  expect(await server.stop()).toBe(0);
  provider.close();
});
