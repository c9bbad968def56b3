import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import about from '../package.json' with { type: 'json' };
import type { Package } from './bundled.ts';

/** What a package holds besides its own code, under other terms. */
const within: Readonly<Record<string, string>> = {
  tldts:
    'It holds the Public Suffix List (https://publicsuffix.org/list/), which is under the Mozilla Public License 2.0.',
};

/** The licences of the packages whose code is handed on, which ask for their texts to be handed on with it; what several share stands once. */
export function noticesOf(packages: readonly Package[]): string {
  const shared = new Map<string, Package[]>();
  for (const each of packages) {
    const text = textOf(each);
    shared.set(text, [...(shared.get(text) ?? []), each]);
  }
  const head = `${about.name} ${about.version} holds code of these packages. Their licences follow.`;
  return [
    `${head}\n\n${titles(packages)}\n`,
    ...[...shared].map(([text, theirs]) => `${titles(theirs)}\n\n${text}\n`),
  ].join(`\n${'-'.repeat(80)}\n\n`);
}

function titles(packages: readonly Package[]): string {
  return packages.map(({ name, version, license }) => `${name} ${version} (${license})`).join('\n');
}

function textOf({ name, folder }: Package): string {
  const files = readdirSync(folder).filter(file => /^(?:licen[cs]e|copying|notice)/i.test(file));
  if (files.length === 0) throw new Error(`${name} comes without the text of its licence, and cannot be handed on.`);
  const texts = files.map(file => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return [...(within[name] ? [within[name]] : []), ...texts].join('\n\n');
}
