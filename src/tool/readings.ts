import type { DomainName } from '../model/domain-name.ts';
import type { Money } from '../model/money.ts';
import type { Timestamp } from '../model/timestamp.ts';

/** A domain as the account's list shows it, in as little as the portfolio needs. */
export interface Holding {
  readonly domain_name: DomainName;
  readonly expires: Timestamp;
  readonly privacy: boolean;
  readonly renewal?: Money | undefined;
}

/** What was read of a domain by itself. `contacts` tells sets of contacts apart; `zone`: how many errors its zone has. */
export interface Facts {
  readonly locked: boolean;
  readonly hosted: boolean;
  readonly nameservers: string;
  readonly contacts: string;
  readonly registrant: string;
  readonly zone?: number | undefined;
  /** When it was read, in milliseconds. */
  readonly at: number;
}

interface List {
  readonly holdings: readonly Holding[];
  readonly at: number;
}

/** For how long something read is good, in milliseconds: as many names can be read in it as the registrar allows in an hour. */
export const goodFor = 30 * 60_000;

/** Of so many names facts are kept; of more, the oldest are let go. */
const most = 20_000;

/** So many readings of a name are kept: a page of an earlier instant, and a call at the same time, go by their own. */
const mostOfName = 3;

/**
 * What was read of one account lately, so that the next page does not read it again: in this process, for a while, and
 * until something is changed through it. What others change is not seen, so whoever shows it says of when it is.
 */
export function openReadings() {
  /** What was read of each name, the latest first. */
  const facts = new Map<string, readonly Facts[]>();
  const failures = new Map<string, number>();
  const texts = new Map<string, string>();
  let list: List | undefined;
  let latest = 0;
  let changes = 0;

  /** The one copy of a text that many domains have: their nameservers, their owner. */
  function shared(text: string): string {
    const known = texts.get(text);
    if (known !== undefined) return known;
    if (texts.size >= most) texts.clear();
    texts.set(text, text);
    return text;
  }

  return {
    /** The instant of a reading that begins, in milliseconds: later than that of every other. What is too old is forgotten. */
    begin(now: Date): number {
      latest = Math.max(now.getTime(), latest + 1);
      for (const [name, [last]] of facts) if (last && latest - last.at > goodFor) facts.delete(name);
      for (const [name, at] of failures) if (latest - at > goodFor) failures.delete(name);
      if (facts.size === 0) texts.clear();
      if (list && latest - list.at > goodFor) list = undefined;
      return latest;
    },
    /** How often something was changed; what was asked for before a change is not kept after it. */
    get changes(): number {
      return changes;
    },
    get list(): List | undefined {
      return list;
    },
    keepList(read: List, before: number): void {
      if (before === changes) list = read;
    },
    /** What was read last of a name until an instant. */
    factsOf(name: DomainName, until: number): Facts | undefined {
      return facts.get(name)?.find(({ at }) => at <= until);
    },
    keepFacts(name: DomainName, read: Facts, before: number): void {
      if (before !== changes) return;
      const earlier = facts.get(name) ?? [];
      facts.delete(name);
      const { nameservers, contacts, registrant } = read;
      const kept = {
        ...read,
        nameservers: shared(nameservers),
        contacts: shared(contacts),
        registrant: shared(registrant),
      };
      facts.set(name, [kept, ...earlier].sort((a, b) => b.at - a.at).slice(0, mostOfName));
      const [oldest] = facts.keys();
      if (facts.size > most && oldest !== undefined) facts.delete(oldest);
    },
    /** A name that could not be read must not be in the way of those that can. */
    keepFailure(name: DomainName, at: number): void {
      failures.set(name, at);
    },
    hasFailed: (name: DomainName): boolean => failures.has(name),
    /** Something was changed of these names. */
    forget(names: readonly string[]): void {
      changes += 1;
      list = undefined;
      for (const name of names) facts.delete(name);
    },
  };
}

export type Readings = ReturnType<typeof openReadings>;
