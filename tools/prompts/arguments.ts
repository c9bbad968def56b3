import * as z from 'zod';

/** Endings that people often ask for. Which of them are sold, and for how much, domain_check says. */
export const endings = [
  'com',
  'net',
  'org',
  'io',
  'dev',
  'app',
  'ai',
  'co',
  'me',
  'info',
  'biz',
  'xyz',
  'shop',
  'store',
  'online',
  'site',
  'blog',
  'cloud',
  'design',
  'page',
  'co.uk',
  'uk',
  'de',
  'eu',
  'nl',
  'ca',
  'us',
] as const;

/** Any ending, with or without the dot before it. */
export const Ending = z
  .string()
  .refine(tld => /^\.?(?:[a-z0-9-]{2,63}\.)?[a-z][a-z0-9-]{0,62}$/i.test(tld), 'must be an ending such as "com"')
  .transform(tld => tld.toLowerCase().replace(/^\./, ''));

/** A number of days, as a client sends it. */
export const Days = z
  .string()
  .refine(text => /^\d{1,3}$/.test(text), 'must be a number of days such as 90')
  .transform(Number);
