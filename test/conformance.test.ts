import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { executable, sharedServer } from './support/server-process.ts';

/** The protocol's own suite, for the scenarios that need no fixture tools, and the Inspector's lint. */
const http = sharedServer();

const scenarios: Readonly<Record<string, readonly string[]>> = {
  '2025-11-25': [
    'server-initialize',
    'ping',
    'tools-list',
    'resources-list',
    'prompts-list',
    'dns-rebinding-protection',
    'server-sse-multiple-streams',
  ],
  '2026-07-28': [
    'tools-list',
    'resources-list',
    'prompts-list',
    'dns-rebinding-protection',
    'caching',
    'http-header-validation',
    'sep-2164-resource-not-found',
    'server-sse-multiple-streams',
    'input-required-result-unsupported-methods',
  ],
};

async function runs(
  script: string,
  args: readonly string[],
  cwd = process.cwd(),
): Promise<{ code: number; output: string }> {
  return await promisify(execFile)(process.execPath, [script, ...args], {
    cwd,
    env: http.env,
    maxBuffer: 64 * 1024 * 1024,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      output: error.stdout + error.stderr,
    }),
  );
}

async function scenario(name: string, revision: string): Promise<{ code: number; output: string }> {
  const suite = join(process.cwd(), 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
  const results = mkdtempSync(join(tmpdir(), 'conformance-'));
  const ran = await runs(
    suite,
    ['server', '--url', http.url.href, '--scenario', name, '--spec-version', revision],
    results,
  );
  rmSync(results, { recursive: true, force: true });
  return ran;
}

describe.each(Object.entries(scenarios))('conformance at %s', (revision, names) => {
  test.each(names)('%s', async name => {
    const { code, output } = await scenario(name, revision);
    expect(output).not.toContain('SKIPPED: scenario');
    expect(code, output).toBe(0);
  });
});

test('server-stateless passes but for the checks that need fixture tools', async () => {
  const { output } = await scenario('server-stateless', '2026-07-28');
  const errors = output.split('\n').filter(line => line.includes('Error:'));
  expect(output).toMatch(/Passed: 24\/28/);
  expect(errors.filter(line => !line.includes('Not testable: server does not list the diagnostic tool'))).toEqual([]);
});

test("the Inspector's CLI lists the tools with --strict", async () => {
  const inspector = 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js';
  const { code, output } = await runs(inspector, [
    '--cli',
    process.execPath,
    executable,
    '--method',
    'tools/list',
    '--strict',
  ]);
  expect(code, output).toBe(0);
  expect(output).toContain('"domain_create"');
});
