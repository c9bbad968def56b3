import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** A view: what a host or a browser draws of the answers of some tools. */
interface View {
  readonly title: string;
  readonly description: string;
}

const views = {
  plan: {
    title: 'Plan under review',
    description: 'Shows what a destructive or paid call would do, its price and what is lost, and what came of it.',
  },
  portfolio: {
    title: 'Portfolio',
    description: 'Shows the domain names of an account: when they expire, what renewing costs, which want a look.',
  },
  zone: {
    title: 'Zone',
    description: 'Shows the records of a zone host by host, and whether what is saved is served.',
  },
} satisfies Record<string, View>;

/** Where packaging/build.ts puts the scripts of views: beside what is bundled, and beside the sources where those run unbuilt. */
const built = new URL(import.meta.url.endsWith('.ts') ? '../../dist/apps/' : './apps/', import.meta.url);

/** A file of the views as it was built. */
async function file(name: string): Promise<string> {
  return await readFile(new URL(name, built), 'utf8').catch(() => {
    throw new Error('The views have not been built here: run npm run build.');
  });
}

export const viewScript = (view: keyof typeof views): Promise<string> => file(`${view}.js`);
export const viewStyle = (): Promise<string> => file('style.css');

/**
 * The views as MCP Apps has them: a page each with all that it needs in it. Neither the page nor what hosts are told of it
 * lets it fetch anything, from anywhere: what it is shown and what it asks goes through the host.
 */
export function viewDocuments() {
  return Object.entries(views).map(([name, { title, description }]) => ({
    uri: `ui://registrar-mcp/${name}`,
    name,
    title,
    description,
    mimeType: 'text/html;profile=mcp-app',
    _meta: {
      ui: {
        csp: { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] },
        prefersBorder: true,
      },
    },
    text: async () => inOne(title, await file(`${name}.js`), await viewStyle()),
  }));
}

function inOne(title: string, script: string, style: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main id="view"></main>
<script>${script}</script>
</body>
</html>
`;
}

/** Text as a content security policy names it. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
