import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '#listen.ts';
import { type Exchange, openPairing, unattended } from './exchange.ts';

/** In front of an MCP server over HTTP: passes everything on, and keeps what was said. */
export async function recordHttp(behind: URL) {
  const exchanges: Exchange[] = [];
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const left = new AbortController();
    response.once('close', () => left.abort());
    const reply = await fetch(new URL(request.url ?? '/', behind), {
      method: request.method ?? 'GET',
      headers: passedOn(request.headers),
      signal: left.signal,
      ...(body.length > 0 && { body }),
    });
    response.writeHead(reply.status, passedOn(Object.fromEntries(reply.headers)));
    const heard = openPairing(exchange => exchanges.push(exchange));
    heard(body.toString());
    // Only what is short and of one piece is changed on its way: other answers can be streams without an end.
    if (body.includes('"tools/list"')) {
      const text = unattended(await reply.text());
      hear(text, heard);
      response.end(text);
      return;
    }
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of reply.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      response.write(chunk);
    }
    hear(text, heard);
    response.end();
  }

  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    url: new URL(behind.pathname, url),
    exchanges,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** The messages in a body: those of a stream of events, or the one that it is. */
function hear(body: string, heard: (message: string) => void): void {
  const events = [...body.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data);
  for (const message of events.length > 0 ? events : [body]) heard(message);
}

/** Headers but for those that belong to one connection, or to a body as it was packed on it. */
function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const own = /^(?:host|connection|keep-alive|expect|(?:content|transfer|accept)-(?:length|encoding))$/;
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !own.test(name) ? [[name, value]] : [],
    ),
  );
}
