import type { StoredContact } from './contact.ts';
import type { DomainName, Hostname } from './domain-name.ts';
import type { Money } from './money.ts';
import type { Timestamp } from './timestamp.ts';

/** What extensions of a domain cost today, where the registrar says it. */
export interface Prices {
  readonly renew?: Money | undefined;
  readonly privacy?: Money | undefined;
}

/** WHOIS privacy of a domain. */
export interface Privacy {
  readonly enabled: boolean;
  readonly expires?: Timestamp | undefined;
}

/** A domain as a list shows it. */
export interface DomainSummary {
  readonly domain_name: DomainName;
  readonly created?: Timestamp | undefined;
  readonly expires: Timestamp;
  readonly privacy: Privacy;
  readonly prices: Prices;
}

/** A domain in full. `hosted`: its nameservers are the registrar's own, so the zone kept there is the one served. */
export interface Domain extends DomainSummary {
  readonly locked: boolean;
  readonly nameservers: readonly Hostname[];
  readonly hosted: boolean;
  readonly contacts: readonly StoredContact[];
  readonly auto_renew?: boolean | undefined;
}

/** What the registrar says of a name that is looked for. No `price`: the registrar gave none. */
export interface Quote {
  readonly domain_name: string;
  readonly available: boolean;
  readonly premium: boolean;
  readonly backorder: boolean;
  readonly price?: Money | undefined;
}
