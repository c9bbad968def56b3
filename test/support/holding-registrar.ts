import { createServer, type ServerResponse } from 'node:http';
import { listen } from '#listen.ts';

const ok = '"result":{"code":100,"message":"Command Successful"}';

/** A registrar that holds the requests to some paths until they are let go; all others it answers at once. */
export async function openHoldingRegistrar(path: RegExp, members = '"records":[]') {
  const held = new Set<ServerResponse>();
  let came = 0;
  let givenUp = 0;
  let holds = true;
  const server = createServer((request, response) => {
    if (!holds || !path.test(request.url ?? '')) return response.end(`{${ok},${members}}`);
    came += 1;
    held.add(response);
    return response.once('close', () => {
      if (held.delete(response)) givenUp += 1;
    });
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    url,
    /** How many requests came to be held. */
    came: () => came,
    /** How many of them were given up by whoever sent them. */
    givenUp: () => givenUp,
    /** Answers what is held, and from now on everything. */
    release(): void {
      holds = false;
      for (const response of held) {
        held.delete(response);
        response.end(`{${ok},${members}}`);
      }
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

export type HoldingRegistrar = Awaited<ReturnType<typeof openHoldingRegistrar>>;
