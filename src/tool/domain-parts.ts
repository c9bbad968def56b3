import type { Domain } from '../model/domain.ts';
import type { DomainName } from '../model/domain-name.ts';
import { Fault } from '../model/fault.ts';
import { asOne, type Part } from '../model/several.ts';
import type { State } from '../model/subject.ts';
import { count, few } from '../model/text.ts';
import { plainNameserver } from '../registrar/quirks.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { abreast } from './abreast.ts';

/** How many domains are read at once: those that wait longer for the limit on requests are turned away. */
const atOnce = 8;

/** How many of the names that are not there a refusal says. */
const named = 20;

/** Reads domains in full, in the order of their names. Refuses with every one that is not in the account. */
export async function readDomains(
  registrar: Reader,
  names: readonly DomainName[],
  progress?: (done: number, total: number) => void,
): Promise<Domain[]> {
  const { domains, missing } = await readThoseThere(registrar, names, progress);
  const [first] = missing.values();
  if (first && missing.size === 1) throw first;
  if (first)
    throw new Fault(
      first.code,
      `${count(missing.size, 'name')} are not in this account: ${few([...missing.keys()], named)}.`,
      'Leave them out, or see domain_list for the names that there are.',
    );
  return domains;
}

type Reader = Pick<Registrar<'read'>, 'domain_get'>;

/** Reads those domains that are in the account, some at a time; a fault for each of the others. */
export async function readThoseThere(
  registrar: Reader,
  names: readonly DomainName[],
  progress?: (done: number, total: number) => void,
): Promise<{ readonly domains: Domain[]; readonly missing: ReadonlyMap<DomainName, Fault> }> {
  const found = new Map<DomainName, Domain>();
  const missing = new Map<DomainName, Fault>();
  await abreast(names, atOnce, async domain_name => {
    try {
      found.set(domain_name, await registrar.domain_get({ domain_name }));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'domain_not_in_account') throw error;
      missing.set(domain_name, error);
    }
    progress?.(found.size + missing.size, names.length);
  });
  return { domains: names.flatMap(name => found.get(name) ?? []), missing };
}

/** The state of a part of a domain, in no order. */
export function stateOfPart(part: Part, { nameservers, locked, contacts }: Domain): State {
  switch (part) {
    case 'nameservers':
      return nameservers;
    case 'lock':
      return locked ? ['locked'] : [];
    case 'contacts':
      return contacts.flatMap(contact => contact.type.map(role => JSON.stringify({ ...contact, type: [role] })));
  }
}

/** The state of a part of several domains; the registrar's own nameservers in the spelling in which they are set. */
export function stateOfSeveral(part: Part, domains: readonly Domain[]): string[] {
  const plain = part === 'nameservers' ? plainNameserver : (fact: string) => fact;
  return asOne(new Map(domains.map(domain => [domain.domain_name, stateOfPart(part, domain).map(plain).sort()])));
}
