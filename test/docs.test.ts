import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type Setting, settings } from '#config/settings.ts';
import { clients, commandOf, fileOf, type Scope } from '#install/clients.ts';
import { links } from '#install/links.ts';
import { startedBy } from '#install/server.ts';
import { meaning } from '#model/risk.ts';
import { listTools } from '#server/catalogue.ts';
import { attentions } from '#tool/attention.ts';
import type { Choices } from '#tool/choices.ts';
import { depths } from '#tool/reading.ts';
import { addressOf } from '#tool/resource.ts';
import type { Preset } from '#zone/preset.ts';
import { presetNames, presetOf } from '#zone/presets/index.ts';
import { hazardKinds } from '#zone/safety.ts';
import { toolsets } from '../tools/index.ts';
import { prompts } from '../tools/prompts/index.ts';
import { resources } from '../tools/resources.ts';
import { tasks } from './evals/tasks/index.ts';
import { table } from './support/table.ts';

/** Pages for people: what can be printed from the code is, and what they name is there. */
const read = (path: string) => readFileSync(path, 'utf8');
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md').sort()];
const tools = toolsets.flatMap(({ tools: inside }) => inside);

/** What of a JSON Schema is printed. */
const Schema = z.object({
  type: z.string(),
  description: z.string().optional(),
  enum: z.array(z.string()).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  required: z.array(z.string()).default([]),
  additionalProperties: z.union([z.boolean(), z.object({ type: z.string() })]).optional(),
  get properties(): z.ZodOptional<z.ZodRecord<z.ZodString, typeof Schema>> {
    return z.record(z.string(), Schema).optional();
  },
  get items(): z.ZodOptional<typeof Schema> {
    return Schema.optional();
  },
});
type Schema = z.output<typeof Schema>;

const listed = listTools(tools, ['account']).map(({ name, inputSchema, outputSchema }) => ({
  name,
  input: Schema.parse(inputSchema),
  output: Schema.parse(outputSchema),
}));

const code = (text: string | number | boolean) => `\`${text}\``;

/** A page with what is printed in it between its marks. */
function withPrinted(path: string, printed: Readonly<Record<string, string>>): string {
  return Object.entries(printed).reduce((text, [name, content]) => {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    expect(text, `${path} has a place for ${name}`).toMatch(new RegExp(`${start}[\\s\\S]*${end}`));
    const [before = ''] = text.split(start);
    const after = text.slice(text.indexOf(end) + end.length);
    return `${before}${start}\n${content}\n${end}${after}`;
  }, read(path));
}

function kindOf({ type, enum: known, minimum, maximum, items, additionalProperties }: Schema): string {
  if (known) return known.map(code).join(', ');
  if (items) return items.properties ? 'list of objects' : `list of ${kindOf(items)}`;
  if (typeof additionalProperties === 'object') return 'object of texts';
  const bounds = [minimum !== undefined && `${minimum} or more`, maximum !== undefined && `${maximum} at the most`];
  const number = minimum !== undefined && maximum !== undefined ? [`${minimum} to ${maximum}`] : bounds.filter(Boolean);
  return [{ string: 'text', integer: 'number', boolean: 'true or false' }[type] ?? type, ...number].join(', ');
}

/** A row for each field that a call takes; those of an object in a list below it. */
function inputRows({ properties = {}, required }: Schema, above = ''): string[][] {
  return Object.entries(properties)
    .filter(([name]) => above !== '' || name !== 'confirm')
    .flatMap(([name, schema]) => {
      const otherwise = schema.default === undefined || schema.default === '' ? 'no' : code(schema.default);
      const needed = required.includes(name) ? 'yes' : otherwise;
      const row = [code(`${above}${name}`), kindOf(schema), needed, schema.description ?? ''];
      return [row, ...(schema.items?.properties ? inputRows(schema.items, `${above}${name}[].`) : [])];
    });
}

/** The names of an answer's fields, those inside of them in parentheses; `?` where it may be missing. */
function fieldsOf({ properties = {}, required }: Schema): string {
  return Object.entries(properties)
    .map(([name, schema]) => {
      const inner = schema.properties ? schema : schema.items?.properties ? schema.items : undefined;
      const label = code(`${name}${schema.items ? '[]' : ''}${required.includes(name) ? '' : '?'}`);
      return inner ? `${label} (${fieldsOf(inner)})` : label;
    })
    .join(', ');
}

function toolSection({ name, title, description, risk }: (typeof tools)[number]): string {
  const { input, output } = listed.find(each => each.name === name) ?? expect.unreachable();
  const rows = inputRows(input);
  const answer = output.properties?.result ?? output;
  return [
    `### \`${name}\``,
    `${title} (\`${risk}\`). ${description.replaceAll('\n', ' ')}`,
    rows.length > 0 ? table(['takes', 'as', 'needed', 'what it is'], rows) : 'Takes nothing.',
    `${answer === output ? 'Answers' : 'Its `result`'}: ${fieldsOf(answer)}.`,
  ].join('\n\n');
}

