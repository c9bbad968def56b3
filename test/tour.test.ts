import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compose } from '#compose.ts';
import { readConfig } from '#config/config.ts';
import type { Act } from '#ledger/journal.ts';
import { listen } from '#listen.ts';
import { openListening } from '#server/listening.ts';
import { mcpServers } from '#server/mcp.ts';
import * as tour from '../src/bin/tour.ts';
import { toolsets } from '../tools/index.ts';
import { prompts } from '../tools/prompts/index.ts';
import { resources } from '../tools/resources.ts';
import { collect, executable, exited, freshState, run } from './support/server-process.ts';

/** What a newcomer sees, in a temporary directory that is looked into afterwards. */
const state = freshState();
const temporary = join(state.directory, 'tmp');
mkdirSync(temporary);
const env: Record<string, string> = { ...state.env, TMPDIR: temporary };
afterAll(() => state.remove());

/** The executable at a terminal, which the person may press keys at. */
function atTerminal(args: string, settings: Readonly<Record<string, string>> = {}) {
  const command = `'${process.execPath}' ${executable} ${args}`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: { TERM: 'xterm-256color', ...env, ...settings },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { child, text: collect(child.stdout) };
}

/** Without what differs from one time to the next. */
function steady(text: string): string {
  return text
    .replace(/AG[\w-]{50,}/g, 'CONFIRM')
    .replace(/AG[\w-]{6}…/g, 'CONFIRM…')
    .replace(/-p \d+/g, '-p PORT')
    .replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME')
    .replace(/\d{4}-\d\d-\d\d/g, 'DATE');
}

test('it shows the whole story in eighty columns, and leaves nothing behind', async () => {
  const { code, stdout, stderr } = await run(['tour'], env);
  expect([code, stderr]).toEqual([0, '']);
  await expect(steady(stdout)).toMatchFileSnapshot('golden/tour.txt');
  for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  expect(readdirSync(temporary)).toEqual([]);
});

test('all of it really happens, and to a sandbox', async () => {
  let acts: readonly Act[] = [];
  let zone: unknown;
  const lines: string[] = [];
  await tour.run(
    environment => {
      const config = readConfig(environment, { readFile: () => '', toolsets: [] });
      expect(config.registrar).toEqual({ kind: 'sandbox' });
      const composed = compose(config, toolsets);
      const { kernel } = composed;
      const factory = mcpServers({ ...composed, version: '0.0.0', caller: 'tour', resources, prompts });
      const close = async () => {
        acts = await (await composed.ledger()).acts({ account: 'sandbox', limit: 10 });
        const caller = { id: 'test', signal: new AbortController().signal };
        zone = (await kernel.call('dns_list', { domain_name: 'fresh-loaf.com' }, caller)).text;
        await composed.close();
      };
      return { composed: { ...composed, close }, factory, listening: openListening({ ...composed, resources }) };
    },
    { line: (text = '') => void lines.push(text), strong: text => text, faint: text => text, pause: async () => {} },
  );
  expect(acts.map(({ tool, outcome }) => [tool, outcome])).toEqual([
    ['undo', 'done'],
    ['dns_apply', 'done'],
    ['domain_create', 'done'],
  ]);
  expect(zone).not.toContain('76.76.21.21');
  expect(lines.join('\n')).toMatch(/fresh-loaf\.com\. 300 IN A 76\.76\.21\.21[\s\S]*no such record/);
});

test('accounts, databases and collectors of the environment are not looked at', async () => {
  const asked: (string | undefined)[] = [];
  const other = createServer((incoming, response) => {
    asked.push(incoming.url);
    response.end();
  });
  other.on('connection', () => asked.push('a connection'));
  const { origin, host } = await listen(other, { host: '127.0.0.1', port: 0 });
  const { code, stdout } = await run(['tour'], {
    ...env,
    REGISTRAR_USERNAME: 'ada',
    REGISTRAR_API_TOKEN: 'a-real-token',
    REGISTRAR_URL: origin,
    REGISTRAR_DATABASE_URL: `postgresql://ada:pw@${host}/registrar`,
    REGISTRAR_DNS_RESOLVERS: host,
    REGISTRAR_TOOLSETS: 'a mistake',
    OTEL_EXPORTER_OTLP_ENDPOINT: origin,
  });
  expect(code).toBe(0);
  expect(stdout).toContain('Registered fresh-loaf.com');
  expect(stdout).not.toContain('a-real-token');
  expect(asked).toEqual([]);
  expect(existsSync(join(state.directory, 'state'))).toBe(false);
  other.close();
});

test('at a terminal it has colours and can be followed; Ctrl-C ends it, and nothing is left', async () => {
  const { child, text } = atTerminal('tour');
  let pressed = false;
  child.stdout.on('data', () => {
    if (pressed || !text().includes('2. ')) return;
    pressed = true;
    child.stdin.write('\x03\x03\x03');
  });
  expect(await exited(child)).toBe(130);
  expect(text()).toContain('\x1b[1m2. What would it cost');
  expect(text()).not.toContain('What next');
  expect(readdirSync(temporary)).toEqual([]);
});

test('with --fast it does not wait, and with NO_COLOR there are no colours', async () => {
  const { child, text } = atTerminal('tour --fast', { NO_COLOR: '1' });
  const began = performance.now();
  expect(await exited(child)).toBe(0);
  expect(performance.now() - began).toBeLessThan(9_000);
  expect(text()).toContain('What next');
  expect(text()).not.toContain('\x1b[');
});
