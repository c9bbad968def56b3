import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { readConfig } from '#config/config.ts';
import { type Setting, settings } from '#config/settings.ts';

/** What cannot be run here is read: every path, port and variable that it names is there. */
const read = (path: string) => readFileSync(path, 'utf8');
const files = ['deploy/Dockerfile', 'deploy/compose.yml', 'deploy/registrar-mcp.service', 'docs/running-for-a-team.md'];
const port = '8808';

const known = Object.entries(settings).flatMap(([name, setting]: [string, Setting]) =>
  setting.secret ? [name, `${name}_FILE`] : [name],
);

test.each(files)('%s names settings that there are', path => {
  const named = read(path).match(/\bREGISTRAR_[A-Z_]+\b/g) ?? [];
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(known, name).toContain(name);
});

test('the image copies what there is, listens where it says, and is nobody special', () => {
  const lines = read('deploy/Dockerfile').split('\n');
  const copied = lines.filter(line => /^COPY (?!--from)/.test(line)).flatMap(line => line.split(' ').slice(1, -1));
  for (const path of copied) expect(existsSync(path), path).toBe(true);
  const needed = ['src', 'tools', 'packaging', 'tsconfig.json', 'package.json', 'package-lock.json'];
  expect(copied).toEqual(expect.arrayContaining(needed));
  expect(lines).toContain(`EXPOSE ${port}`);
  expect(lines).toContain('USER node');
  expect(lines.at(-2)).toBe(`CMD ["http", "--host", "0.0.0.0", "--port", "${port}"]`);
  expect(read('deploy/Dockerfile')).toContain(`http://127.0.0.1:${port}/healthz`);
  const { engines, bin } = z
    .object({ engines: z.object({ node: z.string() }), bin: z.record(z.string(), z.string()) })
    .parse(JSON.parse(read('package.json')));
  expect(engines.node).toBe('>=22.19');
  expect(lines).toContain(`ENTRYPOINT ["node", "${bin['registrar-mcp']}"]`);
});

test('the composition is of the image and a database, with every secret that it names', () => {
  const Service = z.object({
    volumes: z.array(z.string()).default([]),
    secrets: z.array(z.string()),
    environment: z.record(z.string(), z.string()),
  });
  const { services, secrets, volumes } = z
    .object({
      services: z.object({
        'registrar-mcp': Service.extend({
          build: z.object({ context: z.string(), dockerfile: z.string() }),
          read_only: z.literal(true),
          depends_on: z.object({ database: z.object({ condition: z.literal('service_healthy') }) }),
          tmpfs: z.array(z.string()),
          ports: z.array(z.string()),
        }),
        database: Service.extend({ image: z.string(), healthcheck: z.object({ test: z.array(z.string()) }) }),
      }),
      secrets: z.record(z.string(), z.object({ file: z.string() })),
      volumes: z.record(z.string(), z.unknown()),
    })
    .parse(parse(read('deploy/compose.yml')));
  const { 'registrar-mcp': server, database } = services;
  expect(existsSync(server.build.dockerfile)).toBe(true);
  expect(server.ports).toEqual([`127.0.0.1:${port}:${port}`]);
  expect(server.tmpfs.map(path => path.split(':')[0])).toEqual(['/state']);
  expect(database.volumes.map(path => path.split(':')[0])).toEqual(Object.keys(volumes));
  expect(Number(/postgres:(\d+)/.exec(database.image)?.[1])).toBeGreaterThanOrEqual(13);
  for (const { environment, secrets: given } of [server, database]) {
    const named = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
    expect(named.map(([, path]) => path).sort()).toEqual(given.map(secret => `/run/secrets/${secret}`).sort());
  }
  expect(Object.keys(secrets).sort()).toEqual([...server.secrets, ...database.secrets].sort());
});

test('the unit starts what there is, and keeps its state where it may write', () => {
  const unit = read('deploy/registrar-mcp.service');
  expect(unit).toContain(`registrar-mcp http --port ${port}`);
  expect(unit).toContain('REGISTRAR_STATE_DIR=/var/lib/registrar-mcp');
  expect(unit).toContain('StateDirectory=registrar-mcp');
});

test('the accounts of the page are read as they stand there', () => {
  const [, file = ''] = /```json\n([\s\S]*?)```/.exec(read('docs/running-for-a-team.md')) ?? [];
  const { accounts } = readConfig(
    { REGISTRAR_ACCOUNTS_FILE: '/accounts.json', AGENCY_TOKEN: 'b', HOME: '/' },
    { readFile: path => (path === '/accounts.json' ? file : 'a'), toolsets: [] },
  );
  expect([...(accounts?.served.keys() ?? [])]).toEqual(['shop', 'agency']);
  expect(accounts?.callers.get('oauth 3f2a9c')).toMatchObject({ accounts: ['shop', 'agency'], human: true });
});

test('the page names files, commands and figures that there are', () => {
  const page = read('docs/running-for-a-team.md');
  for (const path of page.match(/deploy\/[\w.-]+/g) ?? []) expect(existsSync(path), path).toBe(true);
  for (const figure of page.match(/registrar_mcp_\w+/g) ?? [])
    expect(read('src/metrics.ts'), figure).toContain(`'${figure}'`);
  const usage = read('src/bin/registrar-mcp.ts');
  for (const [, command = ''] of page.matchAll(/`registrar-mcp (\w+)/g))
    expect(usage, command).toContain(`case '${command}'`);
  for (const path of ['/healthz', '/readyz', '/metrics']) expect(read('src/server/http.ts')).toContain(`'${path}'`);
});
