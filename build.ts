import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'rolldown';
import manifest from './package.json' with { type: 'json' };

/**
 * Bundles what is published: one entry for a fast start; what the first `tools/list` does not need is in chunks of its own.
 * What package.json has under `dependencies` is left outside, and is all that an installation adds.
 */
await build({
  input: { 'registrar-mcp': 'src/bin/registrar-mcp.ts' },
  platform: 'node',
  external: [/^node:/, ...Object.keys(manifest.dependencies)],
  // What its package.json names is UMD, whose parts no bundler finds; the same as modules lies beside it.
  resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
  output: { dir: 'dist', format: 'esm', cleanDir: true, chunkFileNames: '[name].js' },
  logLevel: 'warn',
});

// npx makes it executable the first time that it is run in a checkout, and not again when it is built anew.
chmodSync(manifest.bin['registrar-mcp'], 0o755);

/**
 * The views that hosts and browsers draw: a script each, and one style sheet. They are put together into pages when somebody
 * asks for one, where a script must not seem to end early.
 */
for (const view of ['plan', 'portfolio', 'zone']) {
  await build({
    input: `src/ui/apps/${view}/${view}.tsx`,
    platform: 'browser',
    output: { file: `dist/apps/${view}.js`, format: 'iife', minify: true },
    logLevel: 'warn',
  });
  if (/<\/script|<!--/i.test(readFileSync(`dist/apps/${view}.js`, 'utf8')))
    throw new Error(`The script of the view ${view} cannot stand in a page.`);
}
writeFileSync('dist/apps/style.css', readFileSync('src/ui/apps/style.css'));
