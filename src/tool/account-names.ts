import { DomainName } from '../model/domain-name.ts';
import type { ZoneRecord } from '../model/record.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { targetOf } from '../zone/lint.ts';

/** How many other zones of the account are read for names that records lead to. */
const most = 10;

/** Tells of full names whether they have records in this account; undefined for what is outside it, or was not read. */
export async function accountNames(
  registrar: Pick<Registrar<'read'>, 'dns_list' | 'domain_list'>,
  domain: DomainName,
  zone: readonly ZoneRecord[],
): Promise<(name: string) => boolean | undefined> {
  const targets = zone.flatMap(record => targetOf(record) ?? []).filter(name => !isIn(name, domain));
  const held = targets.length === 0 ? [] : (await registrar.domain_list({})).map(({ domain_name }) => domain_name);
  const others = held.filter(name => name !== domain && targets.some(target => isIn(target, name))).slice(0, most);
  const zones = await Promise.all(
    others.map(async name => [name, await registrar.dns_list({ domain_name: DomainName.parse(name) })] as const),
  );
  const known = new Map<string, ReadonlySet<string>>([
    [domain, hosts(zone)],
    ...zones.map(([name, records]): [string, ReadonlySet<string>] => [name, hosts(records)]),
  ]);
  return name => {
    const parent = [...known.keys()].find(each => isIn(name, each));
    const there = parent === undefined ? undefined : known.get(parent);
    if (parent === undefined || there === undefined) return undefined;
    const host = name === parent ? '@' : name.slice(0, -parent.length - 1);
    return there.has(host) || wildcardsOver(host).some(wildcard => there.has(wildcard));
  };
}

function hosts(zone: readonly ZoneRecord[]): ReadonlySet<string> {
  return new Set(zone.map(({ host }) => host));
}

/** `*.b` and `*` for `a.b`. */
function wildcardsOver(host: string): string[] {
  const labels = host.split('.');
  return labels.map((_, at) => ['*', ...labels.slice(at + 1)].join('.'));
}

function isIn(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}
