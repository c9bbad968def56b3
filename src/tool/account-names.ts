import { DomainName, isWithin } from '../model/domain-name.ts';
import type { ZoneRecord } from '../model/record.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { targetOf } from '../zone/lint.ts';
import { namesOf } from '../zone/names.ts';

/** How many other zones of the account are read for names that records lead to. */
const most = 10;

/**
 * Tells of full names whether they have records in this account; undefined for what is outside it, what is served elsewhere
 * or delegated away, and what was not read.
 */
export async function accountNames(
  registrar: Pick<Registrar<'read'>, 'dns_list' | 'domain_list' | 'domain_get'>,
  domain: DomainName,
  zone: readonly ZoneRecord[],
): Promise<(name: string) => boolean | undefined> {
  const targets = zone.flatMap(record => targetOf(record) ?? []).filter(name => !isWithin(name, domain));
  const held = targets.length === 0 ? [] : (await registrar.domain_list({})).map(({ domain_name }) => domain_name);
  const others = held.filter(name => name !== domain && targets.some(target => isWithin(target, name))).slice(0, most);
  const zones = await Promise.all(
    others.map(async other => {
      const domain_name = DomainName.parse(other);
      const [{ hosted }, records] = await Promise.all([
        registrar.domain_get({ domain_name }),
        registrar.dns_list({ domain_name }),
      ]);
      return hosted ? [[other, namesOf(records)] as const] : [];
    }),
  );
  const known = new Map(
    [[domain, namesOf(zone)] as const, ...zones.flat()].map(([name, names]) => [String(name), names]),
  );
  return name => {
    const parent = [...known.keys()].find(each => isWithin(name, each));
    const names = parent === undefined ? undefined : known.get(parent);
    return parent === undefined ? undefined : names?.has(name === parent ? '@' : name.slice(0, -parent.length - 1));
  };
}
