import type { ZoneRecord } from '../model/record.ts';
import { isApexNs } from './zone.ts';

/** The names of a zone, as resolvers see them (RFC 4592). */
export interface Names {
  /** Whether a name has records, by itself or by a wildcard; undefined where it is delegated away. */
  has(host: string): boolean | undefined;
  /** Every name that is there, with records of its own or above a name that has; `@` for the apex. */
  readonly all: ReadonlySet<string>;
}

export function namesOf(zone: readonly ZoneRecord[]): Names {
  const own = new Set(zone.map(({ host }) => host));
  const cuts = cutsOf(zone);
  const all = new Set<string>(['@']);
  for (const host of own) for (const name of upwards(host)) all.add(name);

  function has(host: string): boolean | undefined {
    if (upwards(host).some(name => cuts.has(name))) return undefined;
    if (own.has(host) || all.has(host)) return own.has(host);
    // The wildcard that counts is the one below the nearest name that is there.
    const encloser = upwards(host).find(name => all.has(name)) ?? '@';
    return own.has(encloser === '@' ? '*' : `*.${encloser}`);
  }
  return { has, all };
}

/** The names that a zone delegates away. */
export function cutsOf(zone: readonly ZoneRecord[]): Set<string> {
  return new Set(zone.filter(record => record.type === 'NS' && !isApexNs(record)).map(({ host }) => host));
}

/** A name and every name above it in its zone: `a.b`, `b`. */
export function upwards(host: string): string[] {
  const labels = host === '@' ? [] : host.split('.');
  return labels.map((_, at) => labels.slice(at).join('.'));
}

/** A full name relative to the zone; undefined for one outside it. */
export function hostIn(name: string, domain: string): string | undefined {
  if (name === domain) return '@';
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : undefined;
}
