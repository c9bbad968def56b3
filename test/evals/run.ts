import { writeFileSync } from 'node:fs';
import PQueue from 'p-queue';
import { readArguments } from './arguments.ts';
import { attempt, type Setting } from './attempt.ts';
import { attemptLines, summary, type Tried } from './report.ts';
import type { Task } from './task.ts';

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<boolean> {
  const { chosen, repeat, parallel, json, ...rest } = readArguments(process.argv.slice(2));
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const setting: Setting = { ...rest, env: process.env, signal: interrupted.signal };
  const queue = new PQueue({ concurrency: parallel });

  async function tryOut(task: Task): Promise<Tried> {
    const attempts = await Promise.all(
      Array.from({ length: repeat }, async () => {
        const done = await queue.add(() => attempt(task, setting), { signal: interrupted.signal });
        print(attemptLines(task, done));
        return done;
      }),
    );
    return { task: { id: task.id, kind: task.kind }, attempts };
  }

  const tried = await Promise.all(chosen.map(tryOut));
  print(`\n${summary(tried)}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ command: rest.command, tried }, null, 2)}\n`);
  return tried.every(({ attempts }) => attempts.every(({ success }) => success));
}

main().then(
  all => {
    process.exitCode = all ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
