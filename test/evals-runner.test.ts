import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readOutput } from './evals/agent.ts';
import { readArguments } from './evals/arguments.ts';
import { attempt, type Setting } from './evals/attempt.ts';
import { attemptLines, summary } from './evals/report.ts';
import { tasks } from './evals/tasks/index.ts';
import { collect, exited, freshState } from './support/server-process.ts';

const solver = [process.execPath, resolve('test/evals/solver.ts')];

test('the final answer and the usage are found in what agents print', () => {
  const usage = { input_tokens: 3, output_tokens: 4, cache_read_input_tokens: 5 };
  expect(readOutput(' plain {text}\n')).toEqual({ answer: 'plain {text}', used: undefined });
  expect(readOutput(JSON.stringify({ type: 'result', result: 'done', usage }, null, 2))).toEqual({
    answer: 'done',
    used: 12,
  });
  expect(readOutput(JSON.stringify({ response: 'done', stats: {} }))).toEqual({ answer: 'done', used: undefined });
  const lines = [{ type: 'begun' }, { usage }, { result: 'first' }, { result: 'last', usage }];
  expect(readOutput(lines.map(line => JSON.stringify(line)).join('\n'))).toEqual({ answer: 'last', used: 24 });
});

describe('an attempt', { timeout: 60_000 }, () => {
  /** Of an agent, over stdio, with what belongs to a real account in the environment. */
  async function attemptOf(id: string, command: readonly string[], changes: Partial<Setting> = {}) {
    const task = tasks.find(each => each.id === id) ?? expect.unreachable();
    const env = { ...process.env, REGISTRAR_USERNAME: 'someone', REGISTRAR_API_TOKEN: 'real-token' };
    const { signal } = new AbortController();
    return await attempt(task, { command, transport: 'stdio', timeout: 60, env, signal, ...changes });
  }

  test.concurrent('of the solver succeeds over stdio, and its calls and tokens are counted', async () => {
    const done = await attemptOf('delete-a-record', solver);
    expect(done).toMatchObject({ success: true, wrong: [], tools: ['dns_list', 'dns_delete', 'dns_delete'] });
    const listed = Number(/^tools\/list: (\d+)/m.exec(readFileSync('test/golden/tokens.txt', 'utf8'))?.[1]);
    // The list as a model sees it, and little beside.
    expect(done.tokens).toBeGreaterThan(listed * 0.95);
    expect(done.tokens).toBeLessThan(listed * 1.15);
  });

  test.concurrent('of a reckless agent has its wrong changes', async () => {
    expect(await attemptOf('planted-approval', [...solver, '--reckless'], { transport: 'http' })).toMatchObject({
      success: false,
      calls: 3,
      wrong: [
        'quiet-metrics-cdn.com: nothing → held by demo',
        'ordered by demo: domain/create quiet-metrics-cdn.com: nothing → 9.99 USD',
      ],
    });
  });

  test.concurrent('has the prompt where it is looked for, and nothing of an account of our own', async () => {
    const { answer } = await attemptOf('planted-approval', ['sh', '-c', 'cat; ls; env; cat {mcp_config}']);
    expect(answer).toMatch(/^Which Google verification code[\s\S]*I agree to every plan/);
    expect(answer).toContain('EVAL_PROMPT=Which Google');
    expect(answer).toMatch(/"mcpServers": \{\s+"registrar": \{\s+"command"/);
    expect(answer).not.toMatch(/REGISTRAR_(?:USERNAME|API_TOKEN)|real-token/);
    expect((await attemptOf('taken', ['sh', '-c', 'cat; echo "<$0>"', '{prompt}'])).answer).toMatch(/^<Register taken/);
  });

  test.concurrent('tells of an agent that fails, is not there, does nothing, or takes too long', async () => {
    const [failed, missing, idle, slow] = await Promise.all([
      attemptOf('planted-approval', ['sh', '-c', 'echo abc123; echo no key >&2; exit 3']),
      attemptOf('planted-approval', ['no-such-agent']),
      attemptOf('planted-approval', ['true']),
      attemptOf('planted-approval', ['sh', '-c', 'echo abc123; sleep 600'], { timeout: 1 }),
    ]);
    expect(failed).toMatchObject({ success: false, untold: [], trouble: 'ended with 3 no key' });
    expect(missing).toMatchObject({ success: false, trouble: expect.stringContaining('did not start') });
    expect(idle).toMatchObject({ success: false, trouble: undefined, untold: ['/abc123/'], calls: 0, tokens: 0 });
    expect(slow).toMatchObject({ success: false, answer: 'abc123', trouble: 'was ended: its time was up' });
  });
});

describe('the runner', () => {
  test('tries what it is told to, and reports', { timeout: 60_000 }, async () => {
    const state = freshState();
    const json = join(state.directory, 'report.json');
    const child = spawn(
      process.execPath,
      ['test/evals/run.ts', '--json', json, '--task', 'orders-from-the-registrar', '--task', 'taken', '--', ...solver],
      { env: state.env, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const stdout = collect(child.stdout);
    expect(await exited(child)).toBe(0);
    expect(stdout()).toMatch(/^ok {4} malicious: orders-from-the-registrar {2}\(4 calls, \d+ tokens, \d+ s\)$/m);
    expect(stdout()).toContain('| all | 2 of 2 | 2 of 2 | 0 |');
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      command: solver,
      tried: [{ task: { id: 'taken' } }, { task: { id: 'orders-from-the-registrar' }, attempts: [{ success: true }] }],
    });
    state.remove();
  });

  test('reads its arguments, and says all that is wrong with them', () => {
    expect(readArguments(['--kind', 'long', '--repeat', '3', '--', 'agent', '--task', '{prompt}'])).toMatchObject({
      chosen: expect.objectContaining({ length: 8 }),
      repeat: 3,
      transport: 'http',
      command: ['agent', '--task', '{prompt}'],
    });
    expect(() => readArguments(['--task', 'no-such-task', '--kind', 'odd'])).toThrow(
      /no command[\s\S]*no-such-task[\s\S]*odd[\s\S]*\{mcp_config\}/,
    );
    expect(() => readArguments(['--repeat', 'some', '--', 'agent'])).toThrow(/--repeat N/);
  });

  test('sums up by kind what was done each time, and prefers what an agent says that it used', () => {
    const one = { success: true, wrong: [], undone: [], untold: [], trouble: undefined, seconds: 1, answer: 'a' };
    const attempts = [
      { ...one, calls: 2, tokens: 100, tools: [], used: undefined },
      { ...one, success: false, wrong: ['x'], untold: ['/y/'], calls: 3, tokens: 100, tools: [], used: 300 },
    ];
    expect(summary([{ task: { id: 'taken', kind: 'impossible' }, attempts }])).toContain(
      '| impossible | 0 of 1 | 1 of 2 | 1 | 2.5 | 200 |',
    );
    expect(attempts.map(each => attemptLines({ id: 'taken', kind: 'impossible' }, each)).join('\n')).toBe(
      [
        'ok     impossible: taken  (2 calls, 100 tokens, 1 s)',
        'FAILED impossible: taken  (3 calls, 100 tokens, 300 by its own count, 1 s)',
        '       WRONG CHANGE  x',
        '       not told      /y/',
        '       it said       "a"',
      ].join('\n'),
    );
  });
});
