import { createMcpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import * as z from 'zod';

const revision = '2026-07-28';

const Reply = z.object({
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** A question of the server's: what is asked, and the one field that answers it. */
const Asked = z.object({
  requestState: z.string(),
  inputRequests: z.record(
    z.string(),
    z.object({
      params: z.object({
        message: z.string(),
        requestedSchema: z.object({ properties: z.record(z.string(), z.object({ title: z.string() })) }),
      }),
    }),
  ),
});

/** Asks the person at a terminal; undefined where they leave without an answer. */
export type Ask = (message: string, field: string) => Promise<string | undefined>;

/**
 * A client in the same process that speaks MCP to the server as any other would: for people and scripts at a shell.
 * It can be asked (elicitation) where there is somebody to `ask`.
 */
export function inProcessClient(factory: McpServerFactory, version: string, ask?: Ask) {
  const handler = createMcpHandler(factory);

  /** Sends one request, and answers what the server asks; throws with the server's message where it answers with an error. */
  return async function request(
    method: string,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<Record<string, unknown>> {
    const result = await exchange(method, params);
    if (!ask) return result;
    const asked = Asked.safeParse(result);
    if (!asked.success) return result;
    const { inputRequests, requestState } = asked.data;
    const answers = Object.entries(inputRequests).map(async ([key, { params: question }]) => {
      const [[field, { title }] = ['', { title: '' }]] = Object.entries(question.requestedSchema.properties);
      const given = await ask(question.message, title);
      return [key, given === undefined ? { action: 'cancel' } : { action: 'accept', content: { [field]: given } }];
    });
    const inputResponses = Object.fromEntries(await Promise.all(answers));
    return await request(method, { ...params, inputResponses, requestState });
  };

  async function exchange(method: string, params: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
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
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method,
          params: { ...params, _meta: envelope(version, ask !== undefined) },
        }),
      }),
    );
    const { result, error } = Reply.parse(await response.json());
    if (result === undefined) throw new Error(error?.message ?? `The server answered with HTTP ${response.status}.`);
    return result;
  }
}

function envelope(version: string, canAsk: boolean) {
  return {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientInfo': { name: 'registrar-mcp', version },
    'io.modelcontextprotocol/clientCapabilities': canAsk ? { elicitation: { form: {} } } : {},
  };
}
