import { build } from 'rolldown';

/** Bundles what is published: one entry for a fast start; what the first `tools/list` does not need is in chunks of its own. */
await build({
  input: { 'registrar-mcp': 'src/bin/registrar-mcp.ts' },
  platform: 'node',
  external: [/^node:/, 'pino', 'pg'],
  output: { dir: 'dist', format: 'esm', cleanDir: true, chunkFileNames: '[name].js' },
  logLevel: 'warn',
});
