import { isIPv4 } from 'node:net';
import type { Answer } from 'dns-packet';
import type { Connection } from '../store.ts';
import { elsewhere, exists, glue, isOwn, recordsAt, type Zone, type ZoneRow, zoneOf } from './world.ts';

export interface Asked {
  readonly name: string;
  readonly type: string;
  /** Whether the asker wants us to look further, as it would a resolver. */
  readonly recurse: boolean;
}

/** What a question comes to; the sections are RFC 1035's. */
export interface Outcome {
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'REFUSED';
  readonly authoritative: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
  readonly additionals: readonly Answer[];
}

/** What has been followed for a question: a circle of CNAMEs and ANAMEs ends, and so does a crowd of them. */
interface Walk {
  readonly db: Connection;
  readonly seen: Set<string>;
}

/** How many names are followed for one question. */
const furthest = 16;

const refused: Outcome = { code: 'REFUSED', authoritative: false, answers: [], authorities: [], additionals: [] };

/**
 * Answers as the registrar's nameservers would for the zones that are served here, as the registry for the domains that are
 * delegated elsewhere, and for nothing else. `address`: where the nameservers are, which is here.
 */
export function answer(db: Connection, address: string, { name: asked, type, recurse }: Asked): Outcome {
  const name = asked.toLowerCase();
  if (isOwn(name)) {
    const here = type === (isIPv4(address) ? 'A' : 'AAAA') ? [record(asked, type, address, 300)] : [];
    return { ...refused, code: 'NOERROR', authoritative: true, answers: here.flat() };
  }
  const zone = zoneOf(db, name);
  if (!zone) return refused;
  if (!zone.served) {
    const hosts = addresses(db, name, asked).filter(found => found.type === type);
    if (recurse && hosts.length > 0) return { ...refused, code: 'NOERROR', answers: hosts };
    return referral(db, zone.name, zone.nameservers, 3600);
  }
  return {
    authoritative: true,
    additionals: [],
    ...inZone({ db, seen: new Set() }, zone, asked, type),
  } satisfies Outcome;
}

type Found = Pick<Outcome, 'code' | 'answers' | 'authorities'> & Partial<Outcome>;

function inZone(walk: Walk, zone: Zone, asked: string, type: string): Found {
  const { db } = walk;
  const name = asked.toLowerCase();
  const cut = delegation(db, zone, name, type);
  if (cut) return referral(db, cut.name, cut.targets, cut.ttl);
  const rows = rowsFor(db, zone, name);
  if (!rows) return { code: 'NXDOMAIN', answers: [], authorities: [soa(zone)] };
  const alias = rows.find(row => row.type === 'CNAME');
  if (alias && type !== 'CNAME' && type !== 'ANY') {
    const next = follow(walk, alias.content, type);
    return {
      code: next?.code ?? 'NOERROR',
      answers: [...fromRow(asked, alias), ...(next?.answers ?? [])],
      authorities: next?.authorities ?? [],
      additionals: next?.additionals ?? [],
    };
  }
  const answers = [
    ...rows.filter(row => type === 'ANY' || row.type === type).flatMap(row => fromRow(asked, row)),
    ...(type === 'A' || type === 'AAAA'
      ? rows.filter(row => row.type === 'ANAME').flatMap(row => flattened(walk, row, asked, type))
      : []),
    ...(type === 'SOA' && name === zone.name ? [soa(zone)] : []),
  ];
  if (answers.length === 0) return { code: 'NOERROR', answers: [], authorities: [soa(zone)] };
  const named = type === 'NS' ? rows.flatMap(row => addresses(db, row.content, row.content)) : [];
  return { code: 'NOERROR', answers, authorities: [], additionals: named };
}

/** What leads on from a name, where that is in the box and was not met before; whoever asked goes on from there otherwise. */
function follow(walk: Walk, target: string, type: string): Found | undefined {
  const zone = zoneOf(walk.db, target);
  if (!zone?.served || walk.seen.has(target) || walk.seen.size >= furthest) return undefined;
  walk.seen.add(target);
  return inZone(walk, zone, target, type);
}

