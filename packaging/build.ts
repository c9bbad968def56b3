import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import about from '../package.json' with { type: 'json' };
import { bundled, packagesIn, views } from './bundled.ts';
import { noticesOf } from './notices.ts';

/** Builds what is published into dist/. */
const built = await bundled({ write: true });
writeFileSync('dist/THIRD-PARTY-NOTICES.txt', noticesOf(packagesIn(built)));

// npx makes it executable the first time that it is run in a checkout, and not again when it is built anew.
chmodSync(about.bin['registrar-mcp'], 0o755);

// They are put together into pages when somebody asks for one, where a script must not seem to end early.
for (const view of views)
  if (/<\/script|<!--/i.test(readFileSync(`dist/apps/${view}.js`, 'utf8')))
    throw new Error(`The script of the view ${view} cannot stand in a page.`);
writeFileSync('dist/apps/style.css', readFileSync('src/ui/apps/style.css'));
