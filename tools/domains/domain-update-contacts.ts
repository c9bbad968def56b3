import * as z from 'zod';
import { Contact, ContactChange, contactFor, type Role, StoredContact } from '#model/contact.ts';
import type { Domain } from '#model/domain.ts';
import type { DomainName } from '#model/domain-name.ts';
import { Fault, refuse } from '#model/fault.ts';
import type { State } from '#model/subject.ts';
import { oneOf } from '#model/text.ts';
import { tool } from '#tool/define.ts';
import { readDomains, stateOfPart } from '#tool/domain-parts.ts';
import { changedLately } from '#tool/lately.ts';
import { bringing, carryThrough, domainsIn, PerDomain, summed, whichDomains } from '#tool/several.ts';

export default tool.destructive({
  name: 'domain_update_contacts',
  title: 'Change contacts',
  description:
    'Changes contacts by role, of one domain or of up to 500 alike. Fields that are left out keep their value. Changing the registrant changes who owns the domain.',
  input: z.strictObject({ ...whichDomains, contacts: z.array(ContactChange).min(1).max(4) }),
  output: PerDomain.extend({ roles: z.array(z.string()) }),

  async plan({ contacts, ...input }, { registrar, records, now, progress }) {
    const wanted = rolesOf(contacts);
    const domains = await readDomains(registrar, domainsIn(input), progress);
    const merged = new Map(domains.map(domain => [domain.domain_name, mergedInto(domain, wanted)]));
    const lately = await changedLately(await records(), 'contacts', now);
    const wantedOf = (domain: Domain) => stateWith(domain, merged.get(domain.domain_name) ?? []);
    const planned = bringing('contacts', domains, wantedOf, { like: 'like this', lately });
    const owner = planned.changes?.some(({ what }) =>
      /^registrant (first_name|last_name|organization|email)\b/.test(what),
    );
    return {
      ...planned,
      does: `Change the contacts of ${planned.whom}.`,
      loses: owner
        ? [
            'A change of the registrant can start a 60-day transfer lock, and asks the old and the new registrant for approval by e-mail.',
          ]
        : [],
      merged,
    };
  },

  async apply({ contacts }, { merged, ...plan }, { registrar, ...context }) {
    const change = (domain_name: DomainName) =>
      registrar.domain_update_contacts({ domain_name, contacts: merged.get(domain_name) ?? [] });
    const roles = rolesOf(contacts).map(({ role }) => role);
    return { ...(await carryThrough(context, plan, change)), roles };
  },
  summary: outcome => summed(outcome, `Changed the ${oneOf(outcome.roles, 'and')} contact of`),
});

function rolesOf(contacts: readonly ContactChange[]): { role: Role; change: ContactChange }[] {
  const all = contacts.flatMap(change => change.type.map(role => ({ role, change })));
  const twice = all.find(({ role }, at) => all.findIndex(other => other.role === role) !== at);
  if (twice) refuse('invalid_input', `The role ${twice.role} is given twice.`, 'Give each role once.');
  return all;
}

/** The whole contacts that changes make of a domain's present ones. */
function mergedInto({ domain_name, contacts }: Domain, wanted: ReturnType<typeof rolesOf>): StoredContact[] {
  return wanted.map(({ role, change: { type: _roles, ...fields } }) => {
    const current = contactFor(role, contacts);
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    const contact = current
      ? StoredContact.safeParse({ ...current, ...given, type: [role] })
      : Contact.safeParse({ ...given, type: [role] });
    if (contact.success) return StoredContact.parse(contact.data);
    const missing = contact.error.issues.map(({ path }) => path.join('.'));
    throw new Fault(
      'invalid_input',
      `${domain_name} has no ${role} contact yet, and a new one needs ${oneOf([...new Set(missing)], 'and')} too.`,
      'Add these fields and call again.',
    );
  });
}

/** The contacts of a domain once some of them have been replaced. */
function stateWith(domain: Domain, merged: readonly StoredContact[]): State {
  const roles = merged.flatMap(({ type }) => type);
  const kept = domain.contacts.map(contact => ({
    ...contact,
    type: contact.type.filter(role => !roles.includes(role)),
  }));
  return stateOfPart('contacts', { ...domain, contacts: [...kept, ...merged] });
}
