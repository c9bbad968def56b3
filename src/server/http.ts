import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { hostHeaderValidation, originValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, localhostAllowedHostnames, type McpServerFactory } from '@modelcontextprotocol/server';
import { listen } from '../listen.ts';
import { isLoopback } from '../model/loopback.ts';
import { sameSecret } from '../same-secret.ts';
import { type Pages, pageListener, pagesPath } from './pages.ts';

export interface HttpOptions {
  readonly factory: McpServerFactory;
  readonly host: string;
  readonly port: number;
  /** The bearer token that every call must carry; none is needed where there is none. */
  readonly token?: string | undefined;
  /** Names, besides this machine's own, under which the server may be reached. */
  readonly hosts: readonly string[];
  /** What a browser is shown at `/approvals`; no token is needed there. */
  readonly pages?: Pages | undefined;
  readonly onerror: (error: Error) => void;
}

const maxBodyBytes = 1024 * 1024;

/**
 * Serves MCP at `/mcp` and health at `/healthz`. Requests with a foreign `Host` or `Origin` are refused (DNS rebinding),
 * then those without the token. Throws where it would listen beyond this machine without one.
 */
export async function serveHttp({ factory, host, port, token, hosts, pages, onerror }: HttpOptions) {
  if (!isLoopback(host) && token === undefined) {
    throw new Error(
      `Listening on ${host} lets others in: set REGISTRAR_HTTP_TOKEN (or REGISTRAR_HTTP_TOKEN_FILE) to the token that they must send.`,
    );
  }
  const known = [...localhostAllowedHostnames(), host.includes(':') ? `[${host}]` : host, ...hosts];
  const hostIsKnown = hostHeaderValidation(known);
  const originIsKnown = originValidation(known);
  const mcp = createMcpHandler(factory, { onerror, maxRequestBodySize: maxBodyBytes });
  const handle = toNodeHandler(mcp, { onerror, maxRequestBodySize: maxBodyBytes });

  const page = pages && pageListener(pages);

  const failed = (error: unknown, response: ServerResponse) => {
    onerror(error instanceof Error ? error : new Error(String(error)));
    response.destroy();
  };

  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 10_000,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      const [pathname = ''] = (request.url ?? '').split('?');
      if (pathname === '/healthz') return json(response, 200, { status: 'ok' });
      if (!hostIsKnown(request, response) || !originIsKnown(request, response)) return;
      if (page && (pathname === pagesPath || pathname.startsWith(`${pagesPath}/`)))
        return void page(request, response).catch(error => failed(error, response));
      if (pathname !== '/mcp') return json(response, 404, { error: 'Not found. MCP is at /mcp, health at /healthz.' });
      if (token !== undefined && !carries(request, token)) {
        response.setHeader('WWW-Authenticate', 'Bearer');
        return json(response, 401, { error: 'Send "Authorization: Bearer <REGISTRAR_HTTP_TOKEN>".' });
      }
      handle(Object.assign(request, { method: request.method ?? 'GET', url: request.url ?? '/' }), response).catch(
        error => failed(error, response),
      );
    },
  );

  const url = await listen(server, { host, port });

  return {
    url: new URL('/mcp', url),
    /** Takes no new connections, and waits for the answers that are under way, at most `deadline` milliseconds. */
    async close(deadline = 60_000): Promise<void> {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      // Connections that are kept alive become idle one by one, as their last answers end.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const forced = setTimeout(() => server.closeAllConnections(), deadline);
      await closed;
      clearInterval(idle);
      clearTimeout(forced);
      await mcp.close();
    },
  };
}

function carries({ headers: { authorization = '' } }: IncomingMessage, token: string): boolean {
  const sent = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  return sameSecret(sent, token);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
