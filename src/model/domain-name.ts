import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import { getDomain } from 'tldts';
import * as z from 'zod';
import { quote } from './text.ts';

declare const registered: unique symbol;
declare const host: unique symbol;

/** A registered name such as `example.co.uk`: lower-case ASCII (A-labels), no trailing dot, exactly one label under a public suffix. */
export type DomainName = string & { readonly [registered]: true };

/** A fully qualified host name in lower-case ASCII without a trailing dot: a nameserver or a host record. */
export type Hostname = string & { readonly [host]: true };

/** Either the parsed name or, as a sentence, why it is none and what was probably meant. */
export type Parsed<T> = { readonly ok: T } | { readonly problem: string };

/** Letters, marks, digits, hyphens and dots of any script: nothing that a path, a query or a log could trip over. */
const plain = /^[\p{L}\p{M}\p{N}.\-·・]+$/u;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Reads a host name in ASCII or Unicode (IDNA, UTS 46). */
export function parseHostname(text: string): Parsed<Hostname> {
  const trimmed = text.trim().replace(/\.$/, '');
  const ascii = toAscii(trimmed);
  if (!isHostname(ascii)) return { problem: `${quote(text)} is not a domain name${meant(text)}` };
  return { ok: ascii };
}

/** Reads a registered name; a URL, an e-mail address or a name below one is refused with the name it probably meant. */
export function parseDomainName(text: string): Parsed<DomainName> {
  const name = parseHostname(text);
  if ('problem' in name) return name;
  const domain = getDomain(name.ok);
  if (isRegistered(name.ok, domain)) return { ok: name.ok };
  if (domain === null)
    return {
      problem: `${quote(text)} is a public suffix, under which names are registered; give a whole name such as "example.${name.ok}"`,
    };
  return { problem: `${quote(text)} is a name inside the domain ${domain}; give "${domain}"` };
}

/** The name as people write it: `café.com` for `xn--caf-dma.com`. */
export function unicode(name: string): string {
  return name.includes('xn--') ? domainToUnicode(name) || name : name;
}

/** The name as people write it, where that is not how it travels. */
export function unicodeName(name: string): string | undefined {
  const written = unicode(name);
  return written === name ? undefined : written;
}

/** A name in words, in both of its forms: `xn--caf-dma.com (café.com)`. */
export function shownName(name: string): string {
  const written = unicodeName(name);
  return written === undefined ? name : `${name} (${written})`;
}

/** Whether a host name is the domain or lies below it. */
export function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

export const DomainName = nameSchema('Registered name, "example.com"', parseDomainName);
export const Hostname = nameSchema('Host name, "ns1.example.net"', parseHostname);

function nameSchema<T extends string>(describe: string, parse: (text: string) => Parsed<T>) {
  return z.codec(
    z.string().describe(describe),
    z.custom<T>(value => typeof value === 'string'),
    {
      decode: (text, ctx) => {
        const name = parse(text);
        if ('ok' in name) return name.ok;
        ctx.issues.push({ code: 'custom', message: name.problem, input: text });
        return z.NEVER;
      },
      encode: name => name,
    },
  );
}

/** The name in A-labels; empty for what has characters that no name has. */
function toAscii(name: string): string {
  if (/^[a-z0-9.-]+$/.test(name)) return name;
  return plain.test(name) ? domainToASCII(name) : '';
}

function isHostname(text: string): text is Hostname {
  const labels = text.split('.');
  return (
    text.length <= 253 &&
    labels.length > 1 &&
    labels.every(part => label.test(part) && (!part.startsWith('xn--') || domainToUnicode(part) !== '')) &&
    !/^\d+$/.test(labels.at(-1) ?? '') &&
    isIP(text) === 0
  );
}

function isRegistered(name: string, domain: string | null): name is DomainName {
  return name === domain;
}

/** The name inside a URL or an e-mail address. */
function meant(text: string): string {
  const [, url, mail] = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:]+)|[^@\s/]+@([^@\s/]+))/i.exec(text) ?? [];
  const bare = /^([^/?#\s:]+)[/?#:]/.exec(text.trim())?.[1];
  const inner = url ?? mail ?? bare;
  const ascii = toAscii(inner ?? '');
  const domain = isHostname(ascii) ? getDomain(ascii) : null;
  if (domain === null) return '; give a registered name such as "example.com"';
  return `${mail === undefined ? '' : ' but an e-mail address'}; did you mean "${domain}"?`;
}
