import { isIP } from 'node:net';
import * as z from 'zod';
import { type ContactField, contactFields, roles, type StoredContact } from '../model/contact.ts';
import type { Domain, DomainSummary, Prices, Privacy, Quote } from '../model/domain.ts';
import type { DomainName, Hostname } from '../model/domain-name.ts';
import { type Money, parseAmount } from '../model/money.ts';
import type { OrderResult } from '../model/order.ts';
import { relativeHost, type StoredRecord } from '../model/record.ts';
import { parseTimestamp, type Timestamp } from '../model/timestamp.ts';
import { isOwnNameserver, plainNameserver } from './quirks.ts';

/**
 * The registrar's replies, read into our vocabulary. Every oddity of its wire format ends in this file: numbers as
 * strings, flags in four spellings, empty maps as `[]`, dates without a zone, absolute owner names, renamed keys.
 */

/** `{"result":{"code":100,"message":"…"}}`: in front of every reply. */
export const Envelope = z.object({
  result: z.object({ code: z.union([z.int(), z.string().regex(/^\d+$/)]).transform(Number), message: z.string() }),
});

const text = read(asText, 'text');
const textOrNone = read(value => asText(value ?? ''), 'text');
const number = read(asNumber, 'a whole number');
const flag = read(asFlag, 'a flag');
const money = read(asAmount, 'an amount');
const date = read(asDate, 'a date');

/** A price that may be missing, null or empty: then it is not known, which is not the same as 0. */
const price = maybe(asPrice, 'a price');

/** A JSON object; PHP writes an empty one as `[]`. */
function mapOf<T extends z.ZodType>(value: T) {
  return z.preprocess(given => (Array.isArray(given) && given.length === 0 ? {} : given), z.record(z.string(), value));
}

/** A list, which may be missing or null. */
function listOf<T extends z.ZodType>(value: T) {
  return z.preprocess(given => given ?? [], z.array(value));
}

/** What tells no more than a figure: unreadable, it is not known, and must not hide what stands beside it. */
function ifReadable<O>(parse: (value: unknown) => O | undefined) {
  return z.unknown().transform(parse).optional();
}

const name = read(value => lower(value, isName<DomainName>), 'a domain name');
const nameserver = read(
  value => lower(typeof value === 'string' ? plainNameserver(value.toLowerCase()) : value, isName<Hostname>),
  'a host name',
);

const Contact = read(asContact, 'a contact');

/** Shared by domain/get and domain/list: dates, privacy and what extensions cost. */
const held = {
  create_date: maybe(asDate, 'a date'),
  expire_date: date,
  whois_privacy: maybe(asPrivacy, 'privacy'),
  addons: maybe(asPrices, 'a map of prices'),
};
type Held = z.output<z.ZodObject<typeof held>>;

function summary(domain_name: DomainName, held: Held): DomainSummary {
  const { create_date, expire_date, whois_privacy = { enabled: false }, addons = {} } = held;
  return { domain_name, created: create_date, expires: expire_date, privacy: whois_privacy, prices: addons };
}

export const Nothing = z.object({}).transform(() => ({}));

export const Hello = z.object({
  service: text,
  server_date: date,
  version: text,
  language: textOrNone,
  client_ip: textOrNone,
});

export const Account = z
  .object({
    username: text,
    create_date: date,
    domain_count: number,
    account_credit: money,
    contacts: listOf(Contact),
  })
  .transform(({ create_date, account_credit, ...account }) => ({
    ...account,
    created: create_date,
    credit: account_credit,
  }));

export const OrderResults = z
  .object({
    results: z.array(
      z.object({
        success: flag,
        order_type: text,
        domain_name: text,
        price: ifReadable(asPrice),
        duration: ifReadable(asNumber),
        period: ifReadable(asNumber),
        information: z
          .preprocess(given => (Array.isArray(given) ? given : [given ?? []].flat()), z.array(text))
          .transform(lines => lines.slice(0, 3).map(line => line.slice(0, 300))),
      }),
    ),
  })
  .transform(({ results }): OrderResult[] =>
    results.map(({ duration, period, ...item }) => ({
      ...item,
      order_type: item.order_type.replace(/\/renewal$/, '/renew'),
      years: duration ?? period,
    })),
  );

export const DomainInfo = z
  .object({
    ...held,
    domain_name: name,
    locked: flag,
    nameservers: listOf(nameserver),
    contacts: listOf(Contact),
    auto_renew: maybe(asFlag, 'a flag'),
  })
  .transform(
    (domain): Domain => ({
      ...summary(domain.domain_name, domain),
      locked: domain.locked,
      nameservers: domain.nameservers,
      hosted: domain.nameservers.length > 0 && domain.nameservers.every(isOwnNameserver),
      contacts: domain.contacts,
      auto_renew: domain.auto_renew,
    }),
  );

export const DomainList = z.object({ domains: mapOf(z.object(held)) }).transform(({ domains }, ctx): DomainSummary[] =>
  Object.entries(domains).flatMap(([key, domain]) => {
    if (isName(key)) return [summary(key, domain)];
    ctx.issues.push({ code: 'custom', message: 'is not a domain name', input: key, path: ['domains'] });
    return [];
  }),
);

const availability = mapOf(
  z
    .object({ avail: flag, price, premium: flag.default(false), backorder: flag.default(false) })
    .transform(({ avail, ...rest }) => ({ ...rest, available: avail })),
).transform((names): Quote[] => Object.entries(names).map(([domain_name, quote]) => ({ domain_name, ...quote })));

