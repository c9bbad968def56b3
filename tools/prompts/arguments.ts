import * as z from 'zod';
import { type PresetName, presetOf } from '#zone/presets/index.ts';

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

/** What to ask the person for before a preset is previewed: a preview names only what it cannot do without. */
export function valuesOf(name: PresetName): string {
  const values = Object.entries(presetOf(name).parameters).map(([value, { about, optional, otherwise }]) => {
    const without = otherwise === undefined ? 'leave it out' : `it is ${otherwise}`;
    return `${value}${optional || otherwise !== undefined ? ` (if there is none, ${without})` : ''}: ${about}`;
  });
  return values.length === 0
    ? `The preset ${name} takes no values: it is the same for everybody.`
    : `The preset ${name} takes values that its pages show to me alone. Ask me for them, and guess none. ${values.join('; ')}.`;
}
