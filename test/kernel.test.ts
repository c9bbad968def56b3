import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';
import { openSqlite } from '#ledger/sqlite.ts';
import { openLedger } from '#ledger/store/ledger.ts';
import { DomainName } from '#model/domain-name.ts';
import { registrarsOver } from '#registrar/registrar.ts';
import { tool } from '#tool/define.ts';
import type { Served } from '#tool/desk.ts';
import type { Policy } from '#tool/gate.ts';
import { type KernelOptions, openKernel } from '#tool/kernel.ts';
import { openReadings } from '#tool/readings.ts';
import { openRedactor } from '#tool/redact.ts';
import { noon } from './support/world.ts';

/** The kernel around tools that misbehave as none of ours should. */
const shape = {
  title: 'A tool',
  description: 'A tool.',
  input: z.strictObject({}),
  output: z.object({ text: z.string() }),
  summary: () => 'Done.',
};
const flood = async () => ({ text: 'x '.repeat(20_000) });
const tools = [
  tool.read({ ...shape, name: 'reads_a_flood', run: flood }),
  tool.write({ ...shape, name: 'writes_a_flood', run: flood }),
  tool.read({
    ...shape,
    name: 'breaks',
    run: () => {
      throw new Error('secret detail');
    },
  }),
  tool.write({ ...shape, name: 'waits', run: () => delay(50, { text: 'x' }) }),
];

const floodingPlan = tool.destructive({
  ...shape,
  name: 'plans_a_flood',
  plan: async () => ({
    does: 'x '.repeat(20_000),
    subject: { kind: 'lock', domain_name: DomainName.parse('harbor-bakery.com') },
  }),
  apply: flood,
});
const logged: unknown[] = [];
const directory = mkdtempSync(join(tmpdir(), 'registrar-kernel-'));
const ledger = await openLedger(openSqlite(directory));
afterAll(async () => {
  await ledger.close();
  rmSync(directory, { recursive: true });
});
const served: Served = {
  name: 'a',
  key: 'a',
  registrars: async signal => registrarsOver(() => Promise.reject(new Error('nothing is sent here')))(signal),
  readings: openReadings(),
  resolver: () => Promise.reject(new Error('there is no name system here')),
  policy: { confirm: 'agent', proof: false, grave: () => false },
  names: { allow: [], protect: [] },
  limits: {},
};
const options: KernelOptions = {
  tools: [...tools, floodingPlan],
  hidden: () => undefined,
  ledger: async () => ledger,
  accounts: [served],
  owner: { name: 'this', alive: () => false },
  redactor: openRedactor([]),
  now: () => noon,
  newCall: () => 'call-1',
  log: (event, error) => logged.push(event, error),
};
const kernel = openKernel(options);
const call = (name: string) => kernel.call(name, {}, { id: 'test', signal: new AbortController().signal });

test('an answer that would flood its reader is refused', async () => {
  expect((await call('reads_a_flood')).fault).toMatchObject({ code: 'too_large' });
});

test('so is a preview: cut, it would lose what it asks for', async () => {
  expect((await call('plans_a_flood')).fault).toMatchObject({ code: 'too_large' });
});

test('nor is one cut that a person has to approve on the page', async () => {
  const page = async (id: string) => new URL(`http://127.0.0.1/approvals/${id}`);
  const policy: Policy = { confirm: 'human', proof: false, grave: () => false, page };
  const careful = openKernel({ ...options, accounts: [{ ...served, policy }] });
  const asked = await careful.call('plans_a_flood', {}, { id: 'test', signal: new AbortController().signal });
  expect(asked.fault).toMatchObject({ code: 'too_large' });
});

test('that of an act, which has happened, is shortened', async () => {
  const { text, fault } = await call('writes_a_flood');
  expect(fault).toBeUndefined();
  expect(text.length).toBeLessThanOrEqual(25_001);
});

test('a mistake of ours goes to the log, and its message not to the model', async () => {
  const { text, fault } = await call('breaks');
  expect(fault).toMatchObject({ code: 'internal' });
  expect(text).not.toContain('secret');
  expect(logged.at(-1)).toMatchObject({ message: 'secret detail' });
});

test('once it drains, calls that run finish and new ones are refused', async () => {
  const running = call('waits');
  const drained = kernel.drain();
  expect((await call('waits')).fault).toMatchObject({ code: 'shutting_down' });
  await drained;
  expect((await running).fault).toBeUndefined();
});
