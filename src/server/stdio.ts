import type { Readable } from 'node:stream';
import type { McpServerFactory } from '@modelcontextprotocol/server';
import { serveStdio as serve } from '@modelcontextprotocol/server/stdio';

/** Serves one client over standard input and output; `ended` resolves when the client has gone. */
export function serveStdio(factory: McpServerFactory, stdin: Readable, onerror: (error: Error) => void) {
  const ended = new Promise<void>(resolve => {
    for (const event of ['end', 'close', 'error']) stdin.once(event, () => resolve());
  });
  const handle = serve(factory, { onerror });
  return { ended, close: () => handle.close() };
}
