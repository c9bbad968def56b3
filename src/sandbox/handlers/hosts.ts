import { isIP } from 'node:net';
import { sameAddress } from '../../model/record.ts';
import { held } from '../domains.ts';
import { type Call, column, type Handler, text } from '../handler.ts';
import { phpMap } from '../php-json.ts';
import { fail } from '../refusal.ts';

/** Host records as the registrar knows them; what only the registry has comes with host/sync. */
export const host_list: Handler = call => {
  const rows = call.db.all(
    'SELECT hostname, ip FROM hosts WHERE domain_name = ? AND listed = 1 ORDER BY hostname, rowid',
    domainOf(call),
  );
  const names = [...new Set(rows.map(row => column(row, 'hostname')))];
  return {
    hosts: phpMap(names.map(name => [name, rows.filter(row => row.hostname === name).map(row => column(row, 'ip'))])),
  };
};

export const host_sync: Handler = call => {
  call.db.run('UPDATE hosts SET listed = 1 WHERE domain_name = ?', domainOf(call));
  return {};
};

export const host_create: Handler = call => {
  const { domain, hostname } = target(call);
  if (ipsOf(call, hostname).length > 0) fail(204, 'hostname already exists');
  insert(call, domain, hostname);
  return {};
};

export const host_delete: Handler = call => {
  const { hostname } = existing(call);
  refuseInUse(call, hostname);
  call.db.run('DELETE FROM hosts WHERE hostname = ?', hostname);
  return {};
};

export const host_add_ip: Handler = call => {
  const { domain, hostname, ips } = existing(call);
  if (ips.includes(ipIn(call))) fail(204, 'ip already exists');
  if (ips.length >= 13) fail(204, 'too many ips');
  insert(call, domain, hostname);
  call.db.run('UPDATE hosts SET listed = 1 WHERE hostname = ?', hostname);
  return {};
};

export const host_remove_ip: Handler = call => {
  const { hostname, ips } = existing(call);
  const ip = ipIn(call);
  if (!ips.includes(ip)) fail(204, 'ip');
  if (ips.length === 1) fail(240, 'a host needs at least one ip');
  call.db.run('DELETE FROM hosts WHERE hostname = ? AND ip = ?', hostname, ip);
  return {};
};

/** The domain, and the host name inside it, given in full. */
function target(call: Call): { domain: string; hostname: string } {
  const domain = domainOf(call);
  const hostname = text(call.body, 'hostname').toLowerCase();
  if (!hostname.endsWith(`.${domain}`) || !/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]+$/.test(hostname))
    fail(204, 'hostname');
  return { domain, hostname };
}

function existing(call: Call): { domain: string; hostname: string; ips: string[] } {
  const found = target(call);
  const ips = ipsOf(call, found.hostname);
  return ips.length > 0 ? { ...found, ips } : fail(204, 'hostname');
}

function ipsOf({ db }: Call, hostname: string): string[] {
  return db.all('SELECT ip FROM hosts WHERE hostname = ? ORDER BY rowid', hostname).map(row => column(row, 'ip'));
}

function ipIn({ body }: Call): string {
  const ip = text(body, 'ip');
  return isIP(ip) === 0 || ip.includes('%') ? fail(204, 'ip') : sameAddress(ip);
}

function insert(call: Call, domain: string, hostname: string): void {
  call.db.run(
    'INSERT INTO hosts (domain_name, hostname, ip, listed) VALUES (?, ?, ?, 1)',
    domain,
    hostname,
    ipIn(call),
  );
}

function refuseInUse({ db }: Call, hostname: string): void {
  const users = db.one(
    'SELECT domain_name FROM domains, json_each(domains.nameservers) AS ns WHERE ns.value = ? LIMIT 1',
    hostname,
  );
  if (users) fail(240, 'host is in use');
}

function domainOf(call: Call): string {
  return column(held(call, call.params.domain_name ?? ''), 'domain_name');
}
