import { createServer, request } from 'node:http';
import { setPriority } from 'node:os';
import { listen } from '#listen.ts';

/**
 * The registrar's door, in a process of its own so that nothing else makes its clock late: `door.ts URL`. It passes every
 * request on, prints where it is, and when it is asked (SIGUSR2), as JSON, when each came, in milliseconds.
 */
const [to = ''] = process.argv.slice(2);
const { hostname, port } = new URL(to);
const came: number[] = [];

try {
  setPriority(-10);
} catch {
  // Only root may go first; the others are as late as they are.
}
const server = createServer((incoming, outgoing) => {
  came.push(performance.now());
  const { method, url: path, headers } = incoming;
  const onward = request({ hostname, port, method, path, headers }, reply => {
    outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(outgoing);
  });
  // Whoever is killed in the middle may have been understood all the same.
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
});
process.once('SIGUSR2', () => process.stdout.write(`${JSON.stringify(came)}\n`));
process.stdout.write(`${(await listen(server, { host: '127.0.0.1', port: 0 })).origin}\n`);
