import { contactFields, roles } from '../model/contact.ts';
import { array, type Call, record } from './handler.ts';
import type { Json } from './php-json.ts';
import { fail } from './refusal.ts';

const optional = new Set(['organization', 'address_2', 'state', 'zip', 'fax']);

/** A contact as stored: the wire's keys in the wire's order. */
export type StoredContact = { readonly type: readonly string[] } & {
  readonly [field: string]: string | readonly string[];
};

/** Contacts from a body (`contacts`, or `contact` as the prose of the document has it), checked. */
export function contactsIn(body: Call['body']): readonly StoredContact[] | undefined {
  const given = array(body, 'contacts') ?? array(body, 'contact');
  const contacts = given?.map(item => contact(record(item)));
  const taken = contacts?.flatMap(({ type }) => type) ?? [];
  if (new Set(taken).size < taken.length) fail(204, 'contact type');
  return contacts;
}

export function isContacts(value: unknown): value is readonly StoredContact[] {
  return Array.isArray(value) && value.every(item => Array.isArray(record(item).type));
}

/** New contacts over old: a role named anew leaves the contact that had it; a contact without roles goes. */
export function replaceContacts(old: readonly StoredContact[], given: readonly StoredContact[]): StoredContact[] {
  const taken = new Set(given.flatMap(({ type }) => type));
  const kept = old
    .map(item => ({ ...item, type: item.type.filter(role => !taken.has(role)) }))
    .filter(({ type }) => type.length > 0);
  return [...given, ...kept];
}

export function asJson(contacts: readonly StoredContact[]): Json {
  return contacts.map(contact => ({ ...contact }));
}

function contact(given: Readonly<Record<string, unknown>>): StoredContact {
  const type = array(given, 'type') ?? fail(203, 'contact type');
  if (type.length === 0 || !type.every(role => roles.some(known => known === role))) fail(204, 'contact type');
  const fields = contactFields.map(field => {
    const value = given[field] ?? '';
    if (typeof value !== 'string') fail(204, `contact ${field.replaceAll('_', ' ')}`);
    if (value.trim() === '' && !optional.has(field)) fail(203, `contact ${field.replaceAll('_', ' ')}`);
    return [field, value] as const;
  });
  if (!/^[A-Z]{2}$/.test(String(given.country))) fail(204, 'contact country');
  return { type: type.map(String), ...Object.fromEntries(fields) };
}