test('docs/tools.md is printed from the catalogue (vitest -u writes it)', async () => {
  const gated = listed.filter(({ input }) => input.properties?.confirm);
  const around = Object.assign({}, ...gated.map(({ output }) => output.properties));
  const required = ['status'];
  for (const { output } of gated) expect(output.required).toEqual(required);
  const envelope = Schema.parse({
    ...gated[0]?.output,
    properties: { ...around, result: { type: 'object' } },
    required,
  });
  const printed = withPrinted('docs/tools.md', {
    answers: `${fieldsOf(envelope)}.`,
    tools: toolsets
      .map(({ name, tools: inside }) => [`## ${name}`, ...inside.map(toolSection)].join('\n\n'))
      .join('\n\n'),
  });
  await expect(printed).toMatchFileSnapshot('../docs/tools.md');
});

function writes({ records, spf }: Preset): string {
  const sets = records.map(({ type, host }) => code(`${host} ${type}`));
  return [...new Set(sets), ...(spf === undefined ? [] : [`SPF \`${spf}\``])].join(', ');
}

test('docs/presets.md is printed from their files (vitest -u writes it)', async () => {
  const presets = presetNames.map(presetOf);
  const printed = withPrinted('docs/presets.md', {
    presets: table(
      ['preset', 'for', 'writes', 'takes away', 'from', 'looked at'],
      presets.map(preset => [
        code(preset.name),
        preset.title,
        writes(preset),
        (preset.clears ?? []).map(({ host, type }) => code(`${host} ${type}`)).join(', ') || 'nothing',
        preset.source.map(source => `[${new URL(source).host}](${source})`).join(', '),
        preset.checked,
      ]),
    ),
    parameters: table(
      ['preset', 'parameter', 'needed', 'what it is', 'such as'],
      presets.flatMap(({ name, parameters }) =>
        Object.entries(parameters).map(([parameter, { about, example, optional, otherwise }]) => [
          code(name),
          code(parameter),
          otherwise === undefined ? (optional ? 'no' : 'yes') : code(otherwise),
          about,
          code(example),
        ]),
      ),
    ),
  });
  await expect(printed).toMatchFileSnapshot('../docs/presets.md');
});

test('docs/install.md is printed from the clients (vitest -u writes it)', async () => {
  const server = { name: 'registrar', ...startedBy('any'), env: {}, passed: [] };
  const file = (name: string, scope: Scope, platform: NodeJS.Platform) => {
    const home = platform === 'win32' ? '%USERPROFILE%' : '~';
    const client = clients[name] ?? expect.unreachable();
    const environment = platform === 'win32' ? { APPDATA: '%APPDATA%' } : {};
    const found = fileOf(client, scope, { platform, home, project: '.', environment });
    return found === undefined ? 'none' : code(found);
  };
  const places = (name: string) => [
    ...new Set((['linux', 'darwin', 'win32'] as const).map(platform => file(name, 'user', platform))),
  ];
  const printed = withPrinted('docs/install.md', {
    clients: table(
      ['client', 'its file, on Linux, macOS and Windows', 'of a project', 'its own command'],
      Object.entries(clients).map(([name, client]) => {
        const command = commandOf(client, server, 'user');
        const files = places(name).join('<br>');
        return [code(name), files, file(name, 'project', 'linux'), command === undefined ? 'none' : code(command)];
      }),
    ),
    links: `[Install in VS Code](${links.vscode})\n\nCursor opens this one:\n\n\`\`\`text\n${links.cursor}\n\`\`\``,
  });
  await expect(printed).toMatchFileSnapshot('../docs/install.md');
});

test('the tasks in docs/evals.md are printed from their files (vitest -u writes them)', async () => {
  // What is pasted below a prompt is left out.
  const said = (prompt: string) => prompt.split('\n\n')[0]?.replaceAll('\n', ' ') ?? '';
  const rows = tasks.map(({ kind, id, prompt }) => [kind, code(id), said(prompt)]);
  const printed = withPrinted('docs/evals.md', { tasks: table(['kind', 'task', 'what the person says'], rows) });
  await expect(printed).toMatchFileSnapshot('../docs/evals.md');
});

