import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';
import about from '../package.json' with { type: 'json' };
import { freshState } from './support/server-process.ts';

/** What is handed on of others' work: it is named, in a form for people and in one for machines, and may be handed on. */
const state = freshState();
afterAll(() => state.remove());

/** Licences that ask for no more than that their text goes along. */
const allowed = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BlueOak-1.0.0'];

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** What the views are drawn with: their scripts are minified, and do not say what their parts are from. */
const drawnWith = ['preact', 'chart.js', '@kurkle/color'].map(name => `node_modules/${name}`);

/** The packages that the built files say that their parts are from. */
const bundled = [
  ...new Set([
    ...drawnWith,
    ...globSync('dist/*.js').flatMap(file =>
      [...readFileSync(file, 'utf8').matchAll(/^\s*\/\/ (node_modules\/(?:@[^/]+\/)?[^/]+)\//gm)].map(
        ([, folder = '']) => folder,
      ),
    ),
  ]),
].map(folder => Manifest.parse(JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))));

test.each(bundled)('$name may be handed on, and its licence goes along', ({ name, version, license }) => {
  expect(allowed).toContain(license);
  const notices = readFileSync('dist/THIRD-PARTY-NOTICES.txt', 'utf8');
  const [head = '', ...texts] = notices.split(`\n${'-'.repeat(80)}\n\n`);
  const title = `${name} ${version} (${license})`;
  expect(head.split('\n')).toContain(title);
  const [text = '', ...more] = texts.filter(each => each.split('\n').includes(title));
  expect(more).toEqual([]);
  expect(text).toMatch(/copyright|licen[cs]e/i);
  expect(text.length).toBeGreaterThan(500);
});

test('the bill of materials has what is bundled and what an installation adds, and no tool of ours', () => {
  execFileSync(process.execPath, ['packaging/sbom.ts', state.directory], { stdio: ['ignore', 'ignore', 'inherit'] });
  const Component = z.object({
    'bom-ref': z.string(),
    purl: z.string().startsWith('pkg:npm/'),
    name: z.string(),
    version: z.string(),
    scope: z.enum(['required', 'optional']),
    hashes: z.array(z.object({ alg: z.literal('SHA-512'), content: z.string().length(128) })).length(1),
    licenses: z.tuple([z.object({ license: z.object({ id: z.string() }) })]),
    properties: z.array(z.object({ name: z.string() })),
  });
  const bill = z
    .object({
      bomFormat: z.literal('CycloneDX'),
      metadata: z.object({ component: z.object({ name: z.literal(about.name), version: z.literal(about.version) }) }),
      components: z.array(Component),
      dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
    })
    .parse(JSON.parse(readFileSync(join(state.directory, `${about.name}-${about.version}.cdx.json`), 'utf8')));
  const named = ({ name, version }: { name: string; version: string }) => `${name}@${version}`;
  const inside = bill.components.filter(({ properties }) =>
    properties.some(({ name }) => name === 'cdx:npm:package:bundled'),
  );
  expect(inside.map(named).sort()).toEqual(bundled.map(named).sort());
  const names = bill.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(about.dependencies)));
  const tools = Object.keys(about.devDependencies).filter(name => !bundled.some(each => each.name === name));
  for (const name of tools) expect(names).not.toContain(name);
  for (const {
    name,
    licenses: [{ license }],
  } of bill.components)
    expect(allowed, name).toContain(license.id);
  const refs = [named(about), ...bill.components.map(component => component['bom-ref'])];
  for (const { ref, dependsOn } of bill.dependencies)
    for (const each of [ref, ...dependsOn]) expect(refs).toContain(each);
});
