import * as z from 'zod';

export const revision = '2026-07-28';
export const meta = {
  'io.modelcontextprotocol/protocolVersion': revision,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Sends one request of the protocol over HTTP, as whoever has this token. */
export async function request(
  url: URL,
  token: string | undefined,
  method: string,
  params: Record<string, unknown> = {},
) {
  const reply = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': revision,
      'Mcp-Method': method,
      ...(typeof params.name === 'string' && { 'Mcp-Name': params.name }),
      ...(typeof params.uri === 'string' && { 'Mcp-Name': params.uri }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
  });
  const text = await reply.text();
  return { status: reply.status, challenge: reply.headers.get('WWW-Authenticate') ?? '', text };
}

/** Calls a tool. */
export const call = (url: URL, token: string | undefined, name: string, args: Record<string, unknown> = {}) =>
  request(url, token, 'tools/call', { name, arguments: args });

const Listed = z.object({ result: z.object({ tools: z.array(z.object({ name: z.string() })) }) });

/** The tools that are listed. */
export async function names(url: URL, token: string): Promise<string[]> {
  const { text } = await request(url, token, 'tools/list');
  return Listed.parse(JSON.parse(text)).result.tools.map(({ name }) => name);
}

/** The confirm value in an answer. */
export const confirmIn = (text: string) => /"confirm":"([^"]+)"/.exec(text)?.[1];