export const Availability = z.object({ domains: availability, suggested: availability.default([]) });

const record = z.object({
  record_id: text,
  name: text,
  type: text,
  content: text,
  ttl: number,
  priority: z.union([number, z.literal('').transform(() => undefined), z.null().transform(() => undefined)]).optional(),
});

const list = z.object({ records: z.array(record) });

/** Records name their owner in full; inside it is relative to the zone that was asked for. */
export const RecordIn = (zone: string) => record.transform(found => inZone(found, zone));
export const RecordsIn = (zone: string) => list.transform(({ records }) => records.map(found => inZone(found, zone)));

function inZone({ name, ...rest }: z.output<typeof record>, zone: string): StoredRecord {
  return { ...rest, host: relativeHost(name, zone) };
}

const address = read(value => (typeof value === 'string' && isIP(value) !== 0 ? value : undefined), 'an address');

export const Hosts = z
  .object({ hosts: mapOf(z.preprocess(ips => (Array.isArray(ips) ? ips : [ips]), z.array(address))) })
  .transform(({ hosts }, ctx) =>
    Object.entries(hosts).flatMap(([key, ips]) => {
      const hostname = lower(key, isName<Hostname>);
      if (hostname !== undefined) return [{ hostname, ips: [...ips].sort() }];
      ctx.issues.push({ code: 'custom', message: 'is not a host name', input: key, path: ['hosts'] });
      return [];
    }),
  );

function lower<T extends string>(value: unknown, is: (value: string) => value is T): T | undefined {
  if (typeof value !== 'string') return undefined;
  const name = (value.endsWith('.') ? value.slice(0, -1) : value).toLowerCase();
  return is(name) ? name : undefined;
}

function isName<T extends DomainName | Hostname = DomainName>(value: string): value is T {
  return value.length <= 253 && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(value);
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

/** A contact in one go: as a schema its thirteen fields would cost more than the rest of a reply. */
function asContact(value: unknown): StoredContact | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value) || !Array.isArray(value.type)) return undefined;
  const given: Readonly<Record<string, unknown>> = { ...value };
  const types = value.type;
  if (contactFields.some(field => asText(given[field] ?? '') === undefined)) return undefined;
  const field = (name: ContactField) => asText(given[name] ?? '') ?? '';
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

function asDate(value: unknown): Timestamp | undefined {
  return typeof value === 'string' ? parseTimestamp(value) : undefined;
}

function asAmount(value: unknown): Money | undefined {
  return parseAmount(asText(value) ?? '');
}

/** Credit can be overdrawn; a price below nothing is a mistake that must not be bought at. */
function asPrice(value: unknown): Money | undefined {
  const amount = asAmount(value);
  return amount !== undefined && amount.cents >= 0 ? amount : undefined;
}

/** A flag in any of its spellings: true, "1", 1, "Y", "true" and their opposites. */
function asFlag(value: unknown): boolean | undefined {
  const spelled = String(value).toLowerCase();
  if (['true', '1', 'y', 'yes'].includes(spelled)) return true;
  return ['false', '0', 'n', 'no', ''].includes(spelled) ? false : undefined;
}

/** Whether and until when privacy is active; `false` stands for none. */
function asPrivacy(value: unknown): Privacy | undefined {
  if (value === false) return { enabled: false };
  const { enabled, expire_date } = members(value) ?? {};
  const active = asFlag(enabled);
  const expires = isEmpty(expire_date) ? undefined : asDate(expire_date);
  const readable = active !== undefined && (expires !== undefined || isEmpty(expire_date) || expire_date === undefined);
  return readable ? { enabled: active, expires } : undefined;
}

/** What a domain's extensions cost: keys have been seen in several spellings, prices may be missing. */
function asPrices(value: unknown): Prices | undefined {
  const addons = members(value);
  if (!addons) return undefined;
  const first = (...keys: readonly string[]) => {
    const key = keys.find(each => each in addons);
    return key === undefined ? undefined : members(addons[key])?.price;
  };
  const [renew, privacy] = [
    first('domain/renew', 'domain/renewal'),
    first('whois_privacy/renew', 'whois_privacy/renewal', 'whois_privacy'),
  ];
  if ([renew, privacy].some(price => price !== undefined && !isEmpty(price) && asPrice(price) === undefined))
    return undefined;
  return { renew: asPrice(renew), privacy: asPrice(privacy) };
}

function members(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** What stands for nothing: `""`, null, PHP's empty list, and MySQL's way to write that there is no date. */
function isEmpty(given: unknown): boolean {
  return given === '' || given === null || given === '0000-00-00 00:00:00' || Array.isArray(given);
}

/** Reads one value by a function that gives undefined for what it cannot read. */
function read<O>(parse: (value: unknown) => O | undefined, what: string) {
  return z.unknown().transform((value, ctx) => parsed(value, parse, what, ctx));
}

/** The same for what may be missing or empty, and is then not known. */
function maybe<O>(parse: (value: unknown) => O | undefined, what: string) {
  return z
    .unknown()
    .transform((value, ctx) => (isEmpty(value) ? undefined : parsed(value, parse, what, ctx)))
    .optional();
}

function parsed<O>(value: unknown, parse: (value: unknown) => O | undefined, what: string, ctx: z.RefinementCtx): O {
  const found = parse(value);
  if (found !== undefined) return found;
  ctx.issues.push({ code: 'custom', message: `is not ${what}`, input: value });
  return z.NEVER;
}
