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

/** A number of days, as a client sends it. */
export const Days = z
  .string()
  .refine(text => /^\d{1,3}$/.test(text), 'must be a number of days such as 90')
  .transform(Number);
