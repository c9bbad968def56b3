/** Facts about this registrar that its wire format does not carry. */

/** `ns1xyz.name.com` is how `ns1.name.com` reads back, with three letters per domain: the same server. */
export function plainNameserver(host: string): string {
  return !host.endsWith('.name.com') ? host : host.replace(/^(ns[1-4])[a-z]{3}(?=\.name\.com$)/, '$1');
}

/** Whether a nameserver is the registrar's own, so that the zone kept there is the one that it serves. */
export function isOwnNameserver(host: string): boolean {
  return /^ns[1-4](?:[a-z]{3})?\.name\.com$/.test(host);
}
