import type { Server } from 'node:http';

/** Starts listening; gives the URL, with the port that was found where 0 was asked for. Rejects where it cannot listen. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<URL> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return new URL(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
}
