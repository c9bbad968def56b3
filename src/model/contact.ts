import * as z from 'zod';
import type { Change } from './plan.ts';
import { quote } from './text.ts';

/** The four roles a contact can have for a domain. */
export const roles = ['registrant', 'administrative', 'technical', 'billing'] as const;

export type Role = (typeof roles)[number];

/** A contact's fields in the registrar's own order. */
export const contactFields = [
  'first_name',
  'last_name',
  'organization',
  'address_1',
  'address_2',
  'city',
  'state',
  'zip',
  'country',
  'phone',
  'fax',
  'email',
] as const;

export type ContactField = (typeof contactFields)[number];

const required = line(/\S/, 'must not be empty');
const free = line(/^/, '');

/** What each field holds. The rules stay out of the JSON schema, where they would cost every client tokens. */
const fields = {
  first_name: required,
  last_name: required,
  organization: free,
  address_1: required,
  address_2: free,
  city: required,
  state: free,
  zip: free,
  country: line(/^[A-Z]{2}$/, 'must be a two-letter country code such as "US"').describe('ISO 3166 alpha-2, "US"'),
  phone: z
    .string()
    .overwrite(wiredPhone)
    .refine(text => /^\+\d{1,3}\.?\d{4,14}$/.test(text), 'must read like "+1.3035555555"')
    .describe('"+1.3035555555"'),
  fax: free,
  email: line(/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/, 'must be an e-mail address'),
} satisfies Record<ContactField, z.ZodType<string>>;

const type = z.array(z.enum(roles)).min(1).max(4).describe('Roles');

/** A contact as the registrar keeps it: every field a text, `""` where there is none, whatever its form. */
export const StoredContact = z.object({
  type: z.array(z.enum(roles)),
  first_name: z.string(),
  last_name: z.string(),
  organization: z.string(),
  address_1: z.string(),
  address_2: z.string(),
  city: z.string(),
  state: z.string(),
  zip: z.string(),
  country: z.string(),
  phone: z.string(),
  fax: z.string(),
  email: z.string(),
});
export type StoredContact = z.output<typeof StoredContact>;

/** A whole contact, as a registration needs it, with each field in its right form. */
export const Contact = z.strictObject({
  type,
  ...fields,
  organization: fields.organization.default(''),
  address_2: fields.address_2.default(''),
  fax: fields.fax.default(''),
});

/** The fields of a contact to replace, for the roles in `type`; what is left out stays as it is. */
export const ContactChange = z.strictObject({ type, ...z.strictObject(fields).partial().shape });
export type ContactChange = z.output<typeof ContactChange>;

/** The contact that has a role, if there is one. */
export function contactFor(role: Role, contacts: readonly StoredContact[]): StoredContact | undefined {
  return contacts.find(contact => contact.type.includes(role));
}

/** The fields in which two contacts of a role differ, as a plan shows them. */
export function contactChanges(role: Role, from: StoredContact | undefined, to: StoredContact | undefined): Change[] {
  return contactFields
    .filter(field => (from?.[field] ?? '') !== (to?.[field] ?? ''))
    .map(field => ({
      what: `${role} ${field}`,
      from: quote(from?.[field] ?? '', 200),
      to: quote(to?.[field] ?? '', 200),
    }));
}

/** `+1 (303) 555-0199`, as people write it, is `+1.3035550199` to the registrar; any other text stays as it is. */
function wiredPhone(text: string): string {
  const [, country, rest = ''] = /^\s*(\+\d{1,3})[\s.-]+([\d\s().-]+)$/.exec(text) ?? [];
  return country === undefined ? text.trim() : `${country}.${rest.replace(/\D/g, '')}`;
}

function line(form: RegExp, problem: string) {
  return z
    .string()
    .refine(text => form.test(text), problem)
    .refine(text => text.length <= 200 && !/\p{Cc}/u.test(text), 'must be one line of at most 200 characters');
}
