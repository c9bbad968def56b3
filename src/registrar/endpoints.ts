import * as z from 'zod';
import { StoredContact } from '../model/contact.ts';
import { DomainName, Hostname } from '../model/domain-name.ts';
import { Extra, Nameservers, OrderItem, Years } from '../model/order.ts';
import { type Host, recordTypes } from '../model/record.ts';
import type { Risk } from '../model/risk.ts';
import { type Path, path } from './path.ts';
import * as wire from './wire.ts';

/**
 * A row of the table. `sends` turns the vocabulary into the request's members (those that the path names go there),
 * `returns` the reply into the vocabulary. `auth`: credentials in headers, in the body (login), or none.
 */
export interface Endpoint<R extends Risk = Risk, S extends z.ZodObject = z.ZodObject, T extends z.ZodType = z.ZodType> {
  readonly risk: R;
  readonly method: 'GET' | 'POST';
  readonly path: Path;
  readonly auth: 'headers' | 'body' | 'none';
  readonly sends: S;
  readonly returns: (sent: z.output<S>) => T;
}

function row<const R extends Risk, S extends z.ZodObject, T extends z.ZodType>(
  risk: R,
  method: Endpoint['method'],
  route: Path,
  sends: S,
  returns: (sent: z.output<S>) => T,
  auth: Endpoint['auth'] = 'headers',
): Endpoint<R, S, T> {
  return { risk, method, path: route, auth, sends, returns };
}

const nothing = z.strictObject({});
const domain = z.strictObject({ domain_name: DomainName });
const done = () => wire.Nothing;

/** The apex travels as an empty hostname: `@` would become a name of its own. */
const RelativeHost = z.codec(z.string(), z.custom<Host>(), {
  decode: onlySent,
  encode: host => (host === '@' ? '' : host),
});

/** A flag travels as `1`, or not at all. */
const Item = z.codec(z.record(z.string(), z.unknown()), OrderItem, {
  decode: onlySent,
  encode: item =>
    'whois_privacy' in item ? { ...item, whois_privacy: item.whois_privacy ? 1 : undefined } : { ...item },
});

function onlySent(value: unknown, ctx: z.core.ParsePayload): never {
  ctx.issues.push({ code: 'custom', message: 'is only ever sent', input: value });
  return z.NEVER;
}

/** Every endpoint of the registrar, once: the client, the sandbox's routes and the restricted registrars derive from it. */
export const endpoints = {
  hello: row('read', 'GET', path`/api/hello`, nothing, () => wire.Hello, 'none'),
  login: row('write', 'POST', path`/api/login`, nothing, done, 'body'),
  logout: row('write', 'GET', path`/api/logout`, nothing, done),

  account_get: row('read', 'GET', path`/api/account/get`, nothing, () => wire.Account),

  order: row('paid', 'POST', path`/api/order`, z.strictObject({ items: z.array(Item) }), () => wire.OrderResults),

  domain_create: row(
    'paid',
    'POST',
    path`/api/domain/create`,
    domain.extend({
      period: Years,
      nameservers: Nameservers.optional(),
      contacts: z.array(StoredContact).optional(),
      extra: Extra.optional(),
    }),
    done,
  ),
  domain_get: row('read', 'GET', path`/api/domain/get/${'domain_name'}`, domain, () => wire.DomainInfo),
  domain_list: row('read', 'GET', path`/api/domain/list`, nothing, () => wire.DomainList),
  domain_lock: row('write', 'POST', path`/api/domain/lock/${'domain_name'}`, domain, done),
  domain_unlock: row('destructive', 'POST', path`/api/domain/unlock/${'domain_name'}`, domain, done),
  domain_update_nameservers: row(
    'destructive',
    'POST',
    path`/api/domain/update_nameservers/${'domain_name'}`,
    domain.extend({ nameservers: Nameservers }),
    done,
  ),
  domain_update_contacts: row(
    'destructive',
    'POST',
    path`/api/domain/update_contacts/${'domain_name'}`,
    domain.extend({ contacts: z.array(StoredContact) }),
    done,
  ),
  domain_check: row(
    'read',
    'POST',
    path`/api/domain/check`,
    z.strictObject({
      keyword: z.string(),
      tlds: z.array(z.string()).optional(),
      services: z.array(z.enum(['availability', 'suggested'])).optional(),
    }),
    () => wire.Availability,
  ),

  dns_list: row('read', 'GET', path`/api/dns/list/${'domain_name'}`, domain, ({ domain_name }) =>
    wire.RecordsIn(domain_name),
  ),
  dns_create: row(
    'write',
    'POST',
    path`/api/dns/create/${'domain_name'}`,
    domain.extend({
      hostname: RelativeHost,
      type: z.enum(recordTypes),
      content: z.string(),
      ttl: z.int().optional(),
      priority: z.int().optional(),
    }),
    ({ domain_name }) => wire.RecordIn(domain_name),
  ),
  dns_delete: row(
    'destructive',
    'POST',
    path`/api/dns/delete/${'domain_name'}`,
    domain.extend({ record_id: z.string() }),
    done,
  ),

  host_list: row('read', 'GET', path`/api/host/list/${'domain_name'}`, domain, () => wire.Hosts),
  host_sync: row('write', 'GET', path`/api/host/sync/${'domain_name'}`, domain, done),
  host_create: row(
    'write',
    'POST',
    path`/api/host/create/${'domain_name'}`,
    domain.extend({ hostname: Hostname, ip: z.string() }),
    done,
  ),
  host_delete: row(
    'destructive',
    'POST',
    path`/api/host/delete/${'domain_name'}`,
    domain.extend({ hostname: Hostname }),
    done,
  ),
  host_add_ip: row(
    'write',
    'POST',
    path`/api/host/add_ip/${'domain_name'}`,
    domain.extend({ hostname: Hostname, ip: z.string() }),
    done,
  ),
  host_remove_ip: row(
    'destructive',
    'POST',
    path`/api/host/remove_ip/${'domain_name'}`,
    domain.extend({ hostname: Hostname, ip: z.string() }),
    done,
  ),
} as const satisfies Record<string, Endpoint>;

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;
