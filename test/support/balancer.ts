import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { exited } from './server-process.ts';

/** nginx in front of replicas: what they get goes to each in turn, and past one that cannot be connected to. */
export async function openBalancer(replicas: readonly URL[]) {
  const directory = mkdtempSync(join(tmpdir(), 'registrar-nginx-'));
  const port = await freePort();
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(directory, 'nginx.conf'),
    `${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${directory}/nginx.pid;
error_log stderr;
events { worker_connections 2048; }
http {
  access_log off;
  ${scratch.map(name => `${name}_temp_path ${directory}/${name};`).join(' ')}
  upstream replicas { ${replicas.map(({ host }) => `server ${host} fail_timeout=1s;`).join(' ')} }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://replicas;
      proxy_set_header Host $host;
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_read_timeout 120s;
    }
  }
}
`,
  );
  const nginx = spawn('nginx', ['-p', directory, '-c', 'nginx.conf', '-g', 'daemon off;'], {
    stdio: 'ignore',
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
  });
  while (!(await answers(port))) {
    if (nginx.exitCode !== null) throw new Error('nginx has ended');
    await delay(20);
  }
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    async close(): Promise<void> {
      nginx.kill('SIGTERM');
      await exited(nginx);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
