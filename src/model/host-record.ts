import { isIP } from 'node:net';
import * as z from 'zod';
import { type DomainName, type Hostname, type Parsed, parseHostname } from './domain-name.ts';
import { fullName, parseHost, sameAddress } from './record.ts';
import { quote } from './text.ts';

/** A registered nameserver with its glue addresses. */
export interface HostRecord {
  readonly hostname: string;
  readonly ips: readonly string[];
}

/** Reads the name of a host record: in full and inside the domain, or the part before it. */
export function parseHostRecord(text: string, domain: DomainName): Parsed<Hostname> {
  const host = parseHost(text, domain);
  if ('problem' in host) return host;
  if (host.ok === '@')
    return {
      problem: `${quote(text)} is the domain itself; a host record is a name inside it, such as "ns1.${domain}"`,
    };
  return parseHostname(fullName(host.ok, domain));
}

/** An IPv4 or IPv6 address, in its shortest form. */
export const IpAddress = z.codec(z.string().describe('IPv4 or IPv6'), z.string(), {
  decode: (text, ctx) => {
    if (isIP(text.trim()) !== 0) return sameAddress(text.trim());
    ctx.issues.push({ code: 'custom', message: `${quote(text)} is not an IPv4 or IPv6 address`, input: text });
    return z.NEVER;
  },
  encode: ip => ip,
});
