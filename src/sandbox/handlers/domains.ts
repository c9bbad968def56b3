import { getDomain } from 'tldts';
import { asJson, contactsIn, isContacts, replaceContacts } from '../contacts.ts';
import { delegate, held, isTaken, nameserversIn, nameserversOf, privacyUntil } from '../domains.ts';
import { type Call, column, decimal, type Handler, stored, text, texts } from '../handler.ts';
import { commonTlds, offer, privacyRenewal, suggestions, tldOf } from '../market.ts';
import { type Json, phpMap } from '../php-json.ts';
import { fail } from '../refusal.ts';
import type { Row } from '../store.ts';

export const domain_get: Handler = call => {
  const domain = held(call, param(call));
  return {
    domain_name: column(domain, 'domain_name'),
    create_date: column(domain, 'create_date'),
    expire_date: column(domain, 'expire_date'),
    locked: domain.locked === 1,
    nameservers: nameserversOf(domain),
    username: call.account.username,
    contacts: asJson(stored(column(domain, 'contacts'), isContacts)),
    addons: phpMap([...privacyAddon(domain, call.now), ...renewAddon(domain)]),
    whois_privacy: privacyBlock(domain, call.now),
    auto_renew: domain.auto_renew === 1,
  };
};

export const domain_list: Handler = ({ db, account, params, now }) => {
  if (params.username !== undefined && params.username !== account.username) fail(221, 'username');
  const rows = db.all(
    'SELECT domain_name, tld, create_date, expire_date, privacy_expire FROM domains WHERE username = ? ORDER BY domain_name',
    account.username,
  );
  return {
    domains: phpMap(
      rows.map(row => [
        column(row, 'domain_name'),
        {
          tld: column(row, 'tld'),
          create_date: column(row, 'create_date'),
          expire_date: column(row, 'expire_date'),
          whois_privacy: privacyBlock(row, now),
          addons: phpMap([...renewAddon(row), ...privacyAddon(row, now)]),
        },
      ]),
    ),
  };
};

export const domain_lock: Handler = call => setLock(call, 1);
export const domain_unlock: Handler = call => setLock(call, 0);

export const domain_update_nameservers: Handler = call => {
  const name = column(held(call, param(call)), 'domain_name');
  delegate(call.db, call.now, name, nameserversIn(call.db, call.body, name) ?? fail(203, 'nameservers'));
  return {};
};

export const domain_update_contacts: Handler = call => {
  const domain = held(call, param(call));
  const given = contactsIn(call.body) ?? fail(203, 'contacts');
  const contacts = replaceContacts(stored(column(domain, 'contacts'), isContacts), given);
  call.db.run(
    'UPDATE domains SET contacts = ? WHERE domain_name = ?',
    JSON.stringify(contacts),
    column(domain, 'domain_name'),
  );
  return {};
};

/** Also answers the older aliases, which name the keyword and a TLD in the path. */
export const domain_check: Handler = call => {
  const keyword = (call.params.keyword ?? text(call.body, 'keyword')).toLowerCase();
  const given = call.params.tld === undefined ? texts(call.body, 'tlds') : [call.params.tld];
  const tlds = given && [...new Set(given.map(tld => tld.toLowerCase().replace(/^\./, '')))];
  const services = texts(call.body, 'services') ?? ['availability'];
  const [word = ''] = keyword.split('.');
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(word)) fail(204, 'keyword');
  const named = keyword.includes('.') && (tlds === undefined || tlds.length === 0);
  const names = named ? [keyword] : (tlds ?? commonTlds).map(tld => `${word}.${tld}`);
  return {
    domains: phpMap(services.includes('availability') ? names.map(name => [name, availability(call, name)]) : []),
    suggested: services.includes('suggested')
      ? phpMap(suggestions(word).map(name => [name, availability(call, name)]))
      : undefined,
  };
};

function availability({ db }: Call, name: string): Json {
  const found = getDomain(name) === name ? offer(name) : undefined;
  const state = found && isTaken(db, name) ? 'taken' : found?.state;
  return {
    avail: state === 'available',
    tld: name.slice(name.indexOf('.') + 1),
    price: found && state !== 'taken' ? decimal(found.price) : undefined,
    premium: state === 'available' && found?.premium === true,
    backorder: state === 'backorder',
  };
}

function setLock(call: Call, locked: 0 | 1): Record<string, never> {
  call.db.run(
    'UPDATE domains SET locked = ? WHERE domain_name = ?',
    locked,
    column(held(call, param(call)), 'domain_name'),
  );
  return {};
}

function privacyBlock(domain: Row, now: Date): Json | undefined {
  const until = privacyUntil(domain, now);
  return until === undefined ? undefined : { enabled: true, expire_date: until };
}

function renewAddon(domain: Row): [string, Json][] {
  const tld = tldOf(column(domain, 'domain_name'));
  return tld ? [['domain/renew', { price: decimal(tld.renew) }]] : [];
}

function privacyAddon(domain: Row, now: Date): [string, Json][] {
  const price = tldOf(column(domain, 'domain_name'))?.privacy;
  if (price === undefined) return [];
  return privacyUntil(domain, now) === undefined
    ? [['whois_privacy', { price: decimal(price) }]]
    : [['whois_privacy/renew', { price: decimal(privacyRenewal) }]];
}

function param({ params }: Call): string {
  return params.domain_name ?? fail(203, 'domain name');
}
