import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import type { ZoneRecord } from '#model/record.ts';
import { printZone } from '#zone/formats.ts';
import { sameZone } from '#zone/zone.ts';
import { anyZone, recs } from '../support/zones.ts';

const zone = DomainName.parse('example.com');
const bare = (name: string) => name.replace(/\.$/, '');

/** Reads dnsconfig.js as dnscontrol does: by running it, with functions that note what they are called with. */
function readDnscontrol(text: string): ZoneRecord[] {
  type Value = string | number | { readonly ttl: number };
  const found: ZoneRecord[] = [];
  let usual = 0;
  const record =
    (type: string, read: (values: (string | number)[]) => Pick<ZoneRecord, 'content' | 'priority'>) =>
    (host: string, ...values: Value[]) => {
      const plain = values.flatMap(value => (typeof value === 'object' ? [] : [value]));
      const ttl = values.flatMap(value => (typeof value === 'object' ? [value.ttl] : []))[0];
      found.push({ host, type, ttl: ttl ?? usual, ...read(plain) });
    };
  const first = ([value]: (string | number)[]) => ({ content: bare(String(value)) });
  const scope: Record<string, unknown> = {
    NewRegistrar: () => 0,
    NewDnsProvider: () => 0,
    DnsProvider: () => 0,
    DefaultTTL: (ttl: number) => {
      usual = ttl;
    },
    TTL: (ttl: number) => ({ ttl }),
    D: (name: string) => expect(name).toBe(zone),
    A: record('A', first),
    AAAA: record('AAAA', first),
    ALIAS: record('ANAME', first),
    CNAME: record('CNAME', first),
    NS: record('NS', first),
    TXT: record('TXT', ([text]) => ({ content: String(text) })),
    MX: record('MX', ([priority, name]) => ({ content: bare(String(name)), priority: Number(priority) })),
    SRV: record('SRV', ([priority, weight, port, name]) => ({
      content: `${weight} ${port} ${bare(String(name))}`,
      priority: Number(priority),
    })),
  };
  new Function(...Object.keys(scope), text)(...Object.values(scope));
  return found;
}

const OctodnsValue = z.union([
  z.string(),
  z.object({ exchange: z.string(), preference: z.int() }),
  z.object({ port: z.int(), priority: z.int(), target: z.string(), weight: z.int() }),
]);
const OctodnsSet = z.object({
  ttl: z.int(),
  type: z.string(),
  value: OctodnsValue.optional(),
  values: z.array(OctodnsValue).optional(),
});

function readOctodns(text: string): ZoneRecord[] {
  const names = z.record(z.string(), z.array(OctodnsSet)).parse(parse(text) ?? {});
  return Object.entries(names).flatMap(([name, sets]) =>
    sets.flatMap(({ ttl, type, value, values = value === undefined ? [] : [value] }) =>
      values.map((each): ZoneRecord => {
        const record = { host: name === '' ? '@' : name, type: type === 'ALIAS' ? 'ANAME' : type, ttl };
        if (typeof each === 'string')
          return { ...record, content: type === 'TXT' ? each.replaceAll('\\;', ';') : bare(each) };
        return 'exchange' in each
          ? { ...record, content: bare(each.exchange), priority: each.preference }
          : { ...record, content: `${each.weight} ${each.port} ${bare(each.target)}`, priority: each.priority };
      }),
    ),
  );
}

test('JSON is what dns_apply takes', async () => {
  await fc.assert(
    fc.asyncProperty(anyZone, async records => {
      const read = z
        .array(
          z.strictObject({
            host: z.string(),
            type: z.string(),
            content: z.string(),
            ttl: z.int(),
            priority: z.int().optional(),
          }),
        )
        .parse(JSON.parse(await printZone(records, zone, 'json')));
      expect(sameZone(read, records)).toBe(true);
    }),
  );
});

test('dnsconfig.js says the same to dnscontrol', async () => {
  await fc.assert(
    fc.asyncProperty(anyZone, async records => {
      expect(sameZone(readDnscontrol(await printZone(records, zone, 'dnscontrol')), records)).toBe(true);
    }),
  );
});

test('the YAML says the same to octoDNS, which keeps one TTL a set', async () => {
  await fc.assert(
    fc.asyncProperty(anyZone, async records => {
      const even = records.map(record => ({ ...record, ttl: 300 }));
      expect(sameZone(readOctodns(await printZone(even, zone, 'octodns')), even)).toBe(true);
    }),
  );
});

test('the forms are the ones that people know', async () => {
  const records = recs(
    '@ A 192.0.2.1',
    '@ MX 10 mx.example.net',
    'www CNAME example.com /600',
    '@ TXT a;b "c" \\d',
    '@ ANAME x.net',
    '_s._tcp SRV 1 2 3 x.net',
  );
  expect(await printZone(records, zone, 'dnscontrol')).toBe(`var REG_NAMECOM = NewRegistrar("namecom");
var DSP_NAMECOM = NewDnsProvider("namecom");
D("example.com", REG_NAMECOM, DnsProvider(DSP_NAMECOM), DefaultTTL(300),
  A("@", "192.0.2.1"),
  ALIAS("@", "x.net."),
  MX("@", 10, "mx.example.net."),
  TXT("@", "a;b \\"c\\" \\\\d"),
  SRV("_s._tcp", 1, 2, 3, "x.net."),
  CNAME("www", "example.com.", TTL(600)),
);
`);
  expect(await printZone(records, zone, 'master_file')).toContain('@ IN TXT "a;b \\"c\\" \\\\d"\n');
  expect(await printZone([], zone, 'octodns')).toBe('---\n{}\n');
  expect(await printZone([], zone, 'master_file')).toBe('$ORIGIN example.com.\n$TTL 300\n');
});

test('a priority or weight that the registrar does not have is written as 0', async () => {
  const odd: ZoneRecord[] = [
    { host: '@', type: 'MX', content: 'a.net', ttl: 300 },
    { host: '@', type: 'SRV', content: '', ttl: 300 },
  ];
  expect(await printZone(odd, zone, 'dnscontrol')).toMatch(/MX\("@", 0, "a\.net\."\),\n {2}SRV\("@", 0, 0, 0, "\."\)/);
});
