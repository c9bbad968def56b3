import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { wireTime } from '../clock.ts';
import { asJson } from '../contacts.ts';
import { contactsOf } from '../domains.ts';
import { type AccountRow, column, decimal, type Handler, text } from '../handler.ts';
import { fail } from '../refusal.ts';
import type { Connection, Row } from '../store.ts';

export const hello: Handler = ({ now, clientIp }) => ({
  service: 'Name.com API Test Server',
  server_date: wireTime(now),
  version: '2.0',
  language: 'en',
  client_ip: clientIp,
});

export const login: Handler = ({ db, body, now, sessionMinutes }) => {
  const account =
    byToken(db, text(body, 'username'), text(body, 'api_token')) ?? fail(221, 'username or ip token invalid');
  const token = randomBytes(20).toString('hex');
  db.run('DELETE FROM sessions WHERE expires < ?', now.getTime());
  db.run(
    'INSERT INTO sessions (token, username, expires) VALUES (?, ?, ?)',
    token,
    account.username,
    now.getTime() + sessionMinutes * 60_000,
  );
  return { session_token: token };
};

export const logout: Handler = ({ db, session }) => {
  db.run('DELETE FROM sessions WHERE token = ?', session ?? '');
  return {};
};

export const account_get: Handler = ({ db, account }) => ({
  username: account.username,
  create_date: account.create_date,
  domain_count: String(db.one('SELECT count(*) AS n FROM domains WHERE username = ?', account.username)?.n ?? 0),
  account_credit: decimal(account.credit),
  contacts: asJson(contactsOf(account)),
});

/** The account of a user name and its API token. */
export function byToken(db: Connection, username: string, token: string): AccountRow | undefined {
  const row = db.one('SELECT * FROM accounts WHERE username = ?', username);
  return row && same(column(row, 'api_token'), token) ? accountRow(row) : undefined;
}

/** The account of a session token that has not expired. */
export function bySession(db: Connection, token: string, now: Date): AccountRow | undefined {
  const row = db.one(
    'SELECT a.* FROM accounts a JOIN sessions s USING (username) WHERE s.token = ? AND s.expires > ?',
    token,
    now.getTime(),
  );
  return row && accountRow(row);
}

function accountRow(row: Row): AccountRow {
  return {
    username: column(row, 'username'),
    create_date: column(row, 'create_date'),
    credit: Number(row.credit),
    contacts: column(row, 'contacts'),
  };
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
