import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import about from '../package.json' with { type: 'json' };
import { bundled, packagesIn } from './bundled.ts';

/**
 * Writes the software bill of materials (CycloneDX) into the folder that is given: of all that npm knows from the lock file, what is shipped.
 * That is what an installation adds, and the packages whose code is in the bundle, which npm takes for tools of development.
 */
const Property = z.object({ name: z.string(), value: z.string() });
const Component = z.looseObject({
  'bom-ref': z.string(),
  name: z.string(),
  version: z.string(),
  properties: z.array(Property),
});
const Bill = z.looseObject({
  metadata: z.looseObject({ component: Component }),
  components: z.array(Component),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

const development = 'cdx:npm:package:development';
const isShipped = ({ properties }: z.output<typeof Component>) => properties.every(({ name }) => name !== development);

const [, , folder = '.'] = process.argv;
const listed = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
  encoding: 'utf8',
  maxBuffer: 64e6,
});
const bill = Bill.parse(JSON.parse(listed));
const inside = new Set(packagesIn(await bundled({ write: false })).map(({ name, version }) => `${name}@${version}`));

const components = bill.components.flatMap(component => {
  if (!inside.has(`${component.name}@${component.version}`)) return isShipped(component) ? [component] : [];
  const properties = component.properties.filter(({ name }) => name !== development);
  return [
    {
      ...component,
      scope: 'required',
      properties: [...properties, { name: 'cdx:npm:package:bundled', value: 'true' }],
    },
  ];
});
const { component: root } = bill.metadata;
const kept = new Set([root, ...components].map(component => component['bom-ref']));
const shipped = {
  ...bill,
  // npm names it after the folder that it happens to be in.
  metadata: { ...bill.metadata, component: { ...root, name: about.name, type: 'application' } },
  components,
  dependencies: bill.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(other => kept.has(other)) })),
};
const file = join(folder, `${about.name}-${about.version}.cdx.json`);
writeFileSync(file, `${JSON.stringify(shipped, undefined, 2)}\n`);
process.stdout.write(`${file}\n`);
