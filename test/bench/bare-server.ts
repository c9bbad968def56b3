import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Pool } from 'undici';
import * as z from 'zod';

/** What the bench compares with: the bare SDK with one tool, which makes the same call to the registrar and no more. */
const [mode, registrar = 'http://127.0.0.1:9'] = process.argv.slice(2);
const input = z.object({ domain_name: z.string() });
let pool: Pool | undefined;

function server(): McpServer {
  const mcp = new McpServer({ name: 'bare', version: '1.0.0' });
  mcp.registerTool('domain_get', { description: 'Shows a domain.', inputSchema: input }, async ({ domain_name }) => {
    pool ??= new Pool(registrar);
    const { body } = await pool.request({
      method: 'GET',
      path: `/api/domain/get/${encodeURIComponent(domain_name)}`,
      headers: { 'Api-Username': 'demo', 'Api-Token': 'demo-token' },
    });
    const domain = JSON.parse(await body.text());
    return { content: [{ type: 'text' as const, text: JSON.stringify(domain) }], structuredContent: domain };
  });
  return mcp;
}

if (mode === 'http') {
  const handle = toNodeHandler(createMcpHandler(server));
  const http = createServer(
    (request, response) =>
      void handle(Object.assign(request, { method: request.method ?? '', url: request.url ?? '' }), response),
  );
  http.listen(0, '127.0.0.1', () => {
    const address = http.address();
    process.stderr.write(
      `at http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/mcp\n`,
    );
  });
} else {
  serveStdio(server);
}
