import * as z from 'zod';
import { DomainName } from './domain-name.ts';

/** The parts of a domain that many domains can be brought to at once. */
export const parts = ['nameservers', 'contacts', 'lock'] as const;
export type Part = (typeof parts)[number];

/** The most domains of one call. */
export const mostDomains = 500;

const Fact = z.tuple([DomainName, z.array(z.string())]);

/** The states of a part of several domains as one: a fact for each domain, in the order of their names. */
export function asOne(states: ReadonlyMap<DomainName, readonly string[]>): string[] {
  return [...states].map(([name, state]) => JSON.stringify([name, state])).sort();
}

/** The state of each domain in the state of several. */
export function eachOf(state: readonly string[]): Map<DomainName, readonly string[]> {
  return new Map(state.map(fact => Fact.parse(JSON.parse(fact))));
}
