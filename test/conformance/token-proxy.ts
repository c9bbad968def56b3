import { createServer, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { listen } from '#listen.ts';

/** In front of a server: adds the token, which the suite cannot send, and leaves all else alone, `Host` and `Origin` too. */
export async function openTokenProxy(behind: URL, token: string) {
  const server = createServer((asked, answered) => {
    const headers = { ...asked.headers, authorization: `Bearer ${token}` };
    // A connection for each request: one that is kept may be closed at its other end just when it is used again.
    const options = { method: asked.method, headers, agent: false };
    const onward = request(new URL(asked.url ?? '/', behind), options, answer => {
      answered.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, answered).catch(() => answered.destroy());
    });
    answered.once('close', () => onward.destroy());
    pipeline(asked, onward).catch(() => answered.destroy());
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    url: new URL(behind.pathname, url),
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
