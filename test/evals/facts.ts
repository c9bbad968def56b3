import { contactFields } from '#model/contact.ts';
import { show, usd } from '#model/money.ts';
import { isContacts } from '#sandbox/contacts.ts';
import { column, stored } from '#sandbox/handler.ts';
import type { Connection, Row } from '#sandbox/store.ts';

/** All that the accounts of a sandbox have: what there is to know of them, and how it is. Of two of them, a comparison is a list of changes. */
export type Facts = ReadonlyMap<string, string>;

type Fact = [string, string];

/** The names of facts, for what reads and what wants them. */
export const fact = {
  credit: (username: string) => `credit of ${username}`,
  order: (username: string, type: string, name: string) => `ordered by ${username}: ${type} ${name}`,
  expires: (name: string) => `${name} expires`,
  lock: (name: string) => `${name} lock`,
  nameservers: (name: string) => `${name} nameservers`,
  privacy: (name: string) => `${name} privacy until`,
  autoRenew: (name: string) => `${name} automatic renewal`,
  contact: (owner: string, role: string, field: string) => `${owner} ${role} ${field}`,
  /** A record in a line: `www A 192.0.2.1`, `@ MX 10 mx.example.net`. */
  record: (name: string, line: string) => `${name} record ${line}`,
  host: (hostname: string, ip: string) => `host ${hostname} ${ip}`,
} as const;

/** Everything of both accounts, so that no change can hide. The NS records of a domain itself follow its nameservers and are left out. */
export function factsOf(db: Connection): Facts {
  return new Map([
    ...db.all('SELECT * FROM accounts ORDER BY username').flatMap(accountFacts),
    ...db.all('SELECT * FROM domains ORDER BY domain_name').flatMap(domainFacts),
    ...db.all('SELECT * FROM records WHERE NOT (name = domain_name AND type = ?)', 'NS').map(recordFact),
    ...db.all('SELECT * FROM hosts').map(hostFact),
    ...db
      .all(
        'SELECT username, order_type, domain_name, sum(cents) AS cents FROM charges GROUP BY username, order_type, domain_name',
      )
      .map(orderFact),
  ]);
}

function accountFacts(row: Row): Fact[] {
  const username = column(row, 'username');
  return [
    [fact.credit(username), show(usd(Number(row.credit)))],
    ...contactFacts(`account ${username}`, column(row, 'contacts')),
  ];
}

function domainFacts(row: Row): Fact[] {
  const name = column(row, 'domain_name');
  return [
    [name, `held by ${column(row, 'username')}`],
    [fact.expires(name), column(row, 'expire_date').slice(0, 10)],
    [fact.lock(name), row.locked === 1 ? 'on' : 'off'],
    [
      fact.nameservers(name),
      column(row, 'nameservers')
        .replace(/[[\]"]/g, '')
        .replaceAll(',', ' '),
    ],
    [fact.privacy(name), column(row, 'privacy_expire').slice(0, 10) || 'off'],
    [fact.autoRenew(name), row.auto_renew === 1 ? 'on' : 'off'],
    ...contactFacts(name, column(row, 'contacts')),
  ];
}

function contactFacts(owner: string, json: string): Fact[] {
  const contacts = stored(json, isContacts);
  return contacts.flatMap(contact =>
    contact.type.flatMap(role =>
      contactFields.map((field): Fact => [fact.contact(owner, role, field), String(contact[field])]),
    ),
  );
}

function recordFact(row: Row): Fact {
  const [domain, name] = [column(row, 'domain_name'), column(row, 'name')];
  const host = name === domain ? '@' : name.slice(0, -domain.length - 1);
  const priority = row.priority === null ? '' : `${row.priority} `;
  const line = `${host} ${column(row, 'type')} ${priority}${column(row, 'content')}`;
  return [fact.record(domain, line), `TTL ${row.ttl}`];
}

const hostFact = (row: Row): Fact => [
  fact.host(column(row, 'hostname'), column(row, 'ip')),
  row.listed === 1 ? 'known' : 'known to the registry only',
];

const orderFact = (row: Row): Fact => [
  fact.order(column(row, 'username'), column(row, 'order_type'), column(row, 'domain_name')),
  show(usd(Number(row.cents))),
];