test('docs/resources-and-prompts.md is printed from the tables (vitest -u writes it)', async () => {
  const words = (choices: Choices) => (typeof choices === 'object' ? choices.map(code).join(', ') : choices);
  const offered = new Map(
    [...resources, ...prompts].flatMap(({ choices = {} }) =>
      Object.entries(choices).map(([name, choice]) => [name, words(choice)] as const),
    ),
  );
  const printed = withPrinted('docs/resources-and-prompts.md', {
    resources: table(
      ['address', 'what it is', 'as', 'read with'],
      resources.map(resource => [
        code(addressOf(resource, ['account'])),
        resource.description,
        code(resource.mimeType),
        code(resource.tool),
      ]),
    ),
    prompts: table(
      ['prompt', 'what it does', 'takes', 'needs'],
      prompts.map(prompt => [
        code(prompt.name),
        prompt.description,
        prompt.arguments
          .map(({ name, description, required }) => `${code(name)}${required ? '' : ' (if wanted)'}: ${description}`)
          .join('; '),
        prompt.tools.map(code).join(', '),
      ]),
    ),
    completions: table(
      ['of', 'offered'],
      [...offered, ['account', 'the accounts that the caller may use'] as const].map(([name, choices]) => [
        code(name),
        choices,
      ]),
    ),
  });
  await expect(printed).toMatchFileSnapshot('../docs/resources-and-prompts.md');
});

test('the tool that docs/adding-a-tool.md explains is printed from its files (vitest -u writes them)', async () => {
  const file = 'tools/domains/domain-unlock.ts';
  const [line = ''] = /^import domainUnlock .*$/m.exec(read('tools/index.ts')) ?? [];
  const block = (text: string) => `\`\`\`ts\n${text.trimEnd()}\n\`\`\``;
  const printed = withPrinted('docs/adding-a-tool.md', {
    tool: block(`// ${file}\n${read(file)}`),
    line: block(`// tools/index.ts\n${line}\n…\n  {\n    name: 'domains',\n    tools: [\n      …\n      domainUnlock,`),
    test: block(`// test/domain-unlock.test.ts\n${read('test/domain-unlock.test.ts')}`),
  });
  expect(read('tools/index.ts')).toContain('\n      domainUnlock,\n');
  await expect(printed).toMatchFileSnapshot('../docs/adding-a-tool.md');
});

test('docs/safety.md has the words, the hazards and the tools that ask nobody as the code has them', () => {
  const page = read('docs/safety.md');
  for (const [word, { means }] of Object.entries(meaning)) expect(page).toContain(`| \`${word}\` | ${means} |`);
  for (const { name, risk } of tools) if (risk === 'write') expect(page, `${name} asks nobody`).toContain(code(name));
  for (const kind of hazardKinds) expect(page).toContain(`| \`${kind}\` |`);
});

test('docs/portfolio.md has every depth and every word of attention, in their order', () => {
  const page = read('docs/portfolio.md');
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, word]) => word);
  expect(rows).toEqual([...depths, ...attentions]);
});

test.each(pages)('%s: every link leads to a file or a heading that is there, or to https', page => {
  const prose = read(page)
    .replace(/```[\s\S]*?```/g, '')
    .replace(/`[^`\n]*`/g, '');
  for (const [, target = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (target.startsWith('https://')) continue;
    const [path = '', heading] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    expect(existsSync(file), target).toBe(true);
    if (heading !== undefined) expect(headingsOf(file), target).toContain(heading);
  }
});

/** The names that GitHub gives a page's headings. */
function headingsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('%s names settings, commands and flags that there are', page => {
  const text = read(page);
  const known = Object.entries(settings).flatMap(([name, setting]: [string, Setting]) =>
    setting.secret ? [name, `${name}_FILE`] : [name],
  );
  for (const name of text.match(/\bREGISTRAR_[A-Z_]+\b/g) ?? []) expect(known, name).toContain(name);
  const usage = read('src/bin/registrar-mcp.ts');
  // A command stands in code: in a line of its own, or between backticks.
  for (const [, command = '', rest = ''] of text.matchAll(/(?:`|\$ (?:npx )?)registrar-mcp ([a-z]+)\b([^`\n]*)/g)) {
    expect(usage, command).toContain(`case '${command}'`);
    for (const flag of rest.match(/--[a-z-]+/g) ?? []) expect(usage, flag).toContain(flag);
  }
});

test.each(pages)('%s names tools that there are, and calls them with what they take', page => {
  const text = read(page);
  const names = tools.map(({ name }) => name);
  const others = [
    ...listed.flatMap(({ input, output }) => [...fieldNames(input), ...fieldNames(output)]),
    // An account in a file has the settings under their own names.
    ...Object.keys(settings).map(name => name.replace('REGISTRAR_', '').toLowerCase()),
  ];
  for (const [, name = ''] of text.matchAll(/`((?:domain|dns|host|order|account)_[a-z_]+)`/g))
    expect([...names, ...others], name).toContain(name);
  for (const [, name = '', args = "'{}'"] of text.matchAll(/registrar-mcp call ([a-z_]+)(?: ('[^'\n]*'|\S+))?/g)) {
    const tool = tools.find(each => each.name === name);
    expect(tool, name).toBeDefined();
    // What a shell puts together is not known here.
    if (args.startsWith("'")) expect(() => tool?.open(JSON.parse(args.slice(1, -1))), `${name} ${args}`).not.toThrow();
  }
});

function fieldNames({ properties = {} }: Schema): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    name,
    ...fieldNames(schema),
    ...(schema.items ? fieldNames(schema.items) : []),
  ]);
}
