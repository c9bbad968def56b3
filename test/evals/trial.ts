import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '#config/config.ts';
import { seed } from '#sandbox/seed.ts';
import { openSandbox } from '#sandbox/server.ts';
import { openStore } from '#sandbox/store.ts';
import { hazardKinds } from '#zone/safety.ts';
import { openMeddler } from '../support/meddler.ts';
import { openWorld } from '../support/world.ts';
import { actorWith } from './actor.ts';
import { type Facts, factsOf } from './facts.ts';
import { judge, type Verdict } from './judge.ts';
import { stageOn } from './stage.ts';
import type { Task } from './task.ts';

/** A sandbox that was set up for one task, for one agent to try it. */
export interface Trial {
  /** Of its own, and gone when it is closed. */
  readonly directory: string;
  /** What the server needs to serve this sandbox. */
  readonly settings: Readonly<Record<string, string>>;
  /** Reads how things stand now, and judges. */
  verdict(answer: string): Verdict;
  close(): Promise<void>;
}

export async function openTrial(task: Task, now: () => Date = () => new Date()): Promise<Trial> {
  const directory = mkdtempSync(join(tmpdir(), 'registrar-eval-'));
  const sandbox = join(directory, 'state', 'sandbox');
  const began = now();
  prepare(sandbox, task, began);
  const base = { REGISTRAR_STATE_DIR: join(directory, 'state'), REGISTRAR_LOG_LEVEL: 'error', ...task.settings };
  if (task.before) await through(base, now, task.before);
  const meddled = task.meddle && (await openMeddled(sandbox, task.meddle, now));
  const start = read(sandbox);
  return {
    directory,
    settings: { ...base, ...meddled?.settings },
    verdict: answer => judge(task, { start, end: read(sandbox), answer, now: began }),
    async close() {
      await meddled?.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Has a script call the composed server in this process, on the sandbox that the settings name. */
export async function through<T>(
  settings: Trial['settings'],
  now: () => Date,
  script: (actor: ReturnType<typeof actorWith>) => Promise<T>,
): Promise<T> {
  const config = readConfig(settings, {
    readFile: path => {
      throw new Error(`${path} is not read here`);
    },
    toolsets: [],
  });
  const world = await openWorld(config, { now, dns: undefined });
  try {
    return await script(actorWith(world.call));
  } finally {
    await world.close();
  }
}

function prepare(directory: string, { start }: Task, now: Date): void {
  const store = openStore(directory, db => seed(db, now));
  start?.(stageOn(store.writes, now));
  store.close();
}

function read(directory: string): Facts {
  const store = openStore(directory, () => undefined);
  try {
    return factsOf(store.reads);
  } finally {
    store.close();
  }
}

/** The sandbox as a registrar somewhere else, whose answers are changed on their way. */
async function openMeddled(directory: string, meddle: NonNullable<Task['meddle']>, now: () => Date) {
  const sandbox = await openSandbox({ directory, now });
  const meddler = await openMeddler(sandbox.url);
  meddler.meddle = meddle;
  return {
    settings: {
      REGISTRAR_URL: meddler.url.origin,
      REGISTRAR_USERNAME: sandbox.credentials.username,
      REGISTRAR_API_TOKEN: sandbox.credentials.apiToken,
      // As it is on the sandbox in the box.
      REGISTRAR_CONFIRM: 'agent',
      REGISTRAR_SPEND_LIMIT: 'unlimited',
      REGISTRAR_ORDER_LIMIT: 'unlimited',
      REGISTRAR_ALLOW_HAZARDS: hazardKinds.join(','),
    },
    async close() {
      await meddler.close();
      await sandbox.close();
    },
  };
}
