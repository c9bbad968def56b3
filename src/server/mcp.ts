import { McpServer, type McpServerFactory, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { quote } from '../model/text.ts';
import type { Kernel } from '../tool/kernel.ts';
import type { Resource } from '../tool/resource.ts';
import { serveTools } from './calls.ts';
import type { Document } from './documents.ts';
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
  /** What can be read besides: fixed texts, for whoever may read. */
  readonly documents?: readonly Document[];
}

/** What is listed does not change while a server runs, so a client may keep it for an hour. */
const keep = { ttlMs: 3_600_000, cacheScope: 'private' } as const;
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
  const { kernel, version, instructions, documents = [] } = options;
  const parts = [serveTools(kernel), serveResources(servedResources(kernel, options.resources), documents)];

  return (context = { era: 'modern' }) => {
    const mcp = new McpServer(
      { name: 'registrar-mcp', title: 'Domain registrar', version },
      { instructions, cacheHints: Object.fromEntries(cacheable.map(method => [method, keep])) },
    );
    mcp.server.registerCapabilities({ tools: { listChanged: false }, resources: {}, prompts: {} });
    const session = openSession(options, mcp, context);
    for (const serve of parts) serve(session);

    // Clients list them unasked, and an empty list that they can keep ends that.
    mcp.server.setRequestHandler('prompts/list', () => ({ prompts: [] }));
    mcp.server.setRequestHandler('prompts/get', ({ params }) => {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt ${quote(params.name)}.`);
    });
    return mcp;
  };
}
