import type { DecodedPacket } from 'dns-packet';

/** How a nameserver ended a question (RFC 1035, 4.1.1), by its number. */
export const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

export function rcodeOf({ flags = 0 }: DecodedPacket): string {
  const code = flags & 0xf;
  return Object.entries(rcodes).find(([, number]) => number === code)?.[0] ?? `RCODE ${code}`;
}
