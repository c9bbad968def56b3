import { setTimeout as delay } from 'node:timers/promises';
import { styleText } from 'node:util';

/** What a person reads at a terminal, or a program from a pipe. */
export interface Screen {
  line(text?: string): void;
  strong(text: string): string;
  faint(text: string): string;
  /** Waits for a reader to follow; not where there is none. Rejects when it is told to stop. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** Colours and pauses are for a terminal alone; whether it wants colours it says itself (NO_COLOR, TERM). */
export function openScreen(stream: NodeJS.WriteStream, { fast }: { fast: boolean }): Screen {
  // A reader that has seen enough (`| head`) is no error.
  stream.on('error', () => undefined);
  const coloured = stream.isTTY && stream.hasColors();
  const styled = (style: 'bold' | 'dim', text: string) =>
    coloured ? styleText(style, text, { validateStream: false }) : text;
  return {
    line: (text = '') => void stream.write(`${text}\n`),
    strong: text => styled('bold', text),
    faint: text => styled('dim', text),
    async pause(ms, signal) {
      if (stream.isTTY && !fast) await delay(ms, undefined, { signal });
    },
  };
}

/** A text in lines of at most `width` characters, broken at spaces; what follows the first begins as far in, and two further. */
export function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap(line => {
    const [indent = ''] = /^ */.exec(line) ?? [];
    const lines: string[] = [];
    let open = indent;
    for (const word of line.trim().split(' ')) {
      const next = open.trim() === '' ? `${open}${word}` : `${open} ${word}`;
      if (next.length <= width || open.trim() === '') open = next;
      else {
        lines.push(open);
        open = `${indent}  ${word}`;
      }
    }
    return [...lines, open];
  });
}
