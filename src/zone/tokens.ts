import { isUtf8 } from 'node:buffer';

/** A word of a master file; `start`: it stands at the beginning of its line, where a name would. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly escaped: boolean;
  readonly start: boolean;
}

/** An entry: a line, or several that parentheses hold together. */
export interface Entry {
  readonly line: number;
  readonly tokens: readonly Token[];
}

export interface Problem {
  readonly line: number;
  readonly what: string;
}

/**
 * Splits a master file into entries and words (RFC 1035, 5.1): parentheses, quotes, comments, and the escapes `\X` and
 * `\DDD`, whose bytes are read as UTF-8.
 */
export function tokenize(text: string): { readonly entries: Entry[]; readonly problems: Problem[] } {
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  // A byte-order mark is no part of a name.
  const source = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  let tokens: Token[] = [];
  let line = 1;
  let first = 1;
  let depth = 0;
  let at = 0;
  let lineStart = true;

  function end(): void {
    if (tokens.length > 0) entries.push({ line: first, tokens });
    tokens = [];
  }

  while (at < source.length) {
    const mark = source.charAt(at);
    if (tokens.length === 0) first = line;
    if (mark === '\n') {
      if (depth === 0) end();
      line += 1;
      at += 1;
      lineStart = true;
    } else if (mark === ';') {
      while (at < source.length && source.charAt(at) !== '\n') at += 1;
    } else if (mark === '(' || mark === ')') {
      depth += mark === '(' ? 1 : -1;
      if (depth < 0) {
        problems.push({ line, what: 'a closing parenthesis without an opening one' });
        depth = 0;
      }
      at += 1;
      lineStart = false;
    } else if (/\s/.test(mark)) {
      at += 1;
      lineStart = false;
    } else {
      const start = lineStart && depth === 0;
      lineStart = false;
      const word = readWord(source, at);
      if (word.problem !== undefined) problems.push({ line, what: word.problem });
      tokens.push({ text: word.text, quoted: mark === '"', escaped: word.escaped, start });
      at = word.end;
    }
  }
  if (depth > 0) problems.push({ line: first, what: 'an opening parenthesis without a closing one' });
  end();
  return { entries, problems };
}

interface Word {
  readonly text: string;
  readonly end: number;
  readonly escaped: boolean;
  readonly problem?: string | undefined;
}

/** A bare word, or a string in quotes; a string does not go over the end of its line. */
function readWord(source: string, from: number): Word {
  const quoted = source.charAt(from) === '"';
  const ends = quoted ? /["\n]/ : /[\s;()"]/;
  const parts: Buffer[] = [];
  let at = quoted ? from + 1 : from;
  let plain = at;
  let escaped = false;
  const flush = () => parts.push(Buffer.from(source.slice(plain, at)));
  while (at < source.length && !ends.test(source.charAt(at))) {
    if (source.charAt(at) !== '\\') {
      at += 1;
      continue;
    }
    flush();
    escaped = true;
    const digits = /^\d{3}/.exec(source.slice(at + 1, at + 4))?.[0];
    if (digits !== undefined && Number(digits) > 255)
      return { text: '', end: at + 4, escaped, problem: `the escape \\${digits} is above 255` };
    // A character outside the basic plane is two units long.
    const code = source.codePointAt(at + 1);
    if (code === undefined || code === 0x0a)
      return { text: '', end: at + 1, escaped, problem: 'a backslash with nothing behind it' };
    const next = digits === undefined ? String.fromCodePoint(code) : '';
    parts.push(digits === undefined ? Buffer.from(next) : Buffer.from([Number(digits)]));
    at += 1 + (digits === undefined ? next.length : 3);
    plain = at;
  }
  flush();
  const closed = !quoted || source.charAt(at) === '"';
  const end = quoted && closed ? at + 1 : at;
  const bytes = Buffer.concat(parts);
  if (!isUtf8(bytes)) return { text: '', end, escaped, problem: 'bytes that are no text (UTF-8)' };
  const problem = closed ? undefined : 'a string without its closing quote';
  return { text: bytes.toString('utf8'), end, escaped, problem };
}
