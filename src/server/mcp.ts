import { McpServer, type McpServerFactory } from '@modelcontextprotocol/server';
import type { DomainName } from '../model/domain-name.ts';
import type { Changes } from '../tool/changes.ts';
import type { Kernel } from '../tool/kernel.ts';
import type { Prompt } from '../tool/prompt.ts';
import type { Resource } from '../tool/resource.ts';
import { forAnHour } from './caching.ts';
import { serveTools } from './calls.ts';
import { serveCompletions } from './completions.ts';
import type { Document } from './documents.ts';
import { serverIcons } from './icons.ts';
import { tellConnection } from './listening.ts';
import { promptsFor, servePrompts } from './prompts.ts';
import { servedResources, serveResources } from './resources.ts';
import { openSession } from './session.ts';

export interface McpOptions {
  readonly kernel: Kernel;
  readonly version: string;
  /** What a model should know before its first call. */
  readonly instructions: string;
  /** Whom calls are made for. */
  readonly caller: string;
  /** What can be read under an address. */
  readonly resources: readonly Resource[];
  /** The jobs that a person can start. */
  readonly prompts: readonly Prompt[];
  /** The domains of an account, for completions: they are asked for with each letter that a person types. */
  readonly domainNames: (account: string) => Promise<readonly DomainName[]>;
  /** What acts of this process have touched. */
  readonly changes: Changes;
  /** What can be read besides: fixed texts, for whoever may read. */
  readonly documents?: readonly Document[];
}

/** What is listed does not change while a server runs. */
const cacheable = [
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'prompts/list',
  'server/discover',
] as const;

/**
 * A factory of MCP servers over one kernel. The SDK asks for one per request over HTTP, so all that does not depend on
 * the request is made here, once; sharing a server between clients would mix their answers.
 */
export function mcpServers(options: McpOptions): McpServerFactory {
  const { kernel, version, instructions, documents = [], domainNames, changes } = options;
  const resources = servedResources(kernel, options.resources);
  const prompts = promptsFor(kernel, options.prompts);
  const lists = kernel.tools.some(({ name }) => name === 'domain_list');
  const parts = [
    serveTools(kernel),
    serveResources(resources, documents),
    servePrompts(prompts),
    serveCompletions({ prompts, resources, domainNames: lists ? domainNames : undefined }),
  ];

  return (context = { era: 'modern' }) => {
    const mcp = new McpServer(
      { name: 'registrar-mcp', title: 'Domain registrar', version, icons: [...serverIcons] },
      { instructions, cacheHints: Object.fromEntries(cacheable.map(method => [method, forAnHour])) },
    );
    const session = openSession(options, mcp, context);
    // A client of 2025 can only be told of changes over a connection, which it has to itself.
    const connection = context.requestInfo === undefined;
    const subscribe = session.may('read') && (connection || context.era === 'modern');
    mcp.server.registerCapabilities({
      tools: { listChanged: false },
      resources: subscribe ? { subscribe } : {},
      prompts: {},
      completions: {},
    });
    for (const serve of parts) serve(session);
    if (connection) tellConnection({ changes, resources }, session, context.era);
    return mcp;
  };
}
