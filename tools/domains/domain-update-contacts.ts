import * as z from 'zod';
import { Contact, ContactChange, contactChanges, contactFor, type Role, StoredContact } from '#model/contact.ts';
import { DomainName } from '#model/domain-name.ts';
import { Fault, refuse } from '#model/fault.ts';
import type { Change } from '#model/plan.ts';
import { oneOf } from '#model/text.ts';
import { tool } from '#tool/define.ts';

export default tool.destructive({
  name: 'domain_update_contacts',
  title: 'Change contacts',
  description:
    'Changes contacts of a domain by role. Fields that are left out keep their value. Changing the registrant changes who owns the domain.',
  input: z.strictObject({ domain_name: DomainName, contacts: z.array(ContactChange).min(1).max(4) }),
  output: z.object({ domain_name: DomainName, roles: z.array(z.string()) }),

  async plan({ domain_name, contacts }, { registrar }) {
    const { contacts: current } = await registrar.domain_get({ domain_name });
    const merged = rolesOf(contacts).map(({ role, change }) => merge(role, change, contactFor(role, current)));
    const changes = merged.flatMap(({ changes: differences }) => differences);
    if (changes.length === 0)
      refuse('conflict', `The contacts of ${domain_name} are like this already.`, 'There is nothing to do.');
    const owner = changes.some(({ what }) => /^registrant (first_name|last_name|organization|email)$/.test(what));
    return {
      does: `Change the contacts of ${domain_name}.`,
      changes,
      loses: owner
        ? [
            'A change of the registrant can start a 60-day transfer lock, and asks the old and the new registrant for approval by e-mail.',
          ]
        : [],
      subject: { kind: 'contacts', domain_name },
      send: merged.map(({ contact }) => contact),
    };
  },

  async apply({ domain_name }, { send }, { registrar }) {
    await registrar.domain_update_contacts({ domain_name, contacts: send });
    return { domain_name, roles: send.flatMap(({ type }) => type) };
  },
  summary: ({ domain_name, roles }) => `Changed the ${oneOf(roles, 'and')} contact of ${domain_name}.`,
});

function rolesOf(contacts: readonly ContactChange[]): { role: Role; change: ContactChange }[] {
  const all = contacts.flatMap(change => change.type.map(role => ({ role, change })));
  const twice = all.find(({ role }, at) => all.findIndex(other => other.role === role) !== at);
  if (twice) refuse('invalid_input', `The role ${twice.role} is given twice.`, 'Give each role once.');
  return all;
}

/** The whole contact that a change makes of the present one, and the fields in which they differ. */
function merge(
  role: Role,
  { type: _roles, ...fields }: ContactChange,
  current: StoredContact | undefined,
): { contact: StoredContact; changes: Change[] } {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const contact = current
    ? StoredContact.safeParse({ ...current, ...given, type: [role] })
    : Contact.safeParse({ ...given, type: [role] });
  if (!contact.success) {
    const missing = contact.error.issues.map(({ path }) => path.join('.'));
    throw new Fault(
      'invalid_input',
      `There is no ${role} contact yet, and a new one needs ${oneOf([...new Set(missing)], 'and')} too.`,
      'Add these fields and call again.',
    );
  }
  return { contact: contact.data, changes: contactChanges(role, current, contact.data) };
}
