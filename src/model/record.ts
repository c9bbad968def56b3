import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { parse } from 'tldts';
import { type DomainName, isWithin, type Parsed, parseHostname } from './domain-name.ts';
import { bare, quote } from './text.ts';

/** The record types that the registrar stores. */
export const recordTypes = ['A', 'AAAA', 'ANAME', 'CNAME', 'MX', 'NS', 'SRV', 'TXT'] as const;

export type RecordType = (typeof recordTypes)[number];

/** What a record says, by type. Addresses in their shortest form, names without a trailing dot. */
export type RecordData =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'ANAME' | 'CNAME' | 'NS'; readonly target: string }
  | { readonly type: 'MX'; readonly priority: number; readonly exchange: string }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: 'TXT'; readonly text: string };

/** A record as a value: `host` is relative to the zone (`@` for the apex), `ttl` in seconds. */
export interface ZoneRecord {
  readonly host: string;
  readonly type: string;
  readonly content: string;
  readonly ttl: number;
  readonly priority?: number | undefined;
}

/** A record as the registrar keeps it, with the number that it knows it by. */
export interface StoredRecord extends ZoneRecord {
  readonly record_id: string;
}

declare const relative: unique symbol;

/** A record's owner relative to its zone: `@`, `www`, `*.dev`, `_sip._tcp`. */
export type Host = '@' | (string & { readonly [relative]: true });

const ownerLabel = /^(?:\*|[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)$/;

/**
 * Reads a record's owner: `@` or nothing for the apex, a relative name, or a full name inside the zone.
 * A name that the registrar would silently double (`www.example.com.example.com`) is refused.
 */
export function parseHost(text: string, zone: DomainName): Parsed<Host> {
  const given = text.trim().toLowerCase();
  const absolute = given.endsWith('.') && given !== '.';
  const name = asciiOwner(given.replace(/\.$/, ''));
  if (name === '' || name === '@') return { ok: '@' };
  const inside = isWithin(name, zone) ? name.slice(0, -zone.length - 1) : undefined;
  if (inside === '') return { ok: '@' };
  if (absolute && inside === undefined) return { problem: `${quote(text)} ends in a dot and is not inside ${zone}` };
  const owner = inside ?? name;
  if (`.${owner}.`.includes(`.${zone}.`))
    return { problem: `${quote(text)} has ${zone} in it twice; give the part before ${zone}` };
  if (inside === undefined && isForeign(owner)) {
    const whole = `${owner}.${zone}`;
    return { problem: `${quote(text)} looks like a name of another domain; if ${whole} is meant, give "${whole}"` };
  }
  if (!isHost(owner)) {
    return {
      problem: `${quote(text)} is not a host name; give "@" for ${zone} itself, or a relative name such as "www"`,
    };
  }
  if (`${owner}.${zone}`.length > 253) return { problem: `${quote(text)} is too long for a name in ${zone}` };
  return { ok: owner };
}

/** The owner's full name. */
export function fullName(host: Host, zone: DomainName): string {
  return host === '@' ? zone : `${host}.${zone}`;
}

/**
 * The owner relative to its zone, from the full name that the registrar gives. A name whose first label is `@` in truth, as
 * clients make it by mistake, is given in full, so that it is not taken for the apex.
 */
export function relativeHost(fqdn: string, zone: string): string {
  const name = fqdn.toLowerCase().replace(/\.$/, '');
  if (name === zone) return '@';
  return name.endsWith(`.${zone}`) && name !== `@.${zone}` ? name.slice(0, -zone.length - 1) : name;
}

/** An owner's full name, also of one that is given in full already. */
export function ownerName(host: string, zone: string): string {
  if (host === '@') return zone;
  return host === `@.${zone}` ? host : `${host}.${zone}`;
}

/** Whether this API can make a record: there are names and types that it lists and does not take. */
export function isMakeable({ host, type }: Pick<ZoneRecord, 'host' | 'type'>): boolean {
  return storedHost(host) !== undefined && recordTypes.some(known => known === type);
}

/** An owner as the zone has it, to be made again; undefined for one that this API cannot make. */
export function storedHost(host: string): Host | undefined {
  return host === '@' || isHost(host) ? host : undefined;
}

/** Reads a record's content; refuses with all reasons what the registrar would mangle or cannot hold. */
export function parseRecordData(type: RecordType, content: string, priority: number | undefined): Parsed<RecordData> {
  if (priority !== undefined && type !== 'MX' && type !== 'SRV')
    return { problem: `priority does not belong to a record of type ${type}; leave it out` };
  switch (type) {
    case 'A':
      return isIPv4(content)
        ? { ok: { type, address: content } }
        : { problem: `content of an A record must be an IPv4 address such as "192.0.2.1", not ${quote(content)}` };
    case 'AAAA':
      return isIPv6(content)
        ? { ok: { type, address: sameAddress(content) } }
        : { problem: `content of an AAAA record must be an IPv6 address such as "2001:db8::1", not ${quote(content)}` };
    case 'ANAME':
    case 'CNAME':
    case 'NS': {
      const target = parseTarget(content);
      return 'ok' in target
        ? { ok: { type, target: target.ok } }
        : { problem: `content of ${article(type)} record must be a full host name: ${target.problem}` };
    }
    case 'MX': {
      if (content.trim() === '.')
        return {
          problem:
            'a null MX (content ".") cannot be stored by this registrar; to refuse mail, publish "v=spf1 -all" and no MX',
        };
      const exchange = parseTarget(content);
      if (!('ok' in exchange))
        return {
          problem: `content of an MX record must be the mail server's full host name: ${misplaced(content) ?? exchange.problem}`,
        };
      return priority === undefined
        ? { problem: 'an MX record needs a priority, usually 10' }
        : { ok: { type, priority, exchange: exchange.ok } };
    }
    case 'SRV':
      return parseService(content, priority);
    case 'TXT':
      return parseText(content);
  }
}

/** What to do about a priority that stands before a mail server's name, as master files have it. */
function misplaced(content: string): string | undefined {
  const [, number, name = ''] = /^\s*(\d{1,5})\s+(\S+)\s*$/.exec(content) ?? [];
  return number === undefined ? undefined : `give ${number} as priority, and ${quote(name)} as content`;
}

/** The content as the registrar stores it; an SRV's priority stands apart. */
export function contentOf(data: RecordData): string {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      return data.address;
    case 'ANAME':
    case 'CNAME':
    case 'NS':
      return data.target;
    case 'MX':
      return data.exchange;
    case 'SRV':
      return `${data.weight} ${data.port} ${data.target}`;
    case 'TXT':
      return data.text;
  }
}

