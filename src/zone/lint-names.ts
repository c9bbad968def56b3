import { comparable, type ZoneRecord } from '../model/record.ts';
import { oneOf } from '../model/text.ts';
import { error, type Finding, warning } from './finding.ts';
import { hostIn, namesOf, upwards } from './names.ts';
import { byHost, points } from './zone.ts';

/** The CNAMEs of a zone by their names. */
export type Aliases = ReadonlyMap<string, ZoneRecord>;

/** The CNAME that answers for a name. */
export type AliasAt = (host: string) => ZoneRecord | undefined;

/** The CNAME at a name by itself, or, where there is no such name, by the wildcard below the nearest one that is there. */
export function aliasesOf(aliases: Aliases, zone: readonly ZoneRecord[]): AliasAt {
  const { all } = namesOf(zone);
  return host => {
    if (all.has(host)) return aliases.get(host);
    const encloser = upwards(host).find(name => all.has(name));
    return aliases.get(encloser === undefined ? '*' : `*.${encloser}`);
  };
}

/** CNAMEs that lead back to where they began. */
export function circles(aliases: Aliases, domain: string): Finding[] {
  const next = (host: string) => {
    const record = aliases.get(host);
    return record && hostIn(comparable(record.type, record.content), domain);
  };
  return [...aliases.keys()].flatMap(host => {
    const path = new Set([host]);
    for (let at = next(host); at !== undefined && path.size < 20; at = next(at)) {
      if (at === host)
        return [
          error('cname_circle', host, 'This CNAME leads back to itself.', 'Lead it to a name that has an address.'),
        ];
      if (path.has(at)) break;
      path.add(at);
    }
    return [];
  });
}

/** A wildcard does not reach names that are there already, of whatever type, nor those above such names (RFC 4592). */
export function wildcards(zone: readonly ZoneRecord[]): Finding[] {
  const hosts = byHost(zone);
  const wild = [...hosts].filter(([host, records]) => /^\*(?:\.|$)/.test(host) && records.some(points));
  if (wild.length === 0) return [];
  const beside = new Map<string, string[]>();
  for (const name of namesOf(zone).all) {
    const [label = '', ...above] = name.split('.');
    if (name === '@' || label === '*' || label.startsWith('_') || hosts.get(name)?.some(points)) continue;
    const parent = above.length === 0 ? '*' : `*.${above.join('.')}`;
    const known = beside.get(parent);
    if (known) known.push(name);
    else beside.set(parent, [name]);
  }
  return wild.flatMap(([host, records]) => {
    const types = [...new Set(records.map(({ type }) => type))];
    const hidden = beside.get(host) ?? [];
    return hidden.length === 0
      ? []
      : [
          warning(
            'wildcard',
            host,
            `The wildcard's ${oneOf(types, 'and')} ${types.length === 1 ? 'does' : 'do'} not reach ${oneOf(hidden.slice(0, 5), 'and')}, since ${hidden.length === 1 ? 'that name is' : 'those names are'} there already.`,
            'Give those names an address of their own, if they are to have one.',
          ),
        ];
  });
}
