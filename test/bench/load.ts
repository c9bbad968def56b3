import { Pool } from 'undici';

const revision = '2026-07-28';

/** Calls `domain_get` over so many connections at once; gives the calls per second. */
export async function load(
  url: URL,
  { connections, calls, token }: { connections: number; calls: number; token?: string | undefined },
): Promise<number> {
  const pool = new Pool(url.origin, { connections });
  const headers = {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    'MCP-Protocol-Version': revision,
    'Mcp-Method': 'tools/call',
    'Mcp-Name': 'domain_get',
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name: 'domain_get',
      arguments: { domain_name: 'harbor-bakery.com' },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': revision,
        'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  });
  let left = calls;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const reply = await pool.request({ method: 'POST', path: url.pathname, headers, body });
      const text = await reply.body.text();
      if (reply.statusCode !== 200 || !text.includes('harbor-bakery.com'))
        throw new Error(`the call failed: ${reply.statusCode} ${text.slice(0, 300)}`);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  const took = performance.now() - began;
  await pool.close();
  return (calls / took) * 1000;
}
