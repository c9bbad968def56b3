import { createMCPClient } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport as AiStdio } from '@ai-sdk/mcp/mcp-stdio';
import { Client as Current, StreamableHTTPClientTransport as CurrentHttp } from '@modelcontextprotocol/client';
import { StdioClientTransport as CurrentStdio } from '@modelcontextprotocol/client/stdio';
import { Client as Former } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as FormerStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as FormerHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, test } from 'vitest';
import { toolsets } from '../tools/index.ts';
import { executable, sharedServer } from './support/server-process.ts';

/** The main job through clients that are not ours, over both transports, against the built server. */
const http = sharedServer();

interface Called {
  readonly structuredContent?: unknown;
  readonly [member: string]: unknown;
}
type Call = (name: string, args: Record<string, unknown>) => Promise<Called>;
/** What the protocol has beside tools. */
interface Rest {
  readonly addresses: () => Promise<string[]>;
  readonly read: (uri: string) => Promise<string>;
  readonly prompts: () => Promise<string[]>;
  readonly fill: (name: string, args: Record<string, string>) => Promise<string>;
  readonly complete: (uri: string, argument: string, value: string) => Promise<string[]>;
}
interface Connected {
  readonly names: readonly string[];
  readonly call: Call;
  readonly rest?: Rest;
  close(): Promise<unknown>;
}

const served = toolsets.flatMap(({ tools }) => tools).length;
const who = { name: 'test', version: '1.0.0' };
const stdio = () => ({ command: process.execPath, args: [executable], env: http.env });

/** Both of the SDK's clients have the same methods for it. */
function restOf(client: Current | Former): Rest {
  const text = (parts: readonly object[]) =>
    parts.map(part => ('text' in part && typeof part.text === 'string' ? part.text : '')).join('');
  return {
    addresses: async () => [
      ...(await client.listResources()).resources.map(({ uri }) => uri),
      ...(await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    ],
    read: async uri => text((await client.readResource({ uri })).contents),
    prompts: async () => (await client.listPrompts()).prompts.map(({ name }) => name),
    fill: async (name, args) =>
      text((await client.getPrompt({ name, arguments: args })).messages.map(({ content }) => content)),
    complete: async (uri, name, value) =>
      (await client.complete({ ref: { type: 'ref/resource', uri }, argument: { name, value } })).completion.values,
  };
}

async function current(transport: CurrentHttp | CurrentStdio, pin?: string): Promise<Connected> {
  const client = new Current(who, pin === undefined ? {} : { versionNegotiation: { mode: { pin } } });
  await client.connect(transport);
  const { tools } = await client.listTools();
  return {
    names: tools.map(({ name }) => name),
    call: async (name, args) => await client.callTool({ name, arguments: args }),
    rest: restOf(client),
    close: () => client.close(),
  };
}

async function former(transport: FormerHttp | FormerStdio): Promise<Connected> {
  const client = new Former(who);
  // The former SDK's own transports do not meet its interface under exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<Former['connect']>[0]);
  const { tools } = await client.listTools();
  return {
    names: tools.map(({ name }) => name),
    call: async (name, args) => await client.callTool({ name, arguments: args }),
    rest: restOf(client),
    close: () => client.close(),
  };
}

async function ai(transport: Parameters<typeof createMCPClient>[0]['transport']): Promise<Connected> {
  const client = await createMCPClient({ transport });
  const tools = await client.tools();
  const call: Call = async (name, args) => {
    const answer: unknown = await tools[name]?.execute?.(args, { toolCallId: '1', messages: [], context: {} });
    return typeof answer === 'object' && answer !== null ? { ...answer } : {};
  };
  return { names: Object.keys(tools), call, close: () => client.close() };
}

const clients: [string, () => Promise<Connected>][] = [
  ['current SDK, 2026-07-28, stdio', () => current(new CurrentStdio(stdio()), '2026-07-28')],
  ['current SDK, 2026-07-28, HTTP', () => current(new CurrentHttp(http.url), '2026-07-28')],
  ['current SDK, as it negotiates, stdio', () => current(new CurrentStdio(stdio()))],
  ['current SDK, as it negotiates, HTTP', () => current(new CurrentHttp(http.url))],
  ['former SDK, 2025 era, stdio', () => former(new FormerStdio(stdio()))],
  ['former SDK, 2025 era, HTTP', () => former(new FormerHttp(http.url))],
  ['AI SDK, stdio', () => ai(new AiStdio(stdio()))],
  ['AI SDK, HTTP', () => ai({ type: 'http', url: http.url.href })],
];

describe.each(clients)('%s', (label, connect) => {
  test('registers a domain after a preview, points it somewhere, and reads it back', async () => {
    const client = await connect();
    const domain_name = `${label.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.com`;
    try {
      expect(client.names).toHaveLength(served);
      const { structuredContent: preview } = await client.call('domain_create', { domain_name });
      expect(preview).toMatchObject({
        status: 'needs_confirmation',
        plan: { cost: '9.99 USD' },
        confirm: expect.any(String),
      });
      const confirm =
        typeof preview === 'object' && preview !== null && 'confirm' in preview ? preview.confirm : undefined;
      expect((await client.call('domain_create', { domain_name, confirm })).structuredContent).toMatchObject({
        status: 'done',
        result: { domain_name },
      });
      expect(
        (await client.call('dns_create', { domain_name, host: 'www', type: 'A', content: '192.0.2.7' }))
          .structuredContent,
      ).toMatchObject({ host: 'www' });
      expect((await client.call('dns_list', { domain_name, type: 'A' })).structuredContent).toMatchObject({
        records: [{ host: 'www', content: '192.0.2.7' }],
        total: 1,
      });
      expect((await client.call('domain_get', { domain_name })).structuredContent).toMatchObject({
        domain_name,
        locked: true,
        hosted: true,
      });
    } finally {
      await client.close();
    }
  });
});

describe.each(clients.filter(([label]) => !label.startsWith('AI SDK')))('%s', (_label, connect) => {
  test('reads under addresses, completes what is typed, and starts from a prompt', async () => {
    const client = await connect();
    try {
      const { addresses, read, prompts, fill, complete } = client.rest ?? expect.unreachable();
      expect(await addresses()).toEqual(expect.arrayContaining(['registrar://domains', 'registrar://journal/{entry}']));
      expect(JSON.parse(await read('registrar://domains/nightbus.app'))).toMatchObject({ domain_name: 'nightbus.app' });
      expect(await read('registrar://domains/harbor-bakery.com/zone')).toMatch(/^\$ORIGIN harbor-bakery\.com\./);
      await expect(read('registrar://boats')).rejects.toThrow(/not found/i);
      expect(await prompts()).toContain('connect_a_site');
      expect(await fill('connect_a_site', { domain_name: 'nightbus.app', host: 'vercel' })).toContain(
        '1. Look at nightbus.app',
      );
      await expect(fill('connect_a_site', { domain_name: 'nightbus' })).rejects.toThrow(/is not a domain name/);
      expect(await complete('registrar://domains/{domain_name}', 'domain_name', 'night')).toEqual(['nightbus.app']);
    } finally {
      await client.close();
    }
  });
});
