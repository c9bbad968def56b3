import * as z from 'zod';

export const revision = '2026-07-28';
const meta = {
  'io.modelcontextprotocol/protocolVersion': revision,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
};

/** One request of the protocol as it is posted; `declares`: what the client can do. */
export function message(
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  { token, declares = {}, id = 1 }: { token?: string | undefined; declares?: object; id?: number | string } = {},
): RequestInit {
  const name = params.name ?? params.uri;
  const _meta = { ...meta, 'io.modelcontextprotocol/clientCapabilities': declares };
  return {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': revision,
      'Mcp-Method': method,
      ...(typeof name === 'string' && { 'Mcp-Name': name }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta } }),
  };
}

/** Sends one request of the protocol over HTTP, as whoever has this token. */
export async function request(
  url: URL,
  token: string | undefined,
  method: string,
  params: Record<string, unknown> = {},
) {
  const reply = await fetch(url, message(method, params, { token }));
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
