import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { listen } from '../listen.ts';
import { openGuard } from './guard.ts';
import { json } from './reply.ts';

/** Answers a browser's request for a page. */
export type Pages = (request: Request) => Promise<Response>;

/** Where the pages are on which a person decides, on whatever server. */
const deciding = '/approvals';
/** Where the others are: for who looks after a server, they are only on the one that they started. */
const looking: readonly string[] = ['/', '/portfolio', '/zone', '/journal', '/budget', '/enter', '/leave'];

function decides(pathname: string): boolean {
  return pathname === deciding || pathname.startsWith(`${deciding}/`);
}

/** Whether a page is there. */
export function isPage(pathname: string): boolean {
  return decides(pathname) || looking.includes(pathname) || pathname.startsWith('/assets/');
}

/** Pages as a node server's request handler. */
export function pageListener(pages: Pages): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const listener = getRequestListener(pages, { overrideGlobalObjects: false });
  return async (request, response) => void (await listener(request, response));
}

/** Serves the pages on which a person decides by themselves, on a free port of this machine; requests with a foreign `Host` or `Origin` are refused. */
export async function servePages(pages: Pages) {
  const guard = openGuard();
  const serve = pageListener(pages);
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, (request, response) => {
    if (!guard.host(request, response) || !guard.origin(request, response)) return;
    // As the pages read it: a path that leads out of here by dots leads out of here.
    const pathname = URL.parse(`http://localhost${request.url}`)?.pathname;
    if (pathname === undefined || !decides(pathname))
      return json(response, 404, { error: `Not found. What waits for a person is at ${deciding}.` });
    serve(request, response).catch(() => response.destroy());
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  // The client that the pages belong to decides how long the process lives, not an open browser.
  server.unref();
  return {
    url: new URL(deciding, url),
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
