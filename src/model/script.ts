import { unicode } from './domain-name.ts';
import { oneOf, quote } from './text.ts';

/**
 * Names that are not what they look like: letters of several scripts in one label (UTS 39, "highly restrictive"), and labels
 * whose every letter looks like one of a-z. The packages for it (unhomoglyph, confusables) fold text to look-alikes and
 * know no scripts, so the small table is our own.
 */

/** The scripts that living languages write names in (UAX 31, recommended); of a label wholly in another nothing is said. */
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

/** Letters of none of these. */
const others = new RegExp(`[^${scriptsExtended(['Common', 'Inherited', ...scripts.map(({ name }) => name)])}]`, 'u');

/**
 * Letters that a reader takes for one of a-z: Cyrillic, Greek, Armenian, and Latin ones that names are hardly written with,
 * such as the small capitals (`ɢoogle.com` was registered in 2016).
 */
const looksLike: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ а: 'a', с: 'c', ԁ: 'd', е: 'e', һ: 'h', і: 'i', ј: 'j', ӏ: 'l', о: 'o', р: 'p', ԛ: 'q', ѕ: 's', ѵ: 'v' },
    ...{ ԝ: 'w', ѡ: 'w', х: 'x', у: 'y', ү: 'y', ь: 'b', ҽ: 'e' },
    ...{ α: 'a', γ: 'y', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', υ: 'u', ϲ: 'c', ϳ: 'j' },
    ...{ օ: 'o', ո: 'n', ս: 'u', հ: 'h', ց: 'g', զ: 'q', յ: 'j', լ: 'l' },
    ...{ ɑ: 'a', ɡ: 'g', ɩ: 'i', ƅ: 'b', ĸ: 'k', ǀ: 'l' },
    ...{ ᴀ: 'a', ʙ: 'b', ᴄ: 'c', ᴅ: 'd', ᴇ: 'e', ꜰ: 'f', ɢ: 'g', ʜ: 'h', ɪ: 'i', ᴊ: 'j', ᴋ: 'k', ʟ: 'l', ᴍ: 'm' },
    ...{ ɴ: 'n', ᴏ: 'o', ᴘ: 'p', ʀ: 'r', ꜱ: 's', ᴛ: 't', ᴜ: 'u', ᴠ: 'v', ᴡ: 'w', ʏ: 'y', ᴢ: 'z' },
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
  const mixed = [
    ...scripts.filter(({ letter }) => letter.test(label)).map(({ name }) => name),
    ...(others.test(label) ? ['another script'] : []),
  ];
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
  return new RegExp(`^[${scriptsExtended(['Common', 'Inherited', ...names])}]*$`, 'u');
}

/** What a class of characters holds for the letters of these scripts, with those that they share with others. */
function scriptsExtended(names: readonly string[]): string {
  return names.map(name => `\\p{Script_Extensions=${name}}`).join('');
}
