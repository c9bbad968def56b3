/** What the sandbox sells. Everything is decided by the name alone, so that it can be relied on. */

export interface Tld {
  readonly tld: string;
  /** Prices in cents: a year of registration, a year of renewal, a year of privacy (none where the registry forbids it). */
  readonly create: number;
  readonly renew: number;
  readonly privacy: number | undefined;
  /** The shortest and longest term, in years. */
  readonly terms: readonly [number, number];
  /** Whether the registry asks for more than the common fields. */
  readonly demanding: boolean;
}

const withPrivacy = 399;

/** tld, create, renew, shortest term, longest term, marks: `p` no privacy, `x` extra requirements. */
const rows = [
  ['com', 999, 1099, 1, 10, ''],
  ['net', 1099, 1299, 1, 10, ''],
  ['org', 1099, 899, 1, 10, ''],
  ['info', 399, 1999, 1, 10, ''],
  ['biz', 899, 1899, 1, 10, ''],
  ['name', 799, 999, 1, 10, 'p'],
  ['io', 3499, 4999, 1, 10, ''],
  ['co', 1199, 2999, 1, 5, ''],
  ['me', 699, 1899, 1, 10, ''],
  ['tv', 2999, 3499, 1, 10, ''],
  ['cc', 899, 1199, 1, 10, ''],
  ['ai', 7999, 7999, 2, 10, ''],
  ['app', 1299, 1599, 1, 10, ''],
  ['dev', 1099, 1499, 1, 10, ''],
  ['page', 899, 1099, 1, 10, ''],
  ['xyz', 199, 1299, 1, 10, ''],
  ['shop', 299, 3299, 1, 10, ''],
  ['store', 299, 4499, 1, 10, ''],
  ['blog', 499, 2599, 1, 10, ''],
  ['club', 999, 1499, 1, 10, ''],
  ['online', 299, 3499, 1, 10, ''],
  ['site', 299, 2999, 1, 10, ''],
  ['cloud', 899, 2199, 1, 10, ''],
  ['design', 1999, 4499, 1, 10, ''],
  ['co.uk', 799, 899, 1, 10, 'p'],
  ['uk', 799, 899, 1, 10, 'p'],
  ['asia', 1299, 1499, 1, 10, 'x'],
  ['ca', 1199, 1299, 1, 10, 'px'],
  ['de', 899, 999, 1, 1, 'px'],
  ['eu', 799, 899, 1, 10, 'px'],
  ['jobs', 9999, 9999, 1, 10, 'px'],
  ['nl', 899, 999, 1, 1, 'px'],
  ['pro', 499, 1799, 1, 10, 'x'],
  ['tel', 1199, 1299, 1, 10, 'x'],
  ['travel', 9999, 9999, 1, 10, 'x'],
  ['us', 799, 899, 1, 10, 'px'],
] as const;

const tlds: ReadonlyMap<string, Tld> = new Map(
  rows.map(([tld, create, renew, least, most, marks]) => [
    tld,
    {
      tld,
      create,
      renew,
      privacy: marks.includes('p') ? undefined : withPrivacy,
      terms: [least, most],
      demanding: marks.includes('x'),
    },
  ]),
);

/** The TLDs that a check without `tlds` asks for. */
export const commonTlds = ['com', 'net', 'org', 'io', 'co', 'dev', 'app', 'xyz'] as const;

export const privacyRenewal = 199;
export const backorderPrice = 4995;

/** The TLD that a name is registered under, if the sandbox sells it; `co.uk` before `uk`. */
export function tldOf(name: string): Tld | undefined {
  const labels = name.split('.');
  return labels.length === 2 || tlds.has(labels.slice(1).join('.')) ? tlds.get(labels.slice(1).join('.')) : undefined;
}

export interface Offer {
  readonly tld: Tld;
  readonly state: 'available' | 'taken' | 'backorder';
  readonly premium: boolean;
  /** Price of the first year in cents. */
  readonly price: number;
}

/** Names that the world outside the sandbox has long taken. */
const wellKnown = new Set([
  'amazon',
  'apple',
  'example',
  'facebook',
  'github',
  'google',
  'microsoft',
  'name',
  'netflix',
  'openai',
  'test',
  'wikipedia',
]);

/**
 * What the market says of a name that nobody in the sandbox holds: `taken-…`, names of up to three letters and
 * well-known ones are taken, `backorder-…` can be backordered, `premium-…` and four-letter names cost a hundredfold.
 */
export function offer(name: string): Offer | undefined {
  const tld = tldOf(name);
  if (!tld) return undefined;
  const word = name.slice(0, -tld.tld.length - 1);
  if (word.startsWith('backorder-') || name === 'largecat.net')
    return { tld, state: 'backorder', premium: false, price: backorderPrice };
  if (word.startsWith('taken-') || word.length <= 3 || wellKnown.has(word))
    return { tld, state: 'taken', premium: false, price: 0 };
  const premium = word.startsWith('premium-') || word.length === 4;
  return { tld, state: 'available', premium, price: premium ? tld.create * 100 : tld.create };
}

/** Words to put with a keyword when suggestions are asked for. */
const companions = ['get', 'my', 'hq', 'online', 'studio'];

export function suggestions(word: string): string[] {
  return companions.flatMap(companion => [`${companion}${word}.com`, `${word}${companion}.net`]).slice(0, 8);
}
