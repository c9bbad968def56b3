import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { hostHeaderValidation, originValidation } from '@modelcontextprotocol/node';
import { localhostAllowedHostnames } from '@modelcontextprotocol/server';
import { listen } from '../listen.ts';

/** Answers a browser's request for a page. */
export type Pages = (request: Request) => Promise<Response>;

/** Where the pages are, on whatever server. */
export const pagesPath = '/approvals';

/** Pages as a node server's request handler. */
export function pageListener(pages: Pages): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const listener = getRequestListener(pages, { overrideGlobalObjects: false });
  return async (request, response) => void (await listener(request, response));
}

/** Serves the pages by themselves, on a free port of this machine; requests with a foreign `Host` or `Origin` are refused. */
export async function servePages(pages: Pages) {
  const hostIsKnown = hostHeaderValidation(localhostAllowedHostnames());
  const originIsKnown = originValidation(localhostAllowedHostnames());
  const serve = pageListener(pages);
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, (request, response) => {
    if (!hostIsKnown(request, response) || !originIsKnown(request, response)) return;
    serve(request, response).catch(() => response.destroy());
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  // The client that the pages belong to decides how long the process lives, not an open browser.
  server.unref();
  return {
    url: new URL(pagesPath, url),
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
