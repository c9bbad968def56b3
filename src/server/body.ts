import type { IncomingMessage } from 'node:http';
import type { Leave } from './load.ts';

/** A body that has arrived, and what to call when it is needed no more. */
export interface Arrived {
  readonly bytes: Buffer;
  readonly leave: Leave;
}

/** Why a body has not arrived: its client is gone (or was too slow), or there is no room for it. */
export type NotArrived = 'gone' | 'no room';

/**
 * Reads a request's body while its client sends it. Of one that is longer than `most` bytes it gives more than `most`, or
 * nothing where the headers say so. `enter` is asked for room as the body grows: what is only announced takes none, and
 * a body that comes byte by byte takes no more than one that comes at once.
 */
export async function readBody(
  request: IncomingMessage,
  most: number,
  enter: (bytes: number) => Leave | undefined,
): Promise<Arrived | NotArrived> {
  const room: Leave[] = [];
  const leave = () => {
    for (const each of room.splice(0)) each();
  };
  let held = Buffer.alloc(0);
  let size = 0;
  const announced = Number(request.headers['content-length'] ?? most);
  if (announced > most) return { bytes: held, leave };
  try {
    // An answer can still be given when reading has stopped.
    const chunks: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
    for await (const chunk of chunks) {
      if (size + chunk.length > held.length) {
        const grown = Buffer.allocUnsafe(Math.max(size + chunk.length, Math.min(held.length * 2, announced)));
        const more = enter(grown.length - held.length);
        if (!more) {
          leave();
          return 'no room';
        }
        room.push(more);
        held.copy(grown, 0, 0, size);
        held = grown;
      }
      size += chunk.copy(held, size);
      if (size > most) break;
    }
  } catch {
    leave();
    return 'gone';
  }
  return { bytes: held.subarray(0, size), leave };
}
