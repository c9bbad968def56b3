import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type Setting, settings } from '#config/settings.ts';
import about from '../package.json' with { type: 'json' };

/**
 * The entry for the MCP Registry. The rules are those of its schema of 2025-12-11 for what is used here, and of the registry
 * itself (its server-json reference, read 2026-11-25); a key that the schema does not know is refused, as it would be dropped.
 */
const exact = z.string().regex(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
const Variable = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().default(false),
  format: z.enum(['string', 'number', 'boolean', 'filepath']).optional(),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).optional(),
});
const Entry = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: exact,
  packages: z.tuple([
    z.strictObject({
      registryType: z.literal('npm'),
      identifier: z.string().min(1),
      version: exact,
      runtimeHint: z.literal('npx'),
      transport: z.strictObject({ type: z.literal('stdio') }),
      environmentVariables: z.array(Variable),
    }),
  ]),
});

const entry = Entry.parse(JSON.parse(readFileSync('server.json', 'utf8')));
const [offered] = entry.packages;

test('it is of the package that is published, whose package.json names it', () => {
  expect(entry.name).toBe(about.mcpName);
  expect(offered.identifier).toBe(about.name);
  expect([entry.version, offered.version]).toEqual([about.version, about.version]);
});

test('its variables are settings, told of in the same words, and secret where those are', () => {
  const known: Readonly<Record<string, Setting>> = settings;
  const names = offered.environmentVariables.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, description, isSecret, default: otherwise, choices = [] } of offered.environmentVariables) {
    expect(Object.keys(known)).toContain(name);
    expect(description, name).toBe(known[name]?.about.replaceAll('`', ''));
    expect(isSecret, name).toBe(known[name]?.secret ?? false);
    for (const given of [...choices, ...(otherwise === undefined ? [] : [otherwise])])
      expect(known[name]?.schema.safeParse(given).success, `${name}=${given}`).toBe(true);
  }
});
