import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openPairing, unattended } from './exchange.ts';

/** `recording-stdio.ts FILE PROGRAM`: serves MCP over its standard streams by that program, and adds what was said to a file. */
const [file = '', ...command] = process.argv.slice(2);

const server = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'] });
const heard = openPairing(exchange => appendFileSync(file, `${JSON.stringify(exchange)}\n`));
createInterface({ input: process.stdin }).on('line', heard);
createInterface({ input: server.stdout }).on('line', line => {
  heard(line);
  process.stdout.write(`${unattended(line)}\n`);
});
process.stdin.pipe(server.stdin);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal));
server.once('exit', code => {
  process.exitCode = code ?? 1;
  process.stdin.destroy();
});
