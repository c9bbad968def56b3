import type { Domain } from '../model/domain.ts';
import type { Hostname } from '../model/domain-name.ts';
import { isOwnNameserver, plainNameserver } from '../registrar/quirks.ts';

/** What setting nameservers would change. `leaves`, `arrives`: the zone kept here stops, or starts, being served. */
export interface Delegation {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly same: boolean;
  readonly leaves: boolean;
  readonly arrives: boolean;
}

/** Compares a domain's nameservers with those wanted; the registrar's own are equal in both of their spellings. */
export function compareDelegation({ nameservers, hosted }: Domain, wanted: readonly Hostname[]): Delegation {
  const from = nameservers.map(plainNameserver).sort();
  const to = wanted.map(plainNameserver);
  const here = to.every(isOwnNameserver);
  return {
    from,
    to,
    same: from.length === to.length && from.every(host => to.includes(host)),
    leaves: hosted && !here,
    arrives: !hosted && here,
  };
}
