import { getDomain } from 'tldts';
import { daysOn, wireTime, yearsOn } from './clock.ts';
import { contactsIn, isContacts, replaceContacts, type StoredContact } from './contacts.ts';
import { type AccountRow, array, type Call, column, record, stored, text } from './handler.ts';
import { offer } from './market.ts';
import { fail } from './refusal.ts';
import type { Connection, Row } from './store.ts';

/** The registrar's own nameservers, as they are set; each domain reads them back with three letters of its own. */
export const ownNameservers = ['ns1.name.com', 'ns2.name.com', 'ns3.name.com', 'ns4.name.com'];

const hostPattern = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** A domain of the account; 221 for one that is another's or nobody's. */
export function held({ db, account }: Pick<Call, 'db' | 'account'>, name: string): Row {
  return (
    db.one('SELECT * FROM domains WHERE domain_name = ? AND username = ?', name.toLowerCase(), account.username) ??
    fail(221, 'domain name')
  );
}

export function isTaken(db: Connection, name: string): boolean {
  return db.one('SELECT 1 FROM domains WHERE domain_name = ?', name) !== undefined;
}

/**
 * Registers a name, as domain/create and an order's item do; gives the price of the whole term in cents. Whether the
 * registrar's own price is per year or for the term is not known: here it is a year's, and the term costs a multiple.
 */
export function register(call: Call, given: Readonly<Record<string, unknown>>, years: number): number {
  const name = text(given, 'domain_name').toLowerCase();
  const found = hostPattern.test(name) && getDomain(name) === name ? offer(name) : undefined;
  if (!found) fail(204, 'domain name');
  if (found.state !== 'available' || isTaken(call.db, name)) fail(204, 'domain name is not available');
  if (years < found.tld.terms[0] || years > found.tld.terms[1]) fail(204, 'period');
  if (found.tld.demanding && !hasExtra(given)) fail(203, 'extra registrant information');
  insertDomain(call.db, call.now, {
    name,
    username: call.account.username,
    years,
    contacts: replaceContacts(contactsOf(call.account), contactsIn(given) ?? []),
    nameservers: nameserversIn(call.db, given, name) ?? ownNameservers,
  });
  return found.price * years;
}

export interface NewDomain {
  readonly name: string;
  readonly username: string;
  readonly years: number;
  readonly contacts: readonly StoredContact[];
  readonly nameservers: readonly string[];
}

/** Adds a domain that was registered at `now`, with the records of its apex. */
export function insertDomain(
  db: Connection,
  now: Date,
  { name, username, years, contacts, nameservers }: NewDomain,
): void {
  const created = wireTime(now);
  db.run(
    'INSERT INTO domains (domain_name, username, tld, create_date, expire_date, locked, nameservers, suffix, contacts, privacy_expire, auto_renew) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, NULL, 0)',
    name,
    username,
    name.slice(name.indexOf('.') + 1),
    created,
    yearsOn(created, years),
    JSON.stringify(nameservers),
    suffixFor(name),
    JSON.stringify(contacts),
  );
  writeApex(db, now, name);
}

/** Sets a domain's nameservers; the NS records of its apex follow. */
export function delegate(db: Connection, now: Date, name: string, nameservers: readonly string[]): void {
  db.run('UPDATE domains SET nameservers = ? WHERE domain_name = ?', JSON.stringify(nameservers), name);
  writeApex(db, now, name);
}

function writeApex(db: Connection, now: Date, name: string): void {
  db.run("DELETE FROM records WHERE domain_name = ? AND name = ? AND type = 'NS'", name, name);
  const domain = db.one('SELECT nameservers, suffix FROM domains WHERE domain_name = ?', name) ?? {};
  for (const nameserver of nameserversOf(domain)) {
    db.run(
      "INSERT INTO records (domain_name, name, type, content, ttl, priority, create_date) VALUES (?, ?, 'NS', ?, 3600, NULL, ?)",
      name,
      name,
      nameserver,
      wireTime(now),
    );
  }
}

/** Nameservers as they read back. */
export function nameserversOf(domain: Row): string[] {
  return stored(column(domain, 'nameservers'), isTexts).map(host =>
    host.replace(/^(ns[1-4])(?=\.name\.com$)/, `$1${column(domain, 'suffix')}`),
  );
}

/** Nameservers from a body, checked: two to thirteen different host names; those inside a held domain need a host record. */
export function nameserversIn(
  db: Connection,
  body: Readonly<Record<string, unknown>>,
  domain: string,
): readonly string[] | undefined {
  const given = array(body, 'nameservers');
  if (given === undefined) return undefined;
  const names = given.map(host =>
    typeof host === 'string' && hostPattern.test(host.toLowerCase())
      ? host.toLowerCase().replace(/^(ns[1-4])[a-z]{3}(?=\.name\.com$)/, '$1')
      : fail(204, 'nameservers'),
  );
  if (names.length < 2 || names.length > 13 || new Set(names).size < names.length) fail(204, 'nameservers');
  for (const host of names) {
    const parent = getDomain(host);
    if (parent === null || (parent !== domain && !isTaken(db, parent))) continue;
    if (!db.one('SELECT 1 FROM hosts WHERE hostname = ?', host)) fail(240, `nameserver ${host} is not registered`);
  }
  return names;
}

export function contactsOf(account: Pick<AccountRow, 'contacts'>): readonly StoredContact[] {
  return stored(account.contacts, isContacts);
}

/** Whether privacy is active. */
export function privacyUntil(domain: Row, now: Date): string | undefined {
  const until = column(domain, 'privacy_expire');
  return until > daysOn(now, 0) ? until : undefined;
}

/** Members beyond the documented ones; what they must be called is not known, so any will do. */
function hasExtra(given: Readonly<Record<string, unknown>>): boolean {
  const known = new Set([
    'order_type',
    'domain_name',
    'period',
    'nameservers',
    'contacts',
    'contact',
    'whois_privacy',
    'username',
  ]);
  return Object.keys(record(given)).some(key => !known.has(key));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}

/** Three letters that differ from domain to domain. */
function suffixFor(name: string): string {
  const sum = [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 17_576, 7);
  return [sum % 26, Math.floor(sum / 26) % 26, Math.floor(sum / 676) % 26]
    .map(at => String.fromCharCode(97 + at))
    .join('');
}
