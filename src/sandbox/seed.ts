import { daysOn, wireTime } from './clock.ts';
import type { StoredContact } from './contacts.ts';
import { delegate, insertDomain, ownNameservers } from './domains.ts';
import type { Connection } from './store.ts';

/** The account that the sandbox starts with. Its token is public: there is nothing here but play money. */
export const demo = { username: 'demo', apiToken: 'demo-token' } as const;
/** A second account, whose names the first cannot see. */
const neighbour = { username: 'neighbour', apiToken: 'neighbour-token' } as const;

const startingCredit = 250_00;

/** A domain in a state that it may be found in. */
export interface Holding {
  readonly name: string;
  /** Days until it expires; negative where it has. */
  readonly expiresIn: number;
  readonly unlocked?: true;
  readonly privacy?: true;
  readonly autoRenew?: true;
  readonly nameservers?: readonly string[];
  /** Host records: name inside the domain, address, and whether only the registry knows it yet. */
  readonly hosts?: readonly (readonly [string, string, 'registry only'?])[];
  readonly records?: readonly Entry[];
}

/** A record: its host inside the domain, `''` for the domain itself; type, content, priority. */
export type Entry = readonly [string, string, string, number?];

const elsewhere = ['ns1.dns-elsewhere.example', 'ns2.dns-elsewhere.example'];

/** A dozen domains in states that a portfolio gets into. */
const holdings: readonly Holding[] = [
  {
    name: 'harbor-bakery.com',
    expiresIn: 214,
    privacy: true,
    autoRenew: true,
    records: [
      ['', 'A', '192.0.2.10'],
      ['', 'AAAA', '2001:db8:10::10'],
      ['www', 'CNAME', 'harbor-bakery.com'],
      ['shop', 'CNAME', 'shops.storefront.example'],
      ['', 'MX', 'mx1.mailhost.example', 10],
      ['', 'MX', 'mx2.mailhost.example', 20],
      ['', 'TXT', 'v=spf1 include:_spf.mailhost.example ~all'],
      ['_dmarc', 'TXT', 'v=DMARC1; p=quarantine; rua=mailto:dmarc@harbor-bakery.com'],
      ['mail._domainkey', 'TXT', 'v=DKIM1; k=ed25519; p=GxCpr4eUZ0e2Jm0p0bIr1cyVQzQ0aCeyPDx0Sf1r9d4='],
      ['_sip._tcp', 'SRV', '5 5060 sip.voice.example', 10],
      ['*.preview', 'A', '192.0.2.20'],
    ],
  },
  { name: 'harbor-bakery.net', expiresIn: 6 },
  { name: 'old-mill-inn.com', expiresIn: 41, unlocked: true, nameservers: elsewhere, privacy: true },
  {
    name: 'fjord-kayak.org',
    expiresIn: 122,
    records: [
      ['', 'ANAME', 'sites.hosting.example'],
      ['www', 'CNAME', 'sites.hosting.example'],
    ],
  },
  {
    name: 'glue-works.net',
    expiresIn: 300,
    privacy: true,
    nameservers: ['ns1.glue-works.net', 'ns2.glue-works.net'],
    hosts: [
      ['ns1', '192.0.2.53'],
      ['ns1', '2001:db8:53::1'],
      ['ns2', '198.51.100.53'],
      ['ns3', '203.0.113.53', 'registry only'],
    ],
  },
  { name: 'xn--caf-lumire-66ag.com', expiresIn: 88, privacy: true, records: [['', 'A', '192.0.2.30']] },
  { name: 'lapsed-garden.info', expiresIn: -3 },
  {
    name: 'nightbus.app',
    expiresIn: 27,
    autoRenew: true,
    privacy: true,
    records: [
      ['', 'A', '198.51.100.7'],
      ['api', 'A', '198.51.100.8'],
    ],
  },
  { name: 'paper-lantern.shop', expiresIn: 159, unlocked: true },
  {
    name: 'quiet-metrics.dev',
    expiresIn: 331,
    privacy: true,
    records: [
      ['', 'TXT', 'google-site-verification=abc123'],
      ['docs', 'CNAME', 'quiet-metrics.pages.example'],
    ],
  },
  { name: 'slow-river.co.uk', expiresIn: 64, nameservers: elsewhere },
  { name: 'tall-ships.com', expiresIn: 3200, privacy: true, autoRenew: true },
];

