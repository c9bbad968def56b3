import * as z from 'zod';
import type { DomainName } from '../model/domain-name.ts';
import { type RecordType, recordTypes, type ZoneRecord } from '../model/record.ts';
import { didYouMean, oneOf, quote } from '../model/text.ts';
import { isSpf } from './spf.ts';

/** A parameter of a preset, by name. */
const Parameter = z.strictObject({
  about: z.string(),
  example: z.string(),
  pattern: z.string(),
  optional: z.boolean().optional(),
  otherwise: z.string().optional(),
});

/** What a provider wants to stand in a zone; `{name}` in a host or content is a parameter, `{domain}` the domain. */
export const Preset = z.strictObject({
  name: z.string(),
  title: z.string(),
  source: z.array(z.string()).min(1),
  checked: z.string(),
  parameters: z.record(z.string(), Parameter),
  records: z.array(
    z.strictObject({
      host: z.string(),
      type: z.enum(recordTypes),
      content: z.string(),
      ttl: z.int().optional(),
      priority: z.int().optional(),
    }),
  ),
  /** Terms to merge into the domain's SPF record; `-all` alone takes its place. */
  spf: z.string().optional(),
  clears: z.array(z.strictObject({ host: z.string(), type: z.string() })).optional(),
  /** What the person must do at the other end. */
  afterwards: z.array(z.string()).min(1),
});
export type Preset = z.output<typeof Preset>;

/** A record that somebody asks for; without a TTL it takes that of its set. */
export type Given = Omit<ZoneRecord, 'ttl' | 'type'> & { readonly type: RecordType; readonly ttl?: number | undefined };

export type Expanded =
  | { readonly records: readonly Given[]; readonly clears: (record: ZoneRecord) => boolean }
  | { readonly problems: readonly string[] };

/** A preset for a domain, with its parameters; every parameter that is missing or wrong is named with what it is for. */
export function expandPreset(preset: Preset, domain: DomainName, given: Readonly<Record<string, string>>): Expanded {
  const { parameters } = preset;
  const names = Object.keys(parameters);
  const unknown = Object.keys(given).filter(name => !names.includes(name));
  const known = names.length === 0 ? 'It takes none.' : `It takes ${oneOf(names, 'and')}.`;
  const problems = unknown.map(
    name => `${preset.name} has no parameter ${quote(name)}${didYouMean(name, names) || '.'} ${known}`,
  );
  const values = new Map<string, string>([['domain', domain]]);
  for (const [name, { about, example, pattern, optional = false, otherwise }] of Object.entries(parameters)) {
    const value = given[name] ?? otherwise;
    if (value === undefined) {
      if (!optional) problems.push(`${preset.name} needs parameters.${name}: ${about}, such as ${quote(example)}.`);
    } else if (new RegExp(pattern).test(value)) values.set(name, value);
    else problems.push(`parameters.${name} is ${about}, such as ${quote(example)}, not ${quote(value)}.`);
  }
  if (problems.length > 0) return { problems };
  const { clears = [], spf } = preset;
  return {
    records: [
      ...preset.records.flatMap(record => filled(record, values)),
      ...(spf === undefined ? [] : filled({ host: '@', type: 'TXT', content: `v=spf1 ${spf}` }, values)),
    ],
    clears: record =>
      clears.some(({ host, type }) => host === record.host && type === record.type) ||
      (spf === '-all' && record.host === '@' && isSpf(record)),
  };
}

/** A record with its parameters in it; none where one was left out. */
function filled({ host, content, ...record }: Preset['records'][number], values: ReadonlyMap<string, string>): Given[] {
  const used = [...`${host} ${content}`.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  if (used.some(name => !values.has(name))) return [];
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(values.get(name)));
  return [{ ...record, host: fill(host), content: fill(content) }];
}
