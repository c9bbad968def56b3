import { readFileSync } from 'node:fs';
import { type BuildOptions, build, type RolldownOutput } from 'rolldown';
import * as z from 'zod';
import about from '../package.json' with { type: 'json' };

/**
 * How the sources become what is published: one entry for a fast start; what the first `tools/list` does not need is in chunks of its own.
 * What package.json has under `dependencies` is left outside, and is all that an installation adds.
 */
const server = {
  input: { 'registrar-mcp': 'src/bin/registrar-mcp.ts' },
  platform: 'node',
  external: [/^node:/, ...Object.keys(about.dependencies)],
  // What its package.json names is UMD, whose parts no bundler finds; the same as modules lies beside it.
  resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
  output: { dir: 'dist', format: 'esm', cleanDir: true, chunkFileNames: '[name].js' },
  logLevel: 'warn',
} as const satisfies BuildOptions;

/** The views that hosts and browsers draw: a script each. */
export const views = ['plan', 'portfolio', 'zone'] as const;

function viewOf(name: (typeof views)[number]) {
  return {
    input: `src/ui/apps/${name}/${name}.tsx`,
    platform: 'browser',
    output: { file: `dist/apps/${name}.js`, format: 'iife', minify: true },
    logLevel: 'warn',
  } as const satisfies BuildOptions;
}

/** All that is bundled; where it is to be written, into dist/, which is emptied first. */
export async function bundled({ write }: { readonly write: boolean }): Promise<readonly RolldownOutput[]> {
  const outputs = [await build({ ...server, write })];
  for (const view of views) outputs.push(await build({ ...viewOf(view), write }));
  return outputs;
}

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** A package of somebody else's. */
export type Package = z.output<typeof Manifest> & { readonly folder: string };

/** The packages whose code is in what was built, by their names. */
export function packagesIn(outputs: readonly RolldownOutput[]): readonly Package[] {
  const modules = outputs
    .flatMap(({ output }) => output)
    .flatMap(part => (part.type === 'chunk' ? part.moduleIds : []));
  const folders = modules.flatMap(
    id => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(id)?.[0] ?? [],
  );
  return [...new Set(folders)]
    .map(folder => ({ ...Manifest.parse(JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))), folder }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
