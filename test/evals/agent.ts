import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

/** What an agent is given, by the names that its command line can have in braces and its environment in capitals. */
interface Given {
  readonly prompt: string;
  /** Path of a file with `mcpServers`. */
  readonly mcp_config: string;
  /** Where the server is, if over HTTP. */
  readonly url: string;
}

export interface Run {
  readonly answer: string;
  /** What the agent itself says that it used. */
  readonly used: number | undefined;
  /** Why it counts as no answer. */
  readonly trouble: string | undefined;
  readonly seconds: number;
}

/** Runs an agent's command in a directory, to its end or until the signal ends it. */
export async function runAgent(
  [program = '', ...args]: readonly string[],
  given: Given,
  { directory, env, signal }: { directory: string; env: Readonly<NodeJS.ProcessEnv>; signal: AbortSignal },
): Promise<Run> {
  const began = performance.now();
  const child = spawn(
    program,
    args.map(arg => filled(arg, given)),
    // In a group of its own, so that what it starts can be ended with it.
    { cwd: directory, env: { ...withoutSettings(env), ...named(given) }, detached: true },
  );
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  child.stdin.on('error', () => undefined);
  child.stdin.end(args.some(arg => arg.includes('{prompt}')) ? '' : given.prompt);
  const [stdout, stderr, ended] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close').then(
      ([code]) => (code === 0 ? undefined : `ended with ${code ?? 'a signal'}`),
      (error: unknown) => `did not start: ${error instanceof Error ? error.message : String(error)}`,
    ),
  ]);
  signal.removeEventListener('abort', end);
  return {
    ...readOutput(stdout),
    trouble: signal.aborted ? 'was ended: its time was up' : ended && `${ended} ${stderr.trim().slice(-300)}`.trim(),
    seconds: (performance.now() - began) / 1000,
  };
}

function filled(arg: string, given: Given): string {
  const values = new Map(Object.entries(given));
  return arg.replace(/\{(\w+)\}/g, (whole, name) => values.get(name) ?? whole);
}

function named(given: Given): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [`EVAL_${name.toUpperCase()}`, value]));
}

/** With the runner's own settings of the server, an agent that starts one could reach a real account. */
function withoutSettings(env: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('REGISTRAR_')));
}

const Usage = z.object({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cache_creation_input_tokens: z.number().default(0),
  cache_read_input_tokens: z.number().default(0),
});
/** What agents print where they are told to print JSON, as one object or one a line: `result` or `response`, and `usage`. */
const Printed = z.object({ result: z.string(), response: z.string(), usage: Usage }).partial();

/** The final answer in what an agent printed, and what it says that it used. */
export function readOutput(output: string): Pick<Run, 'answer' | 'used'> {
  const whole = readJson(output);
  const printed = whole ? [whole] : output.split('\n').flatMap(line => readJson(line) ?? []);
  const last = printed.map(({ result, response }) => result ?? response).findLast(answer => answer !== undefined);
  const counts = printed.flatMap(({ usage }) => (usage ? Object.values(usage) : []));
  return {
    answer: last ?? output.trim(),
    used: counts.length === 0 ? undefined : counts.reduce((sum, tokens) => sum + tokens, 0),
  };
}

function readJson(text: string): z.output<typeof Printed> | undefined {
  if (!text.trim().startsWith('{')) return undefined;
  try {
    return Printed.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
