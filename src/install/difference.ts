/** The lines that differ between two texts, as one piece: those that go, then those that come. */
export function difference(before: string, after: string): string {
  const [old, fresh] = [lines(before), lines(after)];
  const same = (at: number, back: boolean) => (back ? old.at(-1 - at) === fresh.at(-1 - at) : old[at] === fresh[at]);
  const most = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < most && same(head, false)) head += 1;
  let tail = 0;
  while (tail < most - head && same(tail, true)) tail += 1;
  return [
    `@@ line ${head + 1} @@`,
    ...old.slice(head, old.length - tail).map(line => `-${line}`),
    ...fresh.slice(head, fresh.length - tail).map(line => `+${line}`),
  ].join('\n');
}

function lines(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}
