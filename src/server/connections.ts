import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long clients are waited for, in milliseconds. */
export interface Patience {
  /** For the headers of a request, from when the connection is open. */
  readonly headers: number;
  /** For all of a request. */
  readonly request: number;
  /** For an answer to be taken. */
  readonly answer: number;
  /** For the next request on a connection. */
  readonly next: number;
  /** For the rest of requests that are being sent when the server ends. */
  readonly rest: number;
  /** Between two looks at all of it. */
  readonly look: number;
}

export const defaultPatience: Patience = {
  headers: 10_000,
  request: 30_000,
  answer: 30_000,
  next: 10_000,
  rest: 2_000,
  look: 5_000,
};

/** A connection's answers that are not through, in their order, and for how many looks the first has lain there. */
interface Connection {
  readonly answers: Set<ServerResponse>;
  looked?: ServerResponse | undefined;
  looks: number;
}

/**
 * Cuts connections whose client does not take its answers, which the runtime by itself does not, and knows which to let go of
 * when the server ends. A connection that waits for a call is left alone for as long as the call takes.
 */
export function watchConnections(server: Server, { answer, rest, look }: Patience) {
  const open = new Map<Socket, Connection>();
  let ending = false;

  server.on('connection', socket => {
    open.set(socket, { answers: new Set(), looks: 0 });
    socket.once('close', () => open.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    const answers = open.get(socket)?.answers.add(response);
    response.once('close', () => {
      answers?.delete(response);
      if (ending && answers?.size === 0) socket.destroySoon();
    });
  });

  const looking = setInterval(() => {
    for (const [socket, connection] of open) {
      const [head] = connection.answers;
      const lies = head !== undefined && (head.writableEnded || head.writableNeedDrain);
      connection.looks = lies && head === connection.looked ? connection.looks + 1 : 0;
      connection.looked = lies ? head : undefined;
      if (connection.looks * look >= answer) socket.destroy();
    }
  }, look);
  looking.unref();

  return {
    /** Lets each connection go when its last answer is through; those on which no whole request has come, soon. */
    end(): void {
      ending = true;
      setTimeout(() => {
        for (const [socket, { answers }] of open) if (![...answers].some(({ req }) => req.complete)) socket.destroy();
      }, rest).unref();
    },
    /** Stops looking. */
    close: () => clearInterval(looking),
  };
}
