import { createMcpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import * as z from 'zod';

const revision = '2026-07-28';

const Reply = z.object({
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** A client in the same process that speaks MCP to the server as any other would: for people and scripts at a shell. */
export function inProcessClient(factory: McpServerFactory, version: string) {
  const handler = createMcpHandler(factory);

  /** Sends one request; throws with the server's message where it answers with an error. */
  return async function request(
    method: string,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<Record<string, unknown>> {
    const response = await handler.fetch(
      new Request('http://localhost/mcp', {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Accept: 'application/json, text/event-stream',
          'MCP-Protocol-Version': revision,
          'Mcp-Method': method,
          ...(typeof params.name === 'string' && { 'Mcp-Name': params.name }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: envelope(version) } }),
      }),
    );
    const { result, error } = Reply.parse(await response.json());
    if (result === undefined) throw new Error(error?.message ?? `The server answered with HTTP ${response.status}.`);
    return result;
  };
}

function envelope(version: string) {
  return {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientInfo': { name: 'registrar-mcp', version },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
}
