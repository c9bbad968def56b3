import fc from 'fast-check';
import type { ZoneRecord } from '#model/record.ts';
import { saying } from '#zone/zone.ts';

/** A record in a line: `www A 192.0.2.1`, `@ MX 10 mx.example.net`, `a TXT some text`; `/600` at the end is a TTL. */
export function rec(line: string): ZoneRecord {
  const [, whole = '', ttl = '300'] = /^(.*?)(?: \/(\d+))?$/.exec(line) ?? [];
  const [host = '', type = '', ...rest] = whole.split(' ');
  const prioritised = type === 'MX' || type === 'SRV';
  return {
    host,
    type,
    content: rest.slice(prioritised ? 1 : 0).join(' '),
    ttl: Number(ttl),
    ...(prioritised && { priority: Number(rest[0]) }),
  };
}

export function recs(...lines: string[]): ZoneRecord[] {
  return lines.map(rec);
}

const host = fc.constantFrom(
  '@',
  'www',
  'mail',
  'api.dev',
  '*.preview',
  '_sip._tcp',
  '_dmarc',
  'sel._domainkey',
  'xn--caf-dma',
  'a.b.c',
);
const ttl = fc.constantFrom(300, 300, 300, 600, 3600);
const name = fc.constantFrom('a.example.net', 'b.example.net', 'example.com', 'www.example.com', '_x.acm.example.org');
const number = fc.integer({ min: 0, max: 65_535 });
/** Texts that the registrar can hold: no quotes, no control characters, no space at the end, 512 bytes at most. */
const text = fc
  .oneof(
    fc.string({ unit: fc.constantFrom(...'abc ;()\\@$=~é✓𝄞'), minLength: 1, maxLength: 120 }),
    fc.string({ unit: fc.constantFrom(...'abcdefgh0123'), minLength: 250, maxLength: 400 }),
    fc.constantFrom('v=spf1 include:_spf.example.net ~all', 'v=DMARC1; p=none'),
  )
  .filter(value => !/\s$/.test(value) && Buffer.byteLength(value) <= 512);

const data = fc.oneof(
  fc.tuple(fc.constant('A'), fc.ipV4()),
  fc.tuple(
    fc.constant('AAAA'),
    fc.integer({ min: 1, max: 0xffff }).map(low => `2001:db8::${low.toString(16)}`),
  ),
  fc.tuple(fc.constantFrom('ANAME', 'CNAME', 'NS'), name),
  fc.tuple(fc.constant('MX'), name, number),
  fc.tuple(
    fc.constant('SRV'),
    fc.tuple(number, number, name).map(parts => parts.join(' ')),
    number,
  ),
  fc.tuple(fc.constant('TXT'), text),
);

const record = fc.tuple(host, data, ttl).map(
  ([owner, [type, content, priority], time]): ZoneRecord => ({
    host: owner,
    type,
    content,
    ttl: time,
    ...(priority !== undefined && { priority }),
  }),
);

/** Zones that the registrar could hold: a CNAME stands alone and not at the apex, nothing is there twice, no NS of the apex. */
export const anyZone = fc.array(record, { maxLength: 40 }).map(holdable);

function holdable(records: readonly ZoneRecord[]): ZoneRecord[] {
  const zone: ZoneRecord[] = [];
  for (const each of records) {
    const beside = zone.filter(other => other.host === each.host);
    const alias = each.type === 'CNAME' || beside.some(({ type }) => type === 'CNAME');
    if (each.host === '@' && (each.type === 'CNAME' || each.type === 'NS')) continue;
    if (alias && beside.length > 0) continue;
    if (each.type === 'ANAME' && beside.some(({ type }) => type === 'ANAME')) continue;
    // The registrar takes the same content at another priority for a duplicate.
    if (
      beside.some(
        other => other.type === each.type && saying({ ...other, priority: 0 }) === saying({ ...each, priority: 0 }),
      )
    )
      continue;
    zone.push(each);
  }
  return zone;
}
