import { createHash } from 'node:crypto';
import { nameserversOf } from '../domains.ts';
import { column } from '../handler.ts';
import type { Connection, Row } from '../store.ts';

/** A domain of the box, and whether its zone is served here. */
export interface Zone {
  readonly name: string;
  readonly served: boolean;
  readonly nameservers: readonly string[];
  readonly serial: number;
}

export interface ZoneRow {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl: number;
  readonly priority: number;
}

const own = /^ns[1-4][a-z]{0,3}\.name\.com$/;

/** Whether a name is one of the registrar's nameservers, which all are this one. */
export function isOwn(name: string): boolean {
  return own.test(name);
}

/** The domain that a name is in, if it is one of the box. */
export function zoneOf(db: Connection, name: string): Zone | undefined {
  const labels = name.split('.');
  for (const at of labels.keys()) {
    const found = db.one('SELECT * FROM domains WHERE domain_name = ?', labels.slice(at).join('.'));
    if (!found) continue;
    const nameservers = nameserversOf(found);
    return {
      name: column(found, 'domain_name'),
      nameservers,
      served: nameservers.some(isOwn),
      serial: Number(found.serial),
    };
  }
  return undefined;
}

export function recordsAt(db: Connection, zone: Zone, name: string): ZoneRow[] {
  return db
    .all('SELECT * FROM records WHERE domain_name = ? AND name = ? ORDER BY record_id', zone.name, name)
    .map(asRow);
}

/** The names of zones as they were last looked at, by zone. */
const known = new WeakMap<Connection, Map<string, { readonly serial: number; readonly names: ReadonlySet<string> }>>();

/** Whether a name is there at all: it has records, or names below it do (an empty non-terminal, RFC 4592). */
export function exists(db: Connection, zone: Zone, name: string): boolean {
  return namesIn(db, zone).has(name);
}

/** Every name of a zone and every name above one, read once for each change of the zone. */
function namesIn(db: Connection, { name: zone, serial }: Zone): ReadonlySet<string> {
  const zones = known.get(db) ?? new Map();
  known.set(db, zones);
  const last = zones.get(zone);
  if (last?.serial === serial) return last.names;
  const names = new Set<string>([zone]);
  for (const row of db.all('SELECT DISTINCT name FROM records WHERE domain_name = ?', zone)) {
    for (let name = column(row, 'name'); !names.has(name); name = name.slice(name.indexOf('.') + 1)) names.add(name);
  }
  if (zones.size >= 100) zones.clear();
  zones.set(zone, { serial, names });
  return names;
}

/** The addresses of a host record: the glue that the registry hands out. */
export function glue(db: Connection, hostname: string): string[] {
  return db.all('SELECT ip FROM hosts WHERE hostname = ? ORDER BY rowid', hostname).map(row => column(row, 'ip'));
}

/** The address of a name that is not in the box: there is no internet here, so it follows from the name. */
export function elsewhere(name: string, type: 'A' | 'AAAA'): string {
  const [last = 0] = createHash('sha256').update(name).digest();
  return type === 'A' ? `198.51.100.${last}` : `2001:db8:e15e::${last.toString(16)}`;
}

function asRow(row: Row): ZoneRow {
  return {
    name: column(row, 'name'),
    type: column(row, 'type'),
    content: column(row, 'content'),
    ttl: Number(row.ttl),
    priority: Number(row.priority ?? 0),
  };
}
