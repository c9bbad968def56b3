import { isIPv4, isIPv6 } from 'node:net';
import { sameAddress } from '../../model/record.ts';
import { wireTime } from '../clock.ts';
import { held } from '../domains.ts';
import { type Call, column, type Handler, integer, text } from '../handler.ts';
import { fail } from '../refusal.ts';
import type { Row } from '../store.ts';

const hostPattern = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const ownerPattern = /^(?:\*\.)?(?:[a-z0-9_@](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]+$/;

export const dns_list: Handler = call => {
  const name = zoneOf(call);
  return { records: call.db.all('SELECT * FROM records WHERE domain_name = ? ORDER BY record_id', name).map(asStored) };
};

/** The hostname is taken as relative, whatever it looks like: `@` and full names become names of their own. */
export const dns_create: Handler = call => {
  const zone = zoneOf(call);
  const hostname = text(call.body, 'hostname').toLowerCase();
  const name = hostname === '' || hostname === '.' ? zone : `${hostname}.${zone}`;
  if (!ownerPattern.test(name) || name.length > 253) fail(204, 'hostname');
  const type = text(call.body, 'type').toUpperCase();
  const content = checkedContent(type, text(call.body, 'content'));
  const ttl = (call.body.ttl ?? undefined) === undefined ? 300 : integer(call.body, 'ttl', 300, 2_147_483_647);
  const prioritised = type === 'MX' || type === 'SRV';
  const priority =
    prioritised || (call.body.priority ?? undefined) !== undefined ? integer(call.body, 'priority', 0, 65_535) : null;
  if (type === 'NS' && name === zone) fail(240, 'apex ns records follow the nameservers');
  refuseConflict(call, zone, name, type, content);
  const created = wireTime(call.now);
  const id = call.db.run(
    'INSERT INTO records (domain_name, name, type, content, ttl, priority, create_date) VALUES (?, ?, ?, ?, ?, ?, ?)',
    zone,
    name,
    type,
    content,
    ttl,
    priority,
    created,
  );
  return { record_id: id, name, type, content, ttl, create_date: created, priority: priority ?? undefined };
};

export const dns_delete: Handler = call => {
  const zone = zoneOf(call);
  const id = integer(call.body, 'record_id', 0, 9_999_999_999);
  const row =
    call.db.one('SELECT * FROM records WHERE record_id = ? AND domain_name = ?', id, zone) ?? fail(204, 'record id');
  if (row.type === 'NS' && row.name === zone) fail(240, 'apex ns records follow the nameservers');
  call.db.run('DELETE FROM records WHERE record_id = ?', id);
  return {};
};

/** Numbers read from storage are strings. */
function asStored(row: Row) {
  return {
    record_id: String(row.record_id),
    name: column(row, 'name'),
    type: column(row, 'type'),
    content: column(row, 'content'),
    ttl: String(row.ttl),
    create_date: column(row, 'create_date'),
    priority: row.priority === null ? undefined : String(row.priority),
  };
}

function checkedContent(type: string, content: string): string {
  const host = content.toLowerCase().replace(/\.$/, '');
  switch (type) {
    case 'A':
      return isIPv4(content) ? content : fail(204, 'content');
    case 'AAAA':
      return isIPv6(content) && !content.includes('%') ? sameAddress(content) : fail(204, 'content');
    case 'ANAME':
    case 'CNAME':
    case 'MX':
    case 'NS':
      return hostPattern.test(host) ? host : fail(204, 'content');
    case 'SRV': {
      const [weight, port, target = '', ...more] = host.split(' ');
      const numbers = [weight, port].every(part => /^\d{1,5}$/.test(part ?? '') && Number(part) <= 65_535);
      return numbers && more.length === 0 && hostPattern.test(target) ? host : fail(204, 'content');
    }
    case 'TXT': {
      const holdable = content !== '' && !/["\p{Cc}]|\s$/u.test(content) && Buffer.byteLength(content) <= 512;
      return holdable ? content : fail(204, 'content');
    }
    default:
      return fail(204, 'type');
  }
}

/** A CNAME stands alone at its name; nothing is there twice, and an ANAME once (U: the document does not say). */
function refuseConflict({ db }: Call, zone: string, name: string, type: string, content: string): void {
  const beside = db.all('SELECT type, content FROM records WHERE domain_name = ? AND name = ?', zone, name);
  if (beside.some(row => row.type === type && column(row, 'content') === content)) fail(204, 'duplicate record');
  if (type === 'ANAME' && beside.some(row => row.type === 'ANAME')) fail(204, 'duplicate record');
  if (beside.some(row => (row.type === 'CNAME') !== (type === 'CNAME')) || (type === 'CNAME' && beside.length > 0))
    fail(204, 'cname conflicts with another record');
}

function zoneOf(call: Call): string {
  return column(held(call, call.params.domain_name ?? ''), 'domain_name');
}
