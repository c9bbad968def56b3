import { createServer } from 'node:http';
import { listen } from '#listen.ts';

/** A port of this machine that nobody listens on, for programs that cannot find one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 });
  await new Promise(resolve => server.close(resolve));
  return Number(port);
}
