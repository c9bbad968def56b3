import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

/** The protocol's own conformance suite, as published. */
const suite = resolve('node_modules/@modelcontextprotocol/conformance');

export const revisions = ['2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof revisions)[number];

const Requirements = z.object({
  server: z.array(z.string()),
  not_scored: z.array(z.object({ scenario: z.string(), leg: z.enum(['server', 'client']) })),
});
const Checks = z.array(
  z.object({
    id: z.string(),
    status: z.enum(['SUCCESS', 'INFO', 'FAILURE', 'WARNING', 'SKIPPED']),
    errorMessage: z.string().optional(),
    details: z.unknown().optional(),
  }),
);
export type Checks = z.output<typeof Checks>;

/** Every scenario that the suite has for servers of a revision, also those that it does not count. */
export function scenariosOf(revision: Revision): string[] {
  const file = readFileSync(join(suite, 'requirements', `${revision}.yaml`), 'utf8');
  const { server, not_scored } = Requirements.parse(parse(file));
  return [...server, ...not_scored.filter(({ leg }) => leg === 'server').map(({ scenario }) => scenario)];
}

/** Runs all of the suite that there is for servers of a revision; gives what each scenario has found. */
export async function runSuite(url: URL, revision: Revision): Promise<ReadonlyMap<string, Checks>> {
  const results = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    await finished(['server', '--url', url.href, '--requirements', revision, '--output-dir', results]);
    return new Map(
      readdirSync(results).map(name => [
        name.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, ''),
        Checks.parse(JSON.parse(readFileSync(join(results, name, 'checks.json'), 'utf8'))),
      ]),
    );
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

/** What a scenario has found wrong or did not look into, by check. A scenario that found nothing at all looked into nothing. */
export function unmet(checks: Checks): Record<string, string> {
  const found = checks.filter(({ id, status }) => status === 'SUCCESS' && id !== 'wire-schema-valid');
  const wrong = checks.filter(({ status }) => status !== 'SUCCESS' && status !== 'INFO');
  const nothing = found.length + wrong.length === 0 ? { nothing: 'no check applied' } : {};
  return {
    ...Object.fromEntries(wrong.map(({ id, status, errorMessage = '' }) => [id, `${status} ${errorMessage}`])),
    ...nothing,
  };
}

/** The suite exits with 1 where it has found anything wrong. */
async function finished(args: readonly string[]): Promise<void> {
  const env = { PATH: process.env.PATH };
  await new Promise<void>((done, failed) =>
    execFile(process.execPath, [join(suite, 'dist/index.js'), ...args], { env, maxBuffer: 64 * 1024 * 1024 }, error =>
      error && error.code !== 1 ? failed(error) : done(),
    ),
  );
}
