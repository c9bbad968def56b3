import { unicode } from './domain-name.ts';
import { oneOf, quote } from './text.ts';

/**
 * Names that are not what they look like: letters of several scripts in one label (UTS 39, "highly restrictive"), and labels
 * whose every letter looks like one of a-z. The packages for it (unhomoglyph, confusables) fold text to look-alikes and
 * know no scripts, so the small table is our own.
 */

/** The scripts that living languages write names in (UAX 31, recommended); of a label in another nothing is said. */
const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Georgian',
  'Hebrew',
  'Arabic',
  'Thaana',
  'Ethiopic',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Thai',
  'Lao',
  'Tibetan',
  'Myanmar',
  'Khmer',
  'Han',
  'Hiragana',
  'Katakana',
  'Bopomofo',
  'Hangul',
].map(name => ({ name, letter: new RegExp(`\\p{Script=${name}}`, 'u'), only: onlyOf(name) }));

/** What may stand together besides the letters of one script: how Japanese, Chinese and Korean are written, with Latin. */
const together = [
  onlyOf('Latin', 'Han', 'Hiragana', 'Katakana'),
  onlyOf('Latin', 'Han', 'Bopomofo'),
  onlyOf('Latin', 'Han', 'Hangul'),
];

/** Letters that a reader takes for one of a-z: Cyrillic, Greek, and Latin ones that no orthography of names has. */
const looksLike: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ а: 'a', с: 'c', ԁ: 'd', е: 'e', һ: 'h', і: 'i', ј: 'j', ӏ: 'l', о: 'o', р: 'p', ԛ: 'q', ѕ: 's', ѵ: 'v' },
    ...{ ԝ: 'w', х: 'x', у: 'y', ү: 'y' },
    ...{ α: 'a', γ: 'y', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', υ: 'u', ϲ: 'c', ϳ: 'j' },
    ...{ ɑ: 'a', ɡ: 'g', ɩ: 'i', ʏ: 'y' },
  }),
);

/** Why a name may be taken for another, as a sentence; undefined for an honest one. */
export function scriptWarning(name: string): string | undefined {
  const written = unicode(name);
  if (/^[a-z0-9.-]*$/.test(written)) return undefined;
  const labels = written.split('.');
  // Under an ending in its own script a name is read in that script.
  const latin = /^[a-z0-9-]+$/.test(labels.at(-1) ?? '');
  for (const label of labels) {
    const mixed = mixture(label);
    if (mixed.length > 0)
      return `${quote(label)} mixes letters of ${oneOf(mixed, 'and')}: it may pass for another name.`;
    const read = latin ? reading(label) : undefined;
    if (read !== undefined) return `${quote(label)} can be taken for ${quote(read)}: it is written with other letters.`;
  }
  return undefined;
}

/** The scripts that a label mixes and should not. */
function mixture(label: string): string[] {
  if (scripts.some(({ only }) => only.test(label)) || together.some(only => only.test(label))) return [];
  const mixed = scripts.filter(({ letter }) => letter.test(label)).map(({ name }) => name);
  return mixed.length > 1 ? mixed : [];
}

/** What a label is read as in a-z, where all of its letters look like these and some are not. */
function reading(label: string): string | undefined {
  const plain = label.normalize('NFD').replace(/\p{M}/gu, '');
  const read = [...plain].map(letter => looksLike.get(letter) ?? letter).join('');
  return read !== plain && /^[a-z0-9-]+$/.test(read) ? read : undefined;
}

/** Matches what has no letters of other scripts; digits, hyphens and marks that all share are of every one. */
function onlyOf(...names: readonly string[]): RegExp {
  const extensions = ['Common', 'Inherited', ...names].map(name => `\\p{Script_Extensions=${name}}`);
  return new RegExp(`^[${extensions.join('')}]*$`, 'u');
}
