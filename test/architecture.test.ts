import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** Who may import whom; what a folder does not list here, it may not. Packages are named where only one folder may use them. */
const law: Readonly<Record<string, readonly string[]>> = {
  'src/model': [],
  'src/zone': ['src/model'],
  'src/dns': [],
  'src/ledger': ['src/model', 'src/private-file.ts'],
  'src/registrar': ['src/model'],
  'src/sandbox': ['src/model', 'src/registrar', 'src/dns', 'src/private-file.ts', 'src/listen.ts'],
  'src/tool': ['src/model', 'src/zone', 'src/dns', 'src/registrar', 'src/ledger'],
  tools: ['src/model', 'src/zone', 'src/tool'],
  'src/server': ['src/model', 'src/tool', 'src/listen.ts', 'src/remembered.ts', 'src/same-secret.ts'],
  'src/ui/apps': ['src/model'],
  'src/ui': ['src/model', 'src/ledger', 'src/same-secret.ts'],
  'src/config': ['src/model', 'src/zone', 'src/dns'],
  'src/log.ts': [],
  'src/once.ts': [],
  'src/remembered.ts': [],
  'src/this-process.ts': [],
  'src/open-store.ts': ['src/config', 'src/ledger', 'src/model'],
  'src/account-words.ts': ['src/config', 'src/model'],
  'src/private-file.ts': [],
  'src/same-secret.ts': [],
  'src/listen.ts': [],
  'src/traces.ts': ['src/metrics.ts', 'src/once.ts'],
  'src/metrics.ts': ['src/model', 'src/ledger'],
  'src/doctor.ts': ['src/model', 'src/ledger', 'src/registrar'],
  'src/open-account.ts': [
    'src/account-words.ts',
    'src/once.ts',
    'src/config',
    'src/model',
    'src/dns',
    'src/registrar',
    'src/tool',
  ],
  'src/compose.ts': [
    'src/account-words.ts',
    'src/open-account.ts',
    'src/once.ts',
    'src/remembered.ts',
    'src/this-process.ts',
    'src/open-store.ts',
    'src/config',
    'src/doctor.ts',
    'src/metrics.ts',
    'src/traces.ts',
    'src/log.ts',
    'src/model',
    'src/dns',
    'src/ledger',
    'src/registrar',
    'src/sandbox',
    'src/tool',
    'src/ui',
  ],
  'src/install': ['src/config', 'src/model'],
  'src/bin': [
    'src/compose.ts',
    'src/install',
    'src/doctor.ts',
    'src/metrics.ts',
    'src/config',
    'src/model',
    'src/dns',
    'src/ledger',
    'src/server',
    'src/sandbox',
    'tools',
  ],
};

const reserved: Readonly<Record<string, readonly string[]>> = {
  '@modelcontextprotocol/': ['src/server'],
  undici: ['src/registrar'],
  pg: ['src/ledger'],
  'openid-client': ['src/ui'],
  jose: ['src/server'],
  'node:sqlite': ['src/ledger', 'src/sandbox'],
  '@opentelemetry/': ['src/traces.ts'],
  pino: ['src/log.ts'],
  'prom-client': ['src/metrics.ts'],
  'dns-packet': ['src/dns', 'src/sandbox'],
  yaml: ['src/zone'],
  hono: ['src/ui'],
  'hono/': ['src/ui'],
  '@hono/': ['src/server'],
  preact: ['src/ui/apps'],
  'preact/': ['src/ui/apps'],
  'chart.js': ['src/ui/apps'],
  'zod/mini': ['src/ui/apps'],
};

const files = globSync('{src,tools}/**/*.{ts,tsx}');

function room(file: string): string {
  return Object.keys(law).find(name => file === name || file.startsWith(`${name}/`)) ?? file;
}

function imports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name = '']) => name);
}

test.each(files)('%s imports only what its layer may', file => {
  const allowed = [room(file), ...(law[room(file)] ?? [])];
  for (const name of imports(file)) {
    if (name.endsWith('package.json')) continue;
    const inside = name.startsWith('#')
      ? `src/${name.slice(1)}`
      : name.startsWith('.')
        ? normalize(join(dirname(file), name))
        : undefined;
    if (inside !== undefined) expect(allowed, `${file} → ${inside}`).toContain(room(inside));
    const owners = Object.entries(reserved).find(
      ([prefix]) => name === prefix || (prefix.endsWith('/') && name.startsWith(prefix)),
    )?.[1];
    if (owners) expect(owners, `${file} → ${name}`).toContain(room(file));
  }
});

test('the sandbox takes only the endpoint table from the client', () => {
  const taken = globSync('src/sandbox/**/*.ts')
    .flatMap(imports)
    .filter(name => name.includes('/registrar/'))
    .map(name => name.replace(/^.*\//, ''));
  expect([...new Set(taken)].sort()).toEqual(['endpoints.ts', 'path.ts']);
});

test('the environment is read in one place, and the clock in another', () => {
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    if (file !== 'src/bin/registrar-mcp.ts') expect(text, file).not.toContain('process.env');
    if (!['src/compose.ts', 'src/sandbox/server.ts'].includes(file))
      expect(text, file).not.toMatch(/Date\.now\(\)|new Date\(\)/);
  }
});

test('views write text, and never markup', () => {
  for (const file of files.filter(name => name.startsWith('src/ui/apps/')))
    expect(readFileSync(file, 'utf8'), file).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/i,
    );
});
