import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getMcpConfigForManifest, unpackExtension, v0_3, validateManifest } from '@anthropic-ai/mcpb';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '#config/config.ts';
import { type Setting, settings } from '#config/settings.ts';
import about from '../package.json' with { type: 'json' };
import { toolsets } from '../tools/index.ts';
import { freshState } from './support/server-process.ts';

/** The MCPB bundle, made and unpacked as a host does it. */
const state = freshState();
const unpacked = join(state.directory, 'unpacked');
const tools = toolsets.flatMap(toolset => toolset.tools.map(({ name }) => name));

const bundled = (...args: string[]) =>
  execFileSync(process.execPath, ['packaging/bundle.ts', state.directory, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });

beforeAll(async () => {
  bundled();
  const mcpbPath = join(state.directory, `${about.name}-${about.version}.mcpb`);
  expect(await unpackExtension({ mcpbPath, outputDir: unpacked, silent: true })).toBe(true);
});
afterAll(() => state.remove());

const manifest = (folder = unpacked) =>
  v0_3.McpbManifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));

/** How a host starts the server for whoever has filled in the form so. */
async function command(userConfig: Record<string, string | boolean>) {
  const config = await getMcpConfigForManifest({
    manifest: manifest(),
    extensionPath: unpacked,
    systemDirs: {},
    userConfig,
    pathSeparator: '/',
  });
  return config ?? expect.unreachable('the host has nothing to start');
}

test('its manifest is valid, and of this version, these tools and these settings', () => {
  expect(validateManifest(join(unpacked, 'manifest.json'))).toBe(true);
  const { version, tools: listed, server, user_config: form = {} } = manifest();
  expect(version).toBe(about.version);
  expect(listed?.map(({ name }) => name)).toEqual(tools);
  const known: Readonly<Record<string, Setting>> = settings;
  for (const [name, value] of Object.entries(server.mcp_config.env ?? {})) {
    const [, field = ''] = /^\$\{user_config\.(\w+)\}$/.exec(value) ?? [];
    expect(Object.keys(known), name).toContain(name);
    expect(form[field]?.sensitive, name).toBe(known[name]?.secret ?? false);
  }
  expect(Object.keys(server.mcp_config.env ?? {})).toHaveLength(Object.keys(form).length);
});

test('it has the server and what the server needs, and nothing of its making', () => {
  expect(readdirSync(unpacked).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'dist',
    'manifest.json',
    'node_modules',
    'package.json',
  ]);
  expect(readdirSync(join(unpacked, 'dist'))).toContain('THIRD-PARTY-NOTICES.txt');
  const packages = readdirSync(join(unpacked, 'node_modules'));
  expect(packages).toEqual(expect.arrayContaining(Object.keys(about.dependencies)));
  for (const name of Object.keys(about.devDependencies)) expect(packages, name).not.toContain(name.split('/')[0]);
});

test('a form that was left empty is the sandbox', async () => {
  const { args = [], env = {} } = await command({});
  const client = new Client({ name: 'host', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env: { ...state.env, ...env } }));
  expect(client.getServerVersion()).toMatchObject({ name: about.name, version: about.version });
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(tools);
  const hello = await client.callTool({ name: 'hello', arguments: {} });
  expect(JSON.stringify(hello)).toContain('The registrar answers.');
  const { contents } = await client.readResource({ uri: 'ui://registrar-mcp/plan' });
  expect(JSON.stringify(contents)).toContain('<main id=');
  await client.close();
});

test('a form that was filled in is the configuration', async () => {
  const { env = {} } = await command({
    username: 'shop',
    api_token: 'a-token',
    spend_limit: '50.00',
    order_limit: '20.00',
    approval_code: 'open-sesame',
    read_only: true,
  });
  const config = readConfig({ ...env, HOME: '/' }, { readFile: () => '', toolsets: [] });
  expect(config).toMatchObject({
    registrar: { credentials: { username: 'shop', apiToken: 'a-token' } },
    budget: { perDay: { cents: 5000 }, perOrder: { cents: 2000 } },
    approvalCode: 'open-sesame',
    readOnly: true,
  });
});

test('one for a profile serves that and nothing else, and asks for no limits', async () => {
  bundled('no-purchases');
  const mcpbPath = join(state.directory, `${about.name}-no-purchases-${about.version}.mcpb`);
  const outputDir = join(state.directory, 'no-purchases');
  expect(await unpackExtension({ mcpbPath, outputDir, silent: true })).toBe(true);
  expect(validateManifest(join(outputDir, 'manifest.json'))).toBe(true);
  const { name, tools: listed, server, user_config: form = {} } = manifest(outputDir);
  expect(name).toBe(`${about.name}-no-purchases`);
  const args = server.mcp_config.args?.map(arg => arg.replace(/^\$\{__dirname\}/, outputDir)) ?? [];
  const [command, ...options] = [process.execPath, ...args.slice(0, 1), 'tools', ...args.slice(1)];
  const served = execFileSync(command ?? '', options, { env: state.env, encoding: 'utf8' });
  expect(listed?.map(tool => tool.name)).toEqual(
    served
      .trim()
      .split('\n')
      .map(line => line.split(' ')[0]),
  );
  expect(served).not.toMatch(/ paid /);
  expect(Object.keys(form)).not.toContain('spend_limit');
});
