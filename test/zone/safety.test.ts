import { describe, expect, test } from 'vitest';
import { diffZones } from '#zone/diff.ts';
import { hazardsOf, readsEmpty } from '#zone/safety.ts';
import { rec, recs } from '../support/zones.ts';

function kinds(before: string[], after: string[]): string[] {
  return hazardsOf(recs(...before), diffZones(recs(...before), recs(...after))).map(({ kind }) => kind);
}

const ten = Array.from({ length: 10 }, (_, at) => `h${at} A 192.0.2.${at}`);

describe('a share of the zone', () => {
  test('more than 30 % of ten records or more that change or go', () => {
    expect(kinds(ten, ten.slice(4))).toEqual(['mass_change']);
    expect(
      kinds(
        ten,
        ten.map(line => line.replace('192.0.2', '198.51.100')),
      ),
    ).toEqual(['mass_change']);
    expect(kinds(ten, ten.slice(3))).toEqual([]);
    expect(kinds(ten.slice(1), [])).toEqual([]);
    expect(kinds(ten, [...ten, ...ten.map(line => `new-${line}`)])).toEqual([]);
  });

  test('the NS records of the apex do not count', () => {
    const ns = ['@ NS ns1.name.com', '@ NS ns2.name.com'];
    expect(kinds([...ns, ...ten.slice(1)], ns)).toEqual([]);
  });
});

test('NS records of the apex that are asked for', () => {
  expect(kinds(['@ NS ns1.name.com'], ['@ NS ns1.other.net'])).toEqual(['apex_ns']);
  expect(kinds([], ['@ NS ns1.other.net'])).toEqual(['apex_ns']);
  expect(kinds(['sub NS ns1.other.net'], [])).toEqual([]);
});

test('the last MX of a name, and not one of several, nor one that is replaced', () => {
  expect(kinds(['@ MX 10 a.net', 'x A 192.0.2.1'], ['x A 192.0.2.1'])).toEqual(['last_mx']);
  expect(kinds(['sub MX 10 a.net'], [])).toEqual(['last_mx']);
  expect(kinds(['@ MX 10 a.net', '@ MX 20 b.net'], ['@ MX 20 b.net'])).toEqual([]);
  expect(kinds(['@ MX 10 a.net', '@ MX 20 b.net'], ['@ MX 5 c.net'])).toEqual([]);
});

test('the last address of the apex', () => {
  expect(kinds(['@ A 192.0.2.1'], [])).toEqual(['apex_address']);
  expect(kinds(['@ AAAA 2001:db8::1', '@ A 192.0.2.1'], ['@ AAAA 2001:db8::1'])).toEqual(['apex_address']);
  expect(kinds(['@ AAAA 2001:db8::1', '@ A 192.0.2.1'], ['@ A 192.0.2.1'])).toEqual([]);
  expect(kinds(['@ AAAA 2001:db8::1'], ['@ AAAA 2001:db8::2'])).toEqual([]);
  expect(kinds(['@ A 192.0.2.1'], ['@ A 192.0.2.2'])).toEqual([]);
  expect(kinds(['@ A 192.0.2.1'], ['@ ANAME x.net'])).toEqual([]);
  expect(kinds(['www A 192.0.2.1'], [])).toEqual([]);
});

describe('records that another tool marks as its own', () => {
  const heritage = 'TXT heritage=external-dns,external-dns/owner=k8s-1,external-dns/resource=ingress/x';

  test.each<[string, string[], string]>([
    ['external-dns, at the name', ['www A 192.0.2.1', `www ${heritage}`], 'external-dns (k8s-1)'],
    ['external-dns, at the prefixed name', ['www A 192.0.2.1', `a-www ${heritage}`], 'external-dns (k8s-1)'],
    ['external-dns, at the apex', ['@ MX 1 a.net', '@ MX 2 b.net', `mx ${heritage}`], 'external-dns (k8s-1)'],
    ['octoDNS', ['www A 192.0.2.1', '_owner.a.www TXT *octodns*'], 'octoDNS'],
    ['octoDNS, a wildcard', ['*.dev A 192.0.2.1', '_owner.a._wildcard.dev TXT *octodns*'], 'octoDNS'],
  ])('%s', (_, before, owner) => {
    const [first = '', ...rest] = before;
    const hazards = hazardsOf(recs(...before), diffZones(recs(...before), recs(...rest)));
    expect(hazards).toEqual([{ kind: 'foreign_owner', what: expect.stringContaining(`kept by ${owner}`) }]);
    expect(first).not.toBe('');
  });

  test('many of one owner are one hazard', () => {
    const zone = recs('a A 192.0.2.1', `a ${heritage}`, 'b A 192.0.2.2', `b ${heritage}`);
    expect(hazardsOf(zone, diffZones(zone, []))).toEqual([
      {
        kind: 'foreign_owner',
        what: expect.stringMatching(/^4 records that change or go are marked as kept by external-dns/),
      },
    ]);
  });

  test('and not what has a text of its own beside it', () => {
    expect(
      kinds(['www A 192.0.2.1', 'www TXT hello', 'x TXT *octodns*'], ['www TXT hello', 'x TXT *octodns*']),
    ).toEqual([]);
  });
});

test('a zone that reads as empty, and is known not to be, was not read', () => {
  const ns = rec('@ NS ns1.name.com');
  expect(readsEmpty([], [rec('a A 192.0.2.1')])).toBe(true);
  expect(readsEmpty([ns], [rec('a A 192.0.2.1')])).toBe(true);
  expect(readsEmpty([ns], [ns])).toBe(false);
  expect(readsEmpty([rec('b A 192.0.2.1')], [rec('a A 192.0.2.1')])).toBe(false);
});
