import { Fault } from '../model/fault.ts';
import { didYouMean } from '../model/text.ts';
import type { Registrar } from '../registrar/registrar.ts';

/** Adds to "not in this account" the name that was probably meant. The list of names is only read for this. */
export async function heal(fault: Fault, registrar: () => Promise<Registrar<'read'>>): Promise<Fault> {
  const { code, about } = fault;
  if (code !== 'domain_not_in_account' || about === undefined) return fault;
  try {
    const names = (await (await registrar()).domain_list({})).map(({ domain_name }) => domain_name);
    const hint = didYouMean(about, names);
    return hint === ''
      ? fault
      : new Fault(fault.code, fault.message.replace(/\.$/, '') + hint, fault.next, { cause: fault });
  } catch {
    return fault;
  }
}
