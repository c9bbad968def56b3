import { defineConfig } from 'rolldown';

/** One entry for a fast start; what the first `tools/list` does not need is in chunks of its own. */
export default defineConfig({
  input: { 'registrar-mcp': 'src/bin/registrar-mcp.ts' },
  platform: 'node',
  external: [/^node:/, 'pino'],
  output: { dir: 'dist', format: 'esm', minify: false, cleanDir: true, chunkFileNames: '[name].js' },
});
