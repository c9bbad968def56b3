import * as z from 'zod';
import { type ContactField, contactFields, roles, type StoredContact } from '../model/contact.ts';
import type { Prices, Privacy } from '../model/domain.ts';
import type { DomainName, Hostname } from '../model/domain-name.ts';
import { type Money, parseAmount } from '../model/money.ts';
import { parseTimestamp, type Timestamp } from '../model/timestamp.ts';

/**
 * Single values as the registrar writes them: numbers as strings, flags in many spellings, nothing in four ways. Each
 * function gives undefined for what it cannot read; the schemas around them name the field.
 */

/** A JSON object; PHP writes an empty one as `[]`. */
export function mapOf<T extends z.ZodType>(value: T) {
  return z.preprocess(given => (Array.isArray(given) && given.length === 0 ? {} : given), z.record(z.string(), value));
}

/** A list, which may be missing or null. */
export function listOf<T extends z.ZodType>(value: T) {
  return z.preprocess(given => given ?? [], z.array(value));
}

/** What tells no more than a figure: unreadable, it is not known, and must not hide what stands beside it. */
export function ifReadable<O>(parse: (value: unknown) => O | undefined) {
  return z.transform((value: unknown) => parse(value)).optional();
}

export function lower<T extends string>(value: unknown, is: (value: string) => value is T): T | undefined {
  if (typeof value !== 'string') return undefined;
  const name = (value.endsWith('.') ? value.slice(0, -1) : value).toLowerCase();
  return is(name) ? name : undefined;
}

export function isName<T extends DomainName | Hostname = DomainName>(value: string): value is T {
  return value.length <= 253 && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(value);
}

export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

/** A contact in one go: as a schema its thirteen fields would cost more than the rest of a reply. */
export function asContact(value: unknown): StoredContact | undefined {
  if (!isObject(value) || !Array.isArray(value.type)) return undefined;
  const types = value.type;
  if (contactFields.some(name => asText(value[name] ?? '') === undefined)) return undefined;
  const field = (name: ContactField) => asText(value[name] ?? '') ?? '';
  return {
    type: roles.filter(role => types.includes(role)),
    first_name: field('first_name'),
    last_name: field('last_name'),
    organization: field('organization'),
    address_1: field('address_1'),
    address_2: field('address_2'),
    city: field('city'),
    state: field('state'),
    zip: field('zip'),
    country: field('country'),
    phone: field('phone'),
    fax: field('fax'),
    email: field('email'),
  };
}

export function asDate(value: unknown): Timestamp | undefined {
  return typeof value === 'string' ? parseTimestamp(value) : undefined;
}

export function asAmount(value: unknown): Money | undefined {
  return parseAmount(asText(value) ?? '');
}

/** Credit can be overdrawn; a price below nothing is a mistake that must not be bought at. */
export function asPrice(value: unknown): Money | undefined {
  const amount = asAmount(value);
  return amount !== undefined && amount.cents >= 0 ? amount : undefined;
}

/** A flag in any of its spellings: true, "1", 1, "Y", "true" and their opposites. */
export function asFlag(value: unknown): boolean | undefined {
  const spelled = String(value).toLowerCase();
  if (['true', '1', 'y', 'yes'].includes(spelled)) return true;
  return ['false', '0', 'n', 'no', ''].includes(spelled) ? false : undefined;
}

/** Whether and until when privacy is active; `false` stands for none. */
export function asPrivacy(value: unknown): Privacy | undefined {
  if (value === false) return { enabled: false };
  const { enabled, expire_date }: Readonly<Record<string, unknown>> = isObject(value) ? value : {};
  const active = asFlag(enabled);
  const expires = isEmpty(expire_date) ? undefined : asDate(expire_date);
  const readable = active !== undefined && (expires !== undefined || isEmpty(expire_date) || expire_date === undefined);
  return readable ? { enabled: active, expires } : undefined;
}

/** What a domain's extensions cost: keys have been seen in several spellings, prices may be missing. */
export function asPrices(value: unknown): Prices | undefined {
  if (!isObject(value)) return undefined;
  const first = (...keys: readonly string[]) => {
    const addon = keys.map(key => value[key]).find(isObject);
    return addon?.price;
  };
  const [renew, privacy] = [
    first('domain/renew', 'domain/renewal'),
    first('whois_privacy/renew', 'whois_privacy/renewal', 'whois_privacy'),
  ];
  if ([renew, privacy].some(price => price !== undefined && !isEmpty(price) && asPrice(price) === undefined))
    return undefined;
  return { renew: asPrice(renew), privacy: asPrice(privacy) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands for nothing: `""`, null, PHP's empty list, and MySQL's way to write that there is no date. */
function isEmpty(given: unknown): boolean {
  return given === '' || given === null || given === '0000-00-00 00:00:00' || Array.isArray(given);
}

/** Reads one value by a function that gives undefined for what it cannot read. */
export function read<O>(parse: (value: unknown) => O | undefined, what: string) {
  return z.transform((value: unknown, ctx) => parsed(value, parse, what, ctx));
}

/** The same for what may be missing or empty, and is then not known. */
export function maybe<O>(parse: (value: unknown) => O | undefined, what: string) {
  return z
    .transform((value: unknown, ctx) => (isEmpty(value) ? undefined : parsed(value, parse, what, ctx)))
    .optional();
}

function parsed<O>(value: unknown, parse: (value: unknown) => O | undefined, what: string, ctx: z.RefinementCtx): O {
  const found = parse(value);
  if (found !== undefined) return found;
  ctx.issues.push({ code: 'custom', message: `is not ${what}`, input: value });
  return z.NEVER;
}
