import { getEncoding } from 'js-tiktoken';
import { expect, test } from 'vitest';
import { endpoints } from '#registrar/endpoints.ts';
import { listTools } from '#server/catalogue.ts';
import { toolsets } from '../tools/index.ts';

const tools = toolsets.flatMap(({ tools: inside }) => inside);
const listed = listTools(tools, ['account']);

test('the catalogue is the one that was reviewed', async () => {
  await expect(`${JSON.stringify(listed, null, 2)}\n`).toMatchFileSnapshot('golden/tools.json');
});

test('it costs a client what was budgeted', async () => {
  const encoding = getEncoding('cl100k_base');
  const tokens = (value: unknown) => encoding.encode(JSON.stringify(value)).length;
  // Icons are for people: hosts show them and tell no model of them.
  const seen = listed.map(({ icons: _icons, ...tool }) => tool);
  const withoutOutput = tokens({ tools: seen.map(({ outputSchema: _output, ...tool }) => tool) });
  const withOutput = tokens({ tools: seen });
  await expect(
    `tools/list without output schemas: ${withoutOutput} tokens\ntools/list: ${withOutput} tokens\n`,
  ).toMatchFileSnapshot('golden/tokens.txt');
  expect(withoutOutput).toBeLessThanOrEqual(200 * tools.length);
  expect(withOutput).toBeLessThanOrEqual(430 * tools.length);
});

test('there is a tool for every endpoint, with its word', () => {
  const named = Object.entries(endpoints).map(([name, { risk }]) => [name === 'order' ? 'order_create' : name, risk]);
  expect(tools.map(({ name, risk }) => [name, risk])).toEqual(expect.arrayContaining(named));
});

test('names explain themselves, and files are named after them', async () => {
  const { globSync } = await import('node:fs');
  const files = globSync('tools/!(prompts)/*.ts').map(file => file.replace(/^.*\/|\.ts$/g, '').replaceAll('-', '_'));
  expect(files.sort()).toEqual(tools.map(({ name }) => name).sort());
  for (const { name, title, description } of tools) {
    expect(name).toMatch(/^[a-z_]{1,40}$/);
    expect(title.length).toBeGreaterThan(4);
    expect(description).toMatch(/^[A-Z][\s\S]+\.$/);
  }
});

test('every schema is one that every client digests', () => {
  for (const { name, inputSchema, outputSchema } of listed) {
    for (const schema of [inputSchema, outputSchema]) {
      const text = JSON.stringify(schema);
      expect(schema?.type, name).toBe('object');
      expect(text, name).not.toMatch(/"(?:\$ref|anyOf|oneOf|allOf|not|prefixItems|pattern|\$schema)":|"format":"/);
      expect(text, name).not.toMatch(/"type":\[/);
    }
    expect(JSON.stringify(inputSchema), name).toContain('"additionalProperties":false');
  }
});

test('each has a title and the drawing of its word, which is small', () => {
  const drawings = new Map(tools.map(({ risk }, at) => [risk, listed[at]?.icons?.[0]?.src ?? '']));
  expect(new Set(drawings.values()).size).toBe(4);
  for (const [at, { risk }] of tools.entries()) {
    const [icon, ...more] = listed[at]?.icons ?? [];
    expect([icon?.src, more]).toEqual([drawings.get(risk), []]);
    expect(icon?.src).toMatch(/^data:image\/svg\+xml;base64,[\w+/=]{80,260}$/);
    expect(listed[at]?.title).toBeTruthy();
  }
});

test('annotations and the request for a person follow from the word', () => {
  for (const [at, { risk }] of tools.entries()) {
    const { annotations, _meta, inputSchema } = listed[at] ?? {};
    const gated = risk === 'destructive' || risk === 'paid';
    expect(annotations).toEqual({ readOnlyHint: risk === 'read', destructiveHint: gated });
    expect(_meta?.['anthropic/requiresUserInteraction']).toBe(gated || undefined);
    if (gated) expect(_meta?.ui).toEqual({ resourceUri: 'ui://registrar-mcp/plan' });
    expect('confirm' in (inputSchema?.properties ?? {})).toBe(gated);
  }
});
