import { domainToASCII } from 'node:url';

/** Whether a name contains the pieces between asterisks, in their order; the pattern covers the whole name. */
export function matches(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** A pattern of names in lower-case ASCII; undefined for what is neither a name nor a pattern. */
export function parsePattern(text: string): string | undefined {
  // A label with an asterisk is no name that IDNA could convert.
  const ascii = text
    .split('.')
    .map(label => (label.includes('*') ? label.toLowerCase() : domainToASCII(label)))
    .join('.');
  return /^[a-z0-9*-]+(?:\.[a-z0-9*-]+)*$/.test(ascii) ? ascii : undefined;
}
