import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';
import { openWorld } from '../support/world.ts';

/** What hosts are told of the views, and what they are sent. */
const world = await openWorld();
afterAll(() => world.close());

const Meta = z.object({ ui: z.object({ resourceUri: z.string() }) });
const nothing = { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] };
/** Most bytes of each: a host is sent it whole. */
const sizes = { plan: 80_000, portfolio: 240_000, zone: 80_000 };

test('every gated tool has the view of its plan, and what is listed or checked its own', async () => {
  const { tools } = await world.client.listTools();
  const { resources } = await world.client.listResources();
  const uris = resources.map(({ uri }) => uri);
  const viewed = tools.flatMap(({ name, _meta }) => {
    const uri = Meta.safeParse(_meta).data?.ui.resourceUri;
    return uri === undefined ? [] : [[name, uri] as const];
  });
  for (const [name, uri] of viewed) expect(uris, name).toContain(uri);
  expect(Object.fromEntries(viewed)).toMatchObject({
    domain_create: 'ui://registrar-mcp/plan',
    dns_apply: 'ui://registrar-mcp/plan',
    undo: 'ui://registrar-mcp/plan',
    portfolio: 'ui://registrar-mcp/portfolio',
    dns_list: 'ui://registrar-mcp/zone',
    dns_check: 'ui://registrar-mcp/zone',
  });
});

test.each(Object.entries(sizes))('the view %s is one small page that may fetch nothing', async (name, most) => {
  const uri = `ui://registrar-mcp/${name}`;
  const { resources } = await world.client.listResources();
  const mimeType = 'text/html;profile=mcp-app';
  expect(resources).toContainEqual(
    expect.objectContaining({ uri, mimeType, _meta: { ui: { csp: nothing, prefersBorder: true } } }),
  );
  const { contents } = await world.client.readResource({ uri });
  expect(contents).toMatchObject([{ uri, mimeType, _meta: { ui: { csp: nothing } } }]);
  const [html = ''] = contents.map(part => ('text' in part ? part.text : ''));
  expect(html.length).toBeLessThan(most);
  expect(html).toMatch(
    /"default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'"/,
  );
  expect(html).not.toMatch(/<(?:link|img|iframe|script [^>]*src)/);
  expect(html.match(/<\/script>/g)).toHaveLength(1);
});
