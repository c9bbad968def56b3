import { createInterface } from 'node:readline/promises';
import * as z from 'zod';
import { type Ask, inProcessClient } from '../server/in-process.ts';
import type { Serving } from './registrar-mcp.ts';
import { version } from './version.ts';

const Listed = z.object({ tools: z.array(z.object({ name: z.string(), title: z.string() })) });
const Called = z.object({ content: z.array(z.object({ text: z.string() })), isError: z.boolean().optional() });

/** Lists the tools with their word and title. */
export async function tools({ composed, factory }: Serving): Promise<void> {
  const { tools: listed } = Listed.parse(await inProcessClient(factory, version)('tools/list'));
  const risks = new Map(composed.kernel.tools.map(({ name, risk }) => [name, risk]));
  print(
    listed.map(({ name, title }) => `${name.padEnd(28)} ${(risks.get(name) ?? '').padEnd(12)} ${title}`).join('\n'),
  );
  await composed.close();
}

/** Calls a tool through MCP and prints the answer; the exit code is 1 where it is an error. */
export async function call({ composed, factory }: Serving, [name, json = '{}']: readonly string[]): Promise<void> {
  try {
    if (name === undefined) throw new Error('Give the name of a tool: registrar-mcp call domain_list');
    const result = await inProcessClient(
      factory,
      version,
      atTerminal(),
    )('tools/call', { name, arguments: parse(json) });
    const { content, isError } = Called.parse(result);
    print(content.map(({ text }) => text).join('\n'), isError ? process.stderr : process.stdout);
    if (isError) process.exitCode = 1;
  } finally {
    await composed.close();
  }
}

/** Asks the person at this terminal; nobody where it is none, as in a pipe or an agent's shell. */
function atTerminal(): Ask | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (message, field) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const closed = new Promise<undefined>(resolve => terminal.once('close', () => resolve(undefined)));
    const given = await Promise.race([terminal.question(`${message}\n${field}: `), closed]);
    terminal.close();
    return given;
  };
}

/** Prints a text; a reader that has seen enough (`| head`) is no error. */
function print(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  stream.on('error', () => undefined);
  stream.write(`${text}\n`);
}

function parse(json: string): unknown {
  const object = z.record(z.string(), z.unknown());
  try {
    return object.parse(JSON.parse(json));
  } catch {
    throw new Error(`The arguments are not a JSON object: ${json}\nWrite them like '{"domain_name": "example.com"}'.`);
  }
}
