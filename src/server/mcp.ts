import {
  type Tool as ListedTool,
  McpServer,
  type McpServerFactory,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import type { Kernel } from '../tool/call.ts';
import { listTools } from './catalogue.ts';

export interface McpOptions {
  readonly kernel: Kernel;
  readonly version: string;
  /** What a model should know before its first call. */
  readonly instructions: string;
  /** Whom calls are made for. */
  readonly caller: string;
}

/** How long a client may keep the list of tools: it does not change while a server runs. */
const listedFor = { ttlMs: 3_600_000, cacheScope: 'private' } as const;

/**
 * A factory of MCP servers over one kernel. The SDK asks for one per request over HTTP, so all that does not depend on
 * the request is made here, once; sharing a server between clients would mix their answers.
 */
export function mcpServers({ kernel, version, instructions, caller }: McpOptions): McpServerFactory {
  let listed: ListedTool[] | undefined;

  return () => {
    const mcp = new McpServer(
      { name: 'registrar-mcp', title: 'Domain registrar', version },
      { instructions, cacheHints: { 'tools/list': listedFor, 'server/discover': listedFor } },
    );
    mcp.server.registerCapabilities({ tools: { listChanged: false } });

    mcp.server.setRequestHandler('tools/list', () => {
      listed ??= listTools(kernel.tools);
      return { tools: listed };
    });

    mcp.server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
      const outcome = await kernel.call(params.name, params.arguments, { id: caller, signal: mcpReq.signal });
      if (outcome.fault?.code === 'unknown_tool')
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, outcome.text);
      const content = [{ type: 'text' as const, text: outcome.text }];
      return outcome.fault ? { content, isError: true } : { content, structuredContent: outcome.structured };
    });

    return mcp;
  };
}
