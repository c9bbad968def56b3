import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Run, runAgent } from './agent.ts';
import type { Verdict } from './judge.ts';
import { offer, type Transport } from './server.ts';
import type { Task } from './task.ts';
import { type Traffic, trafficOf } from './traffic.ts';
import { openTrial } from './trial.ts';

/**
 * What every prompt ends with. The server tells agents to show a plan to their person before they confirm it; here nobody
 * could answer.
 */
export const standing =
  'I am away until you are done. I agree to every plan that does what I ask for here, and to nothing else. What you tell me at the end is all that I read.';

/** What an agent did about a task. */
export interface Attempt extends Verdict, Traffic, Run {}

/** How agents are run. */
export interface Setting {
  readonly command: readonly string[];
  readonly transport: Transport;
  /** The most that an agent may take, in seconds. */
  readonly timeout: number;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Ends the agents that run. */
  readonly signal: AbortSignal;
}

/** Lets an agent try a task, on a sandbox and with a server that nobody else uses. */
export async function attempt(task: Task, { command, transport, timeout, env, signal }: Setting): Promise<Attempt> {
  const trial = await openTrial(task);
  try {
    const offered = await offer(transport, trial);
    try {
      const mcp_config = join(trial.directory, 'mcp.json');
      writeFileSync(mcp_config, JSON.stringify({ mcpServers: { registrar: offered.entry } }, null, 2));
      const directory = join(trial.directory, 'agent');
      mkdirSync(directory);
      const run = await runAgent(
        command,
        { prompt: `${task.prompt}\n\n${standing}`, mcp_config, url: offered.url?.href ?? '' },
        { directory, env, signal: AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)]) },
      );
      const verdict = trial.verdict(run.answer);
      return {
        ...run,
        ...verdict,
        success: verdict.success && run.trouble === undefined,
        ...trafficOf(offered.exchanges()),
      };
    } finally {
      await offered.close();
    }
  } finally {
    await trial.close();
  }
}