/** The addresses that an ANAME stands for, under its own name. */
function flattened(walk: Walk, { content, ttl }: ZoneRow, asked: string, type: 'A' | 'AAAA'): Answer[] {
  if (!zoneOf(walk.db, content)?.served) return record(asked, type, elsewhere(content, type), ttl);
  const found = follow(walk, content, type)?.answers ?? [];
  return found.flatMap(each => (each.type === type ? [{ ...each, name: asked, ttl }] : []));
}

/** The records at a name, or those of the wildcard that stands for it (RFC 4592); undefined where there is no such name. */
function rowsFor(db: Connection, zone: Zone, name: string): ZoneRow[] | undefined {
  if (exists(db, zone, name)) return recordsAt(db, zone, name);
  let encloser = parent(name);
  while (!exists(db, zone, encloser)) encloser = parent(encloser);
  const rows = recordsAt(db, zone, `*.${encloser}`);
  return rows.length > 0 ? rows : undefined;
}

/** The first name on the way down that is delegated away. */
function delegation(db: Connection, zone: Zone, name: string, type: string) {
  const labels = name.slice(0, -zone.name.length).split('.').filter(Boolean);
  for (let at = labels.length - 1; at >= 0; at -= 1) {
    const cut = `${labels.slice(at).join('.')}.${zone.name}`;
    const [first, ...more] = recordsAt(db, zone, cut).filter(row => row.type === 'NS');
    // Whether the name below signs is for the zone above to say (RFC 4035, 3.1.4.1).
    if (first && !(type === 'DS' && cut === name))
      return { name: cut, targets: [first, ...more].map(({ content }) => content), ttl: first.ttl };
  }
  return undefined;
}

/** "Ask those": the nameservers of a name, with the addresses of those that are known here. */
function referral(db: Connection, name: string, nameservers: readonly string[], ttl: number): Outcome {
  return {
    ...refused,
    code: 'NOERROR',
    authorities: nameservers.map(data => ({ type: 'NS', name, ttl, data })),
    additionals: nameservers.flatMap(host => addresses(db, host, host)),
  };
}

/** A host's addresses: those of its host record, else those that its zone has for it. */
function addresses(db: Connection, name: string, asked: string): Answer[] {
  const hosts = glue(db, name);
  const zone = zoneOf(db, name);
  const rows = zone?.served ? recordsAt(db, zone, name).filter(({ type }) => type === 'A' || type === 'AAAA') : [];
  return [...hosts, ...(hosts.length === 0 ? rows.map(({ content }) => content) : [])].flatMap(ip =>
    record(asked, isIPv4(ip) ? 'A' : 'AAAA', ip, 3600),
  );
}

function parent(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

function soa({ name, nameservers, serial }: Zone): Answer {
  const data = {
    mname: nameservers[0] ?? name,
    rname: 'support.name.com',
    serial,
    refresh: 10_800,
    retry: 3600,
    expire: 604_800,
    minimum: 300,
  };
  return { type: 'SOA', name, ttl: 300, data };
}

function fromRow(name: string, { type, content, ttl, priority }: ZoneRow): Answer[] {
  return record(name, type, content, ttl, priority);
}

/** A record for the wire; an ANAME has no form of its own there. */
function record(name: string, type: string, content: string, ttl: number, priority = 0): Answer[] {
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'NS':
      return [{ type, name, ttl, data: content }];
    case 'MX':
      return [{ type, name, ttl, data: { preference: priority, exchange: content } }];
    case 'SRV': {
      const [weight, port, target = ''] = content.split(' ');
      return [{ type, name, ttl, data: { priority, weight: Number(weight), port: Number(port), target } }];
    }
    case 'TXT':
      return [{ type, name, ttl, data: strings(Buffer.from(content)) }];
    default:
      return [];
  }
}

/** A text in strings of at most 255 bytes (RFC 1035, 3.3.14). */
function strings(text: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length; at += 255) parts.push(text.subarray(at, at + 255));
  return parts;
}
