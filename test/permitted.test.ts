import { createMcpHandler } from '@modelcontextprotocol/server';
import { afterAll, expect, test } from 'vitest';
import type { Risk } from '#model/risk.ts';
import { mcpServers } from '#server/mcp.ts';
import { infoOf } from '#server/permits.ts';
import { prompts } from '../tools/prompts/index.ts';
import { resources } from '../tools/resources.ts';
import { message } from './support/calls.ts';
import { openWorld } from './support/world.ts';

const world = await openWorld();
afterAll(() => world.close());

const page = {
  uri: 'ui://registrar-mcp/page',
  name: 'page',
  title: 'Page',
  description: 'A page.',
  mimeType: 'text/html;profile=mcp-app',
  _meta: { ui: { csp: {} } },
};
const handler = createMcpHandler(
  mcpServers({
    ...world.composed,
    version: '0',
    caller: 'test',
    resources,
    prompts,
    documents: [{ ...page, text: async () => '<p>Hello</p>' }],
  }),
);

/** What somebody with these words is answered. */
async function ask(words: readonly Risk[], method: string, params: Record<string, unknown> = {}): Promise<unknown> {
  const permit = { caller: 'token ci', words, names: [], answers: false };
  const response = await handler.fetch(new Request('http://localhost/mcp', message(method, params)), {
    authInfo: infoOf('a-token', permit, 4_000_000_000),
  });
  return await response.json();
}

test('a fixed text is listed and read with what hosts are told of it', async () => {
  expect(await ask(['read'], 'resources/list')).toMatchObject({
    result: { resources: expect.arrayContaining([expect.objectContaining(page)]), ttlMs: 3_600_000 },
  });
  expect(await ask(['read'], 'resources/read', { uri: page.uri })).toMatchObject({
    result: { contents: [{ uri: page.uri, mimeType: page.mimeType, text: '<p>Hello</p>', _meta: page._meta }] },
  });
});

test('who may not read is shown none of it, and one that is not there is not found', async () => {
  expect(await ask(['write'], 'resources/list')).toMatchObject({ result: { resources: [] } });
  expect(await ask(['write'], 'resources/read', { uri: page.uri })).toMatchObject({ error: { code: -32602 } });
  expect(await ask(['write'], 'resources/templates/list')).toMatchObject({ result: { resourceTemplates: [] } });
  expect(await ask(['write'], 'resources/read', { uri: 'registrar://account' })).toMatchObject({
    error: { code: -32602 },
  });
  expect(await ask(['read'], 'resources/read', { uri: 'ui://registrar-mcp/other' })).toMatchObject({
    error: { code: -32602 },
  });
});

test('who may not use all of its tools is not shown a prompt', async () => {
  const listed = async (words: readonly Risk[]) => JSON.stringify(await ask(words, 'prompts/list'));
  expect(await listed(['write'])).not.toContain('review_renewals');
  expect(await listed(['read'])).toContain('review_renewals');
  expect(await listed(['read'])).not.toContain('get_a_name');
  expect(await listed(['read', 'paid'])).toContain('get_a_name');
});
