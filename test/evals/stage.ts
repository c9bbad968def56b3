import type { Role } from '#model/contact.ts';
import { isContacts } from '#sandbox/contacts.ts';
import { contactsOf } from '#sandbox/domains.ts';
import { column, stored } from '#sandbox/handler.ts';
import { addRecord, demo, type Entry, type Holding, hold } from '#sandbox/seed.ts';
import type { Connection } from '#sandbox/store.ts';

/** Sets a sandbox up before a task. */
export interface Stage {
  /** The demo account has this domain too. */
  holds(holding: Holding): void;
  /** The zone of a domain has these records too. */
  records(domain: string, ...entries: readonly Entry[]): void;
  /** A contact of a domain says this. */
  contact(domain: string, role: Role, fields: Readonly<Record<string, string>>): void;
  /** What the demo account can spend, in cents. */
  credit(cents: number): void;
}

export function stageOn(db: Connection, now: Date): Stage {
  const row = db.one('SELECT contacts FROM accounts WHERE username = ?', demo.username) ?? {};
  const own = contactsOf({ contacts: column(row, 'contacts') });
  return {
    holds: holding => hold(db, now, demo.username, own, holding),
    records(domain, ...entries) {
      for (const entry of entries) addRecord(db, now, domain, entry);
    },
    contact(domain, role, fields) {
      const stands = db.one('SELECT contacts FROM domains WHERE domain_name = ?', domain) ?? {};
      const contacts = stored(column(stands, 'contacts'), isContacts).map(contact =>
        contact.type.includes(role) ? { ...contact, ...fields } : contact,
      );
      db.run('UPDATE domains SET contacts = ? WHERE domain_name = ?', JSON.stringify(contacts), domain);
    },
    credit(cents) {
      db.run('UPDATE accounts SET credit = ? WHERE username = ?', cents, demo.username);
    },
  };
}