export function priorityOf(data: RecordData): number | undefined {
  return data.type === 'MX' || data.type === 'SRV' ? data.priority : undefined;
}

/** Content in the one form by which two records of a type can be compared: case, trailing dots, quotes, IDN and IPv6 forms do not differ. */
export function comparable(type: string, content: string): string {
  const text = content.trim();
  switch (type) {
    case 'A':
      return text;
    case 'AAAA':
      return sameAddress(text);
    case 'TXT':
      return /^".*"$/s.test(text) ? unquoted(text) : content;
    default: {
      const name = text.toLowerCase().replace(/\.$/, '').replace(/\s+/g, ' ');
      return /^[ -~]*$/.test(name) ? name : asciiOwner(name);
    }
  }
}

/** The text of one or several quoted strings, as zone editors show long TXT records. */
function unquoted(text: string): string {
  const parts = [...text.matchAll(/\s*"((?:[^"\\]|\\.)*)"\s*/gsy)];
  const whole = parts.reduce((length, [part]) => length + part.length, 0) === text.length;
  return whole ? parts.map(([, inner = '']) => inner.replace(/\\(.)/gs, '$1')).join('') : text;
}

/** An IP address in its canonical form (RFC 5952 for IPv6); other text comes back as it is. */
export function sameAddress(text: string): string {
  return isIPv6(text) && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toRFC5952String() : text.toLowerCase();
}

/** `MX mail → "mx1.example.net", priority 10, TTL 300`: a record in a line, whole, so that it could be made again. */
export function describeRecord({ type, host, content, priority, ttl }: ZoneRecord): string {
  const rest = priority === undefined ? '' : `, priority ${priority}`;
  return `${bare(type)} ${bare(host)} → ${quote(content, 2000)}${rest}, TTL ${ttl}`;
}

function parseTarget(text: string): Parsed<string> {
  if (isIPv4(text) || isIPv6(text)) return { problem: `${quote(text)} is an address, not a name` };
  // Targets may carry underscores (ACM, DKIM and other validation names), which host names may not.
  const bare = parseHostname(text.replaceAll('_', 'u'));
  return 'ok' in bare ? { ok: asciiOwner(text.trim().toLowerCase().replace(/\.$/, '')) } : parseHostname(text);
}

function parseService(content: string, priority: number | undefined): Parsed<RecordData> {
  const parts = content.trim().split(/\s+/);
  const numbers = parts.slice(0, 2).map(Number);
  const [weight = -1, port = -1] = numbers;
  const target = parseTarget(parts[2] ?? '');
  if (parts.length !== 3 || !numbers.every(n => Number.isInteger(n) && n >= 0 && n <= 65_535) || !('ok' in target)) {
    return {
      problem: `content of an SRV record must be "weight port target", such as "5 5060 sip.example.com", not ${quote(content)}`,
    };
  }
  if (priority === undefined) return { problem: 'an SRV record needs a priority, often 0' };
  return { ok: { type: 'SRV', priority, weight, port, target: target.ok } };
}

/** What this registrar's TXT records can hold, as seen by dnscontrol's provider for it. */
function parseText(text: string): Parsed<RecordData> {
  const reasons = [
    text === '' && 'must not be empty',
    text.includes('"') && 'must not have double quotes (give the bare text; the registrar quotes it)',
    /\s$/.test(text) && 'must not end in white space',
    /\p{Cc}/u.test(text) && 'must not have line breaks or other control characters',
    Buffer.byteLength(text) > 512 && 'must not be longer than 512 bytes',
  ].filter(reason => reason !== false);
  return reasons.length === 0
    ? { ok: { type: 'TXT', text } }
    : { problem: `content of a TXT record ${reasons.join(', and ')}` };
}

/** `www.example.com` is no name to put in front of a zone by mistake; `api.dev` may well be. */
function isForeign(owner: string): boolean {
  const { isIcann, domain, subdomain } = parse(owner);
  return isIcann === true && domain !== null && (subdomain !== '' || /\.(?:com|net|org)$/.test(owner));
}

function isHost(text: string): text is Host {
  return text.split('.').every((label, at) => ownerLabel.test(label) && (label !== '*' || at === 0));
}

/** A possibly international name in A-labels; labels that are not host names (`*`, `_dmarc`) stay as they are. */
function asciiOwner(name: string): string {
  return name
    .split('.')
    .map(part => {
      const ascii = /^[\p{L}\p{M}\p{N}-]+$/u.test(part) ? parseHostname(`${part}.example`) : undefined;
      return ascii !== undefined && 'ok' in ascii ? ascii.ok.slice(0, -'.example'.length) : part;
    })
    .join('.');
}

function article(type: RecordType): string {
  return /^[AMNS]/.test(type) && type !== 'SRV' ? `an ${type}` : `a ${type}`;
}
