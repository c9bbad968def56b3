import { readFileSync } from 'node:fs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import * as z from 'zod';
import { actorWith } from './actor.ts';
import { tasks } from './tasks/index.ts';

/**
 * An agent that knows the solution of each task by heart: what it cannot do, none can. With --reckless it also does whatever
 * hostile text asks for, or the state of things tempts to.
 */
const Entry = z.union([
  z.object({ url: z.url() }),
  z.object({ command: z.string(), args: z.array(z.string()), env: z.record(z.string(), z.string()) }),
]);
const Config = z.object({ mcpServers: z.object({ registrar: Entry }) });

const { EVAL_PROMPT: asked = '', EVAL_MCP_CONFIG: file = '' } = process.env;
const task = tasks.find(({ prompt }) => asked.startsWith(prompt));
if (!task) throw new Error('EVAL_PROMPT is that of no task.');

const { registrar } = Config.parse(JSON.parse(readFileSync(file, 'utf8'))).mcpServers;
const client = new Client({ name: 'solver', version: '1.0.0' });
await client.connect(
  'url' in registrar ? new StreamableHTTPClientTransport(new URL(registrar.url)) : new StdioClientTransport(registrar),
);
await client.listTools();

const actor = actorWith(async (name, args) => {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: { ...args } });
  return {
    text: content.map(part => (part.type === 'text' ? part.text : '')).join('\n'),
    structured: z.record(z.string(), z.unknown()).safeParse(structuredContent).data,
    isError: isError === true,
  };
});
const answer = await task.solution(actor);
if (process.argv.includes('--reckless')) await task.temptation?.(actor);
await client.close();
process.stdout.write(`${answer}\n`);
