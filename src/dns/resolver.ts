import type { Nameserver } from './nameserver.ts';

/** A record as a nameserver gives it; content is written as the registrar writes it. */
export interface Served {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl: number;
  readonly priority?: number | undefined;
}

/** What one nameserver answered. `code` is DNS's own: NOERROR, NXDOMAIN, REFUSED and the like. */
export interface DnsAnswer {
  readonly code: string;
  readonly authoritative: boolean;
  readonly answers: readonly Served[];
}

/** The name system, as tools may ask it. Rejects with a sentence where nobody answers in time. */
export interface Resolver {
  /** Asks one nameserver, without recursion. */
  ask(server: Nameserver, name: string, type: string, signal: AbortSignal): Promise<DnsAnswer>;
  /** Where a nameserver is; rejects with the reason where it cannot or must not be asked. */
  locate(hostname: string, signal: AbortSignal): Promise<readonly Nameserver[]>;
  /** Looks up what the world sees, through the configured resolvers. */
  lookup(name: string, type: string, signal: AbortSignal): Promise<DnsAnswer>;
}
