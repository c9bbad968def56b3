import { isIP } from 'node:net';
import * as z from 'zod';
import type { Domain, DomainSummary, Quote } from '../model/domain.ts';
import type { DomainName, Hostname } from '../model/domain-name.ts';
import type { OrderResult } from '../model/order.ts';
import { relativeHost, type StoredRecord } from '../model/record.ts';
import { isOwnNameserver, plainNameserver } from './quirks.ts';
import {
  asAmount,
  asContact,
  asDate,
  asFlag,
  asNumber,
  asPrice,
  asPrices,
  asPrivacy,
  asText,
  ifReadable,
  isName,
  listOf,
  lower,
  mapOf,
  maybe,
  read,
} from './wire-values.ts';

/**
 * The registrar's replies, read into our vocabulary: renamed keys, absolute owner names, maps keyed by name. Oddities of
 * single values end in wire-values.ts, and what is only sent in endpoints.ts; none gets further.
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
