import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type AuthInfo,
  bearerAuthChallengeResponse,
  getOAuthProtectedResourceMetadataUrl,
  type McpServerFactory,
  verifyBearerToken,
} from '@modelcontextprotocol/server';
import { listen } from '../listen.ts';
import { isLoopback } from '../model/loopback.ts';
import { type Authorization, openVerifier, resourceMetadata } from './authorization.ts';
import { defaultPatience, type Patience, watchConnections } from './connections.ts';
import { openExchanges } from './exchange.ts';
import { openGuard } from './guard.ts';
import type { Listening } from './listening.ts';
import { isPage, type Pages, pageListener } from './pages.ts';
import { permitIn } from './permits.ts';
import { json, send } from './reply.ts';

export interface HttpOptions {
  readonly factory: McpServerFactory;
  /** How streams of changes are told of them; where it is missing there are none. */
  readonly listening?: Listening | undefined;
  readonly host: string;
  readonly port: number;
  /** How callers are known; where there is none, everybody who gets here may call. */
  readonly authorization?: (Authorization & { readonly now: () => Date }) | undefined;
  /** Names, besides this machine's own, under which the server may be reached. */
  readonly hosts: readonly string[];
  /** What is asked of each thing that every call needs; its words stay here. */
  readonly ready?: (() => Promise<readonly { readonly name: string; readonly ok: boolean }[]>) | undefined;
  /** Figures, at `/metrics`, for whoever may call. */
  readonly metrics?:
    | { text(): Promise<string>; readonly contentType: string; refused(status: number): void }
    | undefined;
  /** What a browser is shown at `/` and `/approvals`; no token is needed there. */
  readonly pages?: Pages | undefined;
  /** How long clients are waited for. */
  readonly patience?: Patience | undefined;
  readonly onerror: (error: Error) => void;
}

/** Most connections at once: one that never says anything costs 11 KB for ten seconds. */
const mostConnections = 5_000;

/**
 * Serves MCP at `/mcp`, health at `/healthz`, readiness at `/readyz` and figures at `/metrics`. Requests with a foreign `Host` or `Origin` are refused (DNS rebinding),
 * then those without the token. Throws where it would listen beyond this machine without one.
 */
export async function serveHttp({
  factory,
  listening,
  host,
  port,
  authorization,
  hosts,
  ready,
  metrics,
  pages,
  patience = defaultPatience,
  onerror,
}: HttpOptions) {
  if ((!isLoopback(host) || hosts.length > 0) && !authorization) {
    throw new Error(
      `${isLoopback(host) ? `Answering to ${hosts[0]}` : `Listening on ${host}`} lets others in: set REGISTRAR_HTTP_TOKEN (or REGISTRAR_HTTP_TOKEN_FILE) to the token that they must send, make tokens with registrar-mcp token create, or set REGISTRAR_OAUTH_ISSUER.`,
    );
  }
  const guard = openGuard([
    host.includes(':') ? `[${host}]` : host,
    ...hosts,
    ...(authorization?.oauth ? [authorization.oauth.audience.hostname] : []),
  ]);
  const exchanges = openExchanges(factory, { listening, onerror, refused: status => metrics?.refused(status) });
  const page = pages && pageListener(pages);
  const oauth = authorization?.oauth;
  const verifier = authorization && openVerifier(authorization, authorization.now);
  const metadataAt = oauth && new URL(getOAuthProtectedResourceMetadataUrl(oauth.audience));
  const challenge = metadataAt ? { resourceMetadataUrl: metadataAt.href } : {};

  /** Who calls; tells one who is not known what is missing, and gives nothing then. */
  async function callerOf(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<{ auth?: AuthInfo } | undefined> {
    if (!verifier) return {};
    try {
      return { auth: await verifyBearerToken(request.headers.authorization, { verifier, ...challenge }) };
    } catch (error) {
      const answer = bearerAuthChallengeResponse(error, challenge);
      metrics?.refused(answer.status);
      await send(response, answer);
      return undefined;
    }
  }

  async function figures(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!metrics) return;
    const caller = await callerOf(request, response);
    if (!caller) return;
    // The figures are of all accounts.
    if (permitIn(caller.auth)?.accounts)
      return json(response, 403, { error: 'These figures are not for every caller.' });
    response.writeHead(200, { 'Content-Type': metrics.contentType });
    response.end(await metrics.text());
  }

  async function call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const caller = await callerOf(request, response);
    if (!caller) return;
    const again = async () =>
      verifier && (await verifyBearerToken(request.headers.authorization, { verifier, ...challenge }));
    await exchanges.answer(request, response, caller.auth, again);
  }

  const readiness = ready && kept(ready, readyMs);

  const failed = (error: unknown, response: ServerResponse) => {
    onerror(error instanceof Error ? error : new Error(String(error)));
    response.destroy();
  };

  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      keepAliveTimeout: patience.next,
      connectionsCheckingInterval: patience.look,
    },
    (request, response) => {
      const [pathname = ''] = (request.url ?? '').split('?');
      if (pathname === '/healthz') return json(response, 200, { status: 'ok' });
      if (pathname === '/readyz' && readiness)
        return void readiness().then(
          checks => json(response, checks.every(({ ok }) => ok) ? 200 : 503, { checks }),
          error => failed(error, response),
        );
      if (!guard.host(request, response)) return;
      if (oauth && metadataAt && ['/.well-known/oauth-protected-resource', metadataAt.pathname].includes(pathname))
        return describe(request, response, resourceMetadata(oauth));
      if (!guard.origin(request, response)) return;
      if (page && isPage(pathname)) return void page(request, response).catch(error => failed(error, response));
      if (pathname === '/metrics' && metrics)
        return void figures(request, response).catch(error => failed(error, response));
      if (pathname !== '/mcp') return json(response, 404, { error: 'Not found. MCP is at /mcp, health at /healthz.' });
      call(request, response).catch(error => failed(error, response));
    },
  );

  server.maxConnections = mostConnections;
  const connections = watchConnections(server, patience);
  const url = await listen(server, { host, port });

  return {
    url: new URL('/mcp', url),
    /** Takes no new connections, and waits for the answers that are under way, at most `deadline` milliseconds. */
    async close(deadline = 60_000): Promise<void> {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      connections.end();
      await exchanges.endStreams();
      const forced = setTimeout(() => server.closeAllConnections(), deadline);
      await closed;
      clearTimeout(forced);
      connections.close();
      await exchanges.close();
    },
  };
}

/** Tells a client of any origin where to get a token: nothing here is anybody's secret. */
function describe({ method }: IncomingMessage, response: ServerResponse, document: object): void {
  const cors = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'GET, HEAD',
    'Access-Control-Allow-Headers': 'MCP-Protocol-Version',
  };
  if (method === 'OPTIONS') response.writeHead(204, cors).end();
  else if (method === 'GET' || method === 'HEAD') json(response, 200, document, cors);
  else json(response, 405, { error: 'Only GET is served here.' }, { ...cors, Allow: 'GET, HEAD, OPTIONS' });
}

/** For how long an answer about readiness is kept: anybody may ask, and each asks the registrar. */
const readyMs = 5_000;

/** What was found a moment ago, without the words, which are for whoever runs the server. */
function kept(ready: NonNullable<HttpOptions['ready']>, ms: number) {
  let last: ReturnType<typeof ready> | undefined;
  return async () => {
    if (!last) {
      last = ready();
      setTimeout(() => {
        last = undefined;
      }, ms).unref();
    }
    return (await last).map(({ name, ok }) => ({ name, ok }));
  };
}