const owner = contact(
  ['registrant', 'administrative'],
  'Ada',
  'Marlow',
  'Harbor Bakery LLC',
  'ada@harbor-bakery.example',
);
const agency = contact(['technical', 'billing'], 'Sam', 'Okafor', 'Pier Nine Studio', 'hostmaster@pier-nine.example');
const stranger = contact(
  ['registrant', 'administrative', 'technical', 'billing'],
  'Noor',
  'Haddad',
  '',
  'noor@neighbour.example',
);

/** Fills a new sandbox: two accounts with credit, and their domains. Dates are relative to `now`. */
export function seed(db: Connection, now: Date): void {
  account(db, now, demo, [owner, agency]);
  account(db, now, neighbour, [stranger]);
  for (const holding of holdings) hold(db, now, demo.username, [owner, agency], holding);
  hold(db, now, neighbour.username, [stranger], { name: 'next-door.com', expiresIn: 100 });
}

function account(
  db: Connection,
  now: Date,
  { username, apiToken }: { username: string; apiToken: string },
  contacts: readonly StoredContact[],
): void {
  db.run(
    'INSERT INTO accounts (username, api_token, create_date, credit, contacts) VALUES (?, ?, ?, ?, ?)',
    username,
    apiToken,
    daysOn(now, -900),
    startingCredit,
    JSON.stringify(contacts),
  );
}

/** Gives an account a domain in a certain state. */
export function hold(
  db: Connection,
  now: Date,
  username: string,
  contacts: readonly StoredContact[],
  holding: Holding,
): void {
  const { name } = holding;
  const created = new Date(now.getTime() - 400 * 86_400_000);
  insertDomain(db, created, { name, username, years: 1, contacts, nameservers: ownNameservers });
  for (const [label, ip, mark] of holding.hosts ?? []) {
    db.run(
      'INSERT INTO hosts (domain_name, hostname, ip, listed) VALUES (?, ?, ?, ?)',
      name,
      `${label}.${name}`,
      ip,
      mark ? 0 : 1,
    );
  }
  if (holding.nameservers) delegate(db, created, name, holding.nameservers);
  for (const entry of holding.records ?? []) addRecord(db, created, name, entry);
  const expires = `${daysOn(now, holding.expiresIn).slice(0, 10)} 23:59:59`;
  db.run(
    'UPDATE domains SET expire_date = ?, locked = ?, privacy_expire = ?, auto_renew = ? WHERE domain_name = ?',
    expires,
    holding.unlocked ? 0 : 1,
    holding.privacy ? expires : null,
    holding.autoRenew ? 1 : 0,
    name,
  );
}

/** Adds a record to the zone of a domain. */
export function addRecord(db: Connection, now: Date, domain: string, [host, type, content, priority]: Entry): void {
  db.run(
    'INSERT INTO records (domain_name, name, type, content, ttl, priority, create_date) VALUES (?, ?, ?, ?, 300, ?, ?)',
    domain,
    host === '' ? domain : `${host}.${domain}`,
    type,
    content,
    priority ?? null,
    wireTime(now),
  );
}

function contact(
  type: readonly string[],
  first_name: string,
  last_name: string,
  organization: string,
  email: string,
): StoredContact {
  return {
    type,
    first_name,
    last_name,
    organization,
    address_1: '12 Harbor Road',
    address_2: '',
    city: 'Denver',
    state: 'CO',
    zip: '80202',
    country: 'US',
    phone: '+1.3035555555',
    fax: '',
    email,
  };
}
