import { isDeepStrictEqual } from 'node:util';

/** What adding an entry to the text of a file comes to. */
export type Edited =
  | { readonly kind: 'added'; readonly text: string }
  /** It is there already, just like that. */
  | { readonly kind: 'there' }
  /** The name is taken: by another server, or by this one with what a person has set. */
  | { readonly kind: 'differs' }
  /** The file is not what it should be, and is left alone. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** What is added: a server under a name, and what the client is to ask for. */
export interface Addition {
  readonly key: string;
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
  /** Questions of VS Code, by their ids. */
  readonly inputs: readonly { readonly id: string }[];
}

const byteOrderMark = '\ufeff';

/** A text without its byte order mark, which some editors of Windows write and no parser takes, and what puts it back. */
export function withoutMark(text: string): { body: string; mark: string } {
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : '';
  return { body: text.slice(mark.length), mark };
}

/** How the lines of a text end. */
export function lineEnd(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** Whether two values read from files are the same; what they were made by does not count. */
export function same(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(structuredClone(a), structuredClone(b));
}
