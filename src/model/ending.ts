import * as z from 'zod';

/** Any ending of names, with or without the dot before it; without it, and in small letters, inside. */
export const Ending = z
  .string()
  .refine(tld => /^\.?(?:[a-z0-9-]{2,63}\.)?[a-z][a-z0-9-]{0,62}$/i.test(tld), 'must be an ending such as "com"')
  .transform(tld => tld.toLowerCase().replace(/^\./, ''));

/** What a registered name ends in: `co.uk` for `example.co.uk`. */
export function endingOf(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}
