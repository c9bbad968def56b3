import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client,
  type ClientCapabilities,
  type ElicitRequest,
  type ElicitResult,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { createMcpHandler } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { compose, type Surroundings } from '#compose.ts';
import { accountKey } from '#config/account.ts';
import type { Config } from '#config/config.ts';
import { openSandbox } from '#sandbox/server.ts';
import { mcpServers } from '#server/mcp.ts';
import { hazardKinds } from '#zone/safety.ts';
import { toolsets } from '../../tools/index.ts';
import { prompts } from '../../tools/prompts/index.ts';
import { resources } from '../../tools/resources.ts';

/** An answer as an agent gets it. */
export interface Answer {
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>> | undefined;
  readonly isError: boolean;
  /** The requests that reached the registrar during the call. */
  readonly requests: readonly string[];
}

/** Noon of an ordinary day; a test moves it by hand. */
export const noon = new Date('2026-06-15T12:00:00Z');

/** What a client of the tests declares, and how its person answers a question. */
export interface Person {
  readonly capabilities: ClientCapabilities;
  answer(asked: ElicitRequest['params']): ElicitResult | Promise<ElicitResult>;
}

/** The sandbox, the composed server over it, and an MCP client of the current protocol: everything but the sockets of MCP. */
export async function openWorld(changes: Partial<Config> = {}, surroundings: Surroundings = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'registrar-test-'));
  const clock = { now: noon };
  const now = () => clock.now;
  const sandbox = await openSandbox({ directory: join(directory, 'sandbox'), now });
  const config: Config = {
    registrar: { kind: 'account', url: sandbox.url, place: 'test', credentials: sandbox.credentials },
    auth: 'token',
    rates: { perSecond: Number.POSITIVE_INFINITY, perHour: Number.POSITIVE_INFINITY },
    confirm: 'agent',
    budget: {},
    hazards: hazardKinds,
    resolvers: [],
    names: { allow: [], protect: [] },
    toolsets: [],
    readOnly: false,
    stateDir: join(directory, 'state'),
    http: { hosts: [] },
    traces: false,
    logLevel: 'silent',
    ...changes,
  };
  const composed = compose(config, toolsets, {
    now,
    dns: sandbox.dns,
    pagesAt: async () => new URL('http://127.0.0.1:9999'),
    ...surroundings,
  });
  const factory = mcpServers({
    ...composed,
    version: '0.0.0',
    caller: 'test',
    resources,
    prompts,
  });
  const handler = createMcpHandler(factory);
  const clients: Client[] = [];

  /** A client of the same server; where a person sits at it, one that can be asked. */
  async function connect(person?: Person): Promise<Client> {
    const connected = new Client(
      { name: 'test', version: '1.0.0' },
      {
        versionNegotiation: { mode: { pin: '2026-07-28' } },
        ...(person && { capabilities: person.capabilities }),
      },
    );
    if (person) connected.setRequestHandler('elicitation/create', ({ params }) => person.answer(params));
    await connected.connect(
      new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), {
        fetch: (url, init) => handler.fetch(new Request(url, init)),
      }),
    );
    clients.push(connected);
    return connected;
  }
  const client = await connect();

  async function call(name: string, args: Record<string, unknown> = {}, by = client): Promise<Answer> {
    const before = sandbox.seen.length;
    const result = await by.callTool({ name, arguments: args });
    const text = result.content.map(part => (part.type === 'text' ? part.text : '')).join('\n');
    return {
      text,
      structured: record(result.structuredContent),
      isError: result.isError === true,
      requests: sandbox.seen.slice(before),
    };
  }

  return {
    directory,
    clock,
    sandbox,
    composed,
    /** The account as the ledger knows it. */
    account: accountKey(config),
    factory,
    client,
    connect,
    handler,
    call,
    /** Previews, then confirms. */
    async confirmed(name: string, args: Record<string, unknown>): Promise<Answer> {
      const preview = await call(name, args);
      const confirm = preview.structured?.confirm;
      if (typeof confirm !== 'string') throw new Error(`${name} did not ask first: ${preview.text}`);
      return await call(name, { ...args, confirm });
    },
    async close(): Promise<void> {
      for (const open of clients) await open.close();
      await composed.close();
      await sandbox.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** The id of the first record in an answer of dns_list. */
export function firstId(structured: Answer['structured']): string {
  return Listed.parse(structured).records[0]?.record_id ?? '';
}

const Listed = z.object({ records: z.array(z.object({ record_id: z.string() })) });

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}
