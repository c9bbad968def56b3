import { closestMatch } from 'leven';

/**
 * Text that came from outside (TXT values, contacts, the registrar's messages, a model's input) is data.
 * It is shown in quotation marks, without the characters that could hide or reorder what a reader sees.
 */

/** Control, format (bidirectional, zero-width), surrogate and private-use characters, line and paragraph separators. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Escapes what cannot be seen, so that nothing is lost and nothing is hidden: U+202E becomes `\u202e`. */
export function visible(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(invisible, mark => {
    const code = mark.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** JSON in which nothing is hidden: what cannot be seen is escaped, as JSON has it. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(invisible, mark =>
    Array.from({ length: mark.length }, (_, at) => `\\u${mark.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** Outside text in quotation marks, at most `max` characters of it. */
export function quote(text: string, max = 80): string {
  if (text.length <= max && /^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  return `"${visible((text.length > max ? `${text.slice(0, max)}…` : text).replace(/["\\]/g, '\\$&'))}"`;
}

/** A word from outside: bare where it is one plain word, else in quotation marks. */
export function bare(text: string): string {
  return /^[\w.:@+/*-]{1,260}$/.test(text) ? text : quote(text);
}

/** `a`, `a or b`, `a, b or c`. */
export function oneOf(choices: readonly string[], word = 'or'): string {
  if (choices.length < 2) return choices.join('');
  return `${choices.slice(0, -1).join(', ')} ${word} ${choices.at(-1)}`;
}

/** The first of some, and how many more there are: `a, b, and 3 more`. */
export function few(all: readonly string[], most = 5, between = ', '): string {
  const more = all.length - most;
  return [...all.slice(0, most), ...(more > 0 ? [`and ${more} more`] : [])].join(between);
}

/** `1 record`, `2 records`, `0 records`. */
export function count(n: number, noun: string, several = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : several}`;
}

/** The known word that was probably meant, as a clause to end a sentence with; empty where none is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  const maxDistance = Math.max(1, Math.min(3, Math.floor(given.length / 3)));
  const close = closestMatch(given.slice(0, 80), [...known], { maxDistance });
  return close === undefined ? '' : `; did you mean ${quote(close)}?`;
}
