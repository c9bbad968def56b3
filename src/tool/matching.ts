import * as z from 'zod';
import { unicode } from '../model/domain-name.ts';
import { matches } from '../model/pattern.ts';

/** What a list of domains takes to be narrowed by their names. */
export const matching = {
  match: z.string().max(100).optional().describe('Part of the name; * stands for anything'),
  tld: z.string().max(63).optional().describe('"com"'),
};

/** Whether a name is among those that are looked for, in either of its forms. */
export function isMatch(
  name: string,
  { match, tld }: { readonly match?: string | undefined; readonly tld?: string | undefined },
): boolean {
  const pattern = match?.toLowerCase();
  const ending = tld === undefined ? '' : `.${tld.toLowerCase().replace(/^\./, '')}`;
  const written = unicode(name);
  return (
    (name.endsWith(ending) || written.endsWith(ending)) &&
    (pattern === undefined || found(name, pattern) || found(written, pattern))
  );
}

/** A pattern with asterisks covers the whole name, one without is found anywhere in it. */
function found(name: string, pattern: string): boolean {
  return pattern.includes('*') ? matches(name, pattern) : name.includes(pattern);
}
