import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '#listen.ts';

/** Changes an answer of the registrar's on its way; undefined leaves it alone. */
export type Meddling = (request: string, answer: string) => string | undefined;

/** A registrar that charges, or says, other than it should: in front of one that does as it should. */
export async function openMeddler(behind: URL) {
  const state: { meddle: Meddling } = { meddle: () => undefined };
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked = `${request.method} ${request.url}`;
    const answer = await fetch(new URL(request.url ?? '/', behind), {
      method: request.method ?? 'GET',
      headers: Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
        name.startsWith('api-') && typeof value === 'string' ? [[name, value]] : [],
      ),
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const text = await answer.text();
    response.end(state.meddle(asked, text) ?? text);
  }
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    url,
    /** From now on answers are changed like this. */
    set meddle(meddle: Meddling) {
      state.meddle = meddle;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
