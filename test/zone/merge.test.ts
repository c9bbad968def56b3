import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffZones, isEmpty } from '#zone/diff.ts';
import { merging, replacing } from '#zone/merge.ts';
import { sameZone } from '#zone/zone.ts';
import { anyZone, recs } from '../support/zones.ts';

function merged(zone: string[], given: string[]): { zone: string[]; notes: string[] } {
  const after = merging(recs(...zone), recs(...given));
  if ('problems' in after) throw new Error(after.problems.join(' '));
  return {
    zone: after.zone.map(({ host, type, priority, content }) =>
      [host, type, priority, content].filter(part => part !== undefined).join(' '),
    ),
    notes: after.notes,
  };
}

function refused(zone: string[], given: string[]): string {
  const after = merging(recs(...zone), recs(...given));
  return 'problems' in after ? after.problems.join(' ') : '';
}

describe('merge', () => {
  test('what the zone says already changes nothing', () => {
    fc.assert(
      fc.property(anyZone, zone => {
        const after = merging(zone, zone);
        if ('problems' in after) throw new Error(after.problems.join());
        // Two SPF records of one name are merged; that is the one thing that is not as it was.
        if (zone.filter(({ content }) => content.startsWith('v=spf1')).length < 2)
          expect(isEmpty(diffZones(zone, after.zone))).toBe(true);
      }),
    );
  });

  test('a set becomes what is given, and nothing else is touched', () => {
    expect(
      merged(['www A 192.0.2.1', 'www A 192.0.2.2', 'www TXT x', 'api A 192.0.2.3'], ['www A 192.0.2.9']).zone,
    ).toEqual(['www TXT x', 'www A 192.0.2.9', 'api A 192.0.2.3']);
    expect(merged(['a A 192.0.2.1'], ['b A 192.0.2.2']).zone).toEqual(['a A 192.0.2.1', 'b A 192.0.2.2']);
  });

  test('the NS records of the apex are left out', () => {
    expect(merged(['@ NS ns1.name.com', '@ A 192.0.2.1'], ['@ NS ns1.old.net', '@ A 192.0.2.2']).zone).toEqual([
      '@ A 192.0.2.2',
    ]);
  });

  test.each<[string, string[], string[], string[]]>([
    [
      'a CNAME takes the place of addresses',
      ['www A 192.0.2.1', 'www AAAA 2001:db8::1'],
      ['www CNAME x.net'],
      ['www CNAME x.net'],
    ],
    ['a CNAME takes the place of an ANAME', ['www ANAME y.net'], ['www CNAME x.net'], ['www CNAME x.net']],
    ['an address takes the place of a CNAME', ['www CNAME x.net'], ['www A 192.0.2.1'], ['www A 192.0.2.1']],
    [
      'an address takes the place of an ANAME',
      ['@ ANAME x.net', '@ MX 1 m.net'],
      ['@ A 192.0.2.1'],
      ['@ MX 1 m.net', '@ A 192.0.2.1'],
    ],
    [
      'an ANAME takes the place of addresses',
      ['@ A 192.0.2.1', '@ AAAA 2001:db8::1'],
      ['@ ANAME x.net'],
      ['@ ANAME x.net'],
    ],
    [
      'a text beside an address comes where a CNAME was',
      ['www CNAME x.net'],
      ['www A 192.0.2.1', 'www TXT t'],
      ['www A 192.0.2.1', 'www TXT t'],
    ],
  ])('%s', (_, zone, given, after) => {
    expect(merged(zone, given).zone).toEqual(after);
  });

  test('an address of the other kind that stays is something to hesitate over', () => {
    expect(merged(['www AAAA 2001:db8::1'], ['www A 192.0.2.1']).notes.join()).toContain('www keeps its AAAA records');
    expect(merged(['www A 192.0.2.1'], ['www AAAA 2001:db8::1']).notes.join()).toContain('www keeps its A records');
    expect(merged(['www AAAA 2001:db8::1'], ['www A 192.0.2.1', 'www AAAA 2001:db8::2']).notes).toEqual([]);
  });

  test('beside a CNAME nothing is put, and a CNAME beside nothing', () => {
    expect(refused(['www A 192.0.2.1', 'www TXT x', 'www MX 1 m.net'], ['www CNAME x.net'])).toMatch(
      /^www has TXT and MX records, beside which no CNAME can stand/,
    );
    expect(refused(['www CNAME x.net'], ['www TXT x'])).toMatch(/^www is a CNAME, beside which nothing can stand/);
    expect(refused([], ['www CNAME x.net', 'www TXT x'])).toMatch(/^www is given a CNAME and 1 other record/);
    expect(refused([], ['www CNAME x.net', 'www CNAME y.net', 'www TXT x'])).toMatch(/2 other records/);
    expect(refused([], ['@ CNAME x.net'])).toMatch(/use an ANAME there/);
    expect(refused([], ['@ ANAME x.net', '@ ANAME y.net'])).toMatch(/^@ is given 2 ANAME records; it can have one/);
  });
});

test('what is wrong already does not stand in the way of something else', () => {
  const long = `@ TXT ${'x'.repeat(600)}`;
  expect(merged([long], ['@ MX 1 m.net']).zone).toHaveLength(2);
  expect(refused([], [long])).toMatch(/would have 600 bytes/);
});

test('what the registrar takes for one record is not given twice', () => {
  for (const pair of [
    ['a A 192.0.2.1', 'a A 192.0.2.1 /600'],
    ['a MX 1 m.net', 'a MX 2 m.net'],
  ])
    expect(refused([], pair)).toMatch(/ and .* are one record to the registrar; give one of them/);
  expect(merged([], ['a A 192.0.2.1', 'a A 192.0.2.1']).zone).toHaveLength(2);
  // What was there like this already, at another name, is nobody's business here.
  expect(merged(['b MX 1 m.net', 'b MX 2 m.net'], ['a A 192.0.2.1']).zone).toHaveLength(3);
});

describe('texts', () => {
  test('stand beside each other; what is there already is not doubled', () => {
    expect(
      merged(['@ TXT google-site-verification=a'], ['@ TXT facebook=b', '@ TXT google-site-verification=c']).zone,
    ).toEqual(['@ TXT google-site-verification=a', '@ TXT facebook=b', '@ TXT google-site-verification=c']);
    expect(merged(['@ TXT a'], ['@ TXT a']).zone).toEqual(['@ TXT a']);
  });

  test.each([
    ['_dmarc', 'v=DMARC1; p=none', 'v=DMARC1; p=reject'],
    ['s1._domainkey', 'v=DKIM1; p=a', 'v=DKIM1; p=b'],
    ['s1._domainkey', 'k=rsa; p=a', 'v=DKIM1; p=b'],
    ['_mta-sts', 'v=STSv1; id=1', 'v=STSv1; id=2'],
    ['_atproto', 'did=did:plc:a', 'did=did:plc:b'],
  ])('of the kinds that a name has one of, the new one takes the place of the old: %s', (host, old, fresh) => {
    expect(merged([`${host} TXT ${old}`, `${host} TXT other=1`], [`${host} TXT ${fresh}`]).zone).toEqual(
      host.endsWith('_domainkey') ? [`${host} TXT ${fresh}`] : [`${host} TXT other=1`, `${host} TXT ${fresh}`],
    );
  });

  test.each<[string, string[], string, string]>([
    [
      'is merged, and what is said of all others stays at the end',
      ['v=spf1 include:a.net ip4:192.0.2.1 ~all'],
      'v=spf1 include:b.net ~all',
      'v=spf1 include:a.net ip4:192.0.2.1 include:b.net ~all',
    ],
    ['keeps a term once', ['v=spf1 include:a.net mx -all'], 'v=spf1 +mx include:A.net', 'v=spf1 include:a.net mx -all'],
    ['takes what is given about all others', ['v=spf1 include:a.net ~all'], 'v=spf1 -all', 'v=spf1 include:a.net -all'],
    [
      'makes one of two',
      ['v=spf1 include:a.net -all', 'v=spf1 include:b.net ~all'],
      'v=spf1 mx',
      'v=spf1 include:a.net include:b.net mx -all',
    ],
    ['has an end where none is said', [], 'v=spf1 mx', 'v=spf1 mx ~all'],
    [
      'includes a redirect that would lose its place at the end',
      ['v=spf1 redirect=_spf.old.net'],
      'v=spf1 include:new.net ~all',
      'v=spf1 include:_spf.old.net include:new.net ~all',
    ],
    ['heeds no redirect beside an end', ['v=spf1 redirect=a.net -all'], 'v=spf1 mx', 'v=spf1 mx -all'],
    ['keeps one explanation', ['v=spf1 mx ~all exp=a.net'], 'v=spf1 a exp=b.net', 'v=spf1 mx a ~all exp=a.net'],
    ['keeps a redirect at the end', ['v=spf1 redirect=_spf.x.net'], 'v=spf1 mx', 'v=spf1 mx redirect=_spf.x.net'],
  ])('SPF %s', (_, old, given, after) => {
    expect(
      merged(
        old.map(text => `@ TXT ${text}`),
        [`@ TXT ${given}`],
      ).zone,
    ).toEqual([`@ TXT ${after}`]);
  });

  test('SPF that would be too long, or is given twice, is refused', () => {
    const long = (from: number) =>
      `v=spf1 ${Array.from({ length: 14 }, (_, at) => `ip4:198.51.100.${from + at}`).join(' ')} ~all`;
    expect(refused([`@ TXT ${long(0)}`], [`@ TXT ${long(100)}`])).toMatch(
      /The text at @ would have \d+ bytes; 512 can be kept/,
    );
    expect(refused([], ['@ TXT v=spf1 mx', '@ TXT v=spf1 a'])).toMatch(/@ is given several SPF records/);
  });

  test('that SPF was merged is said, and only where it was', () => {
    expect(merged(['@ TXT v=spf1 mx ~all'], ['@ TXT v=spf1 a ~all']).notes.join()).toContain(
      'a name may have only one',
    );
    expect(merged(['@ TXT v=spf1 mx ~all'], ['@ TXT v=spf1 mx ~all']).notes).toEqual([]);
    expect(merged([], ['@ TXT v=spf1 mx ~all']).notes).toEqual([]);
    // It is given an end, which is no merging.
    expect(merged([], ['@ TXT v=spf1 mx'])).toEqual({ zone: ['@ TXT v=spf1 mx ~all'], notes: [] });
  });
});

test('replace makes the given zone the whole of it, but for the NS records of the apex', () => {
  const after = replacing(recs('@ NS ns1.old.net', '@ A 192.0.2.1'));
  if ('problems' in after) throw new Error(after.problems.join());
  expect(sameZone(after.zone, recs('@ A 192.0.2.1'))).toBe(true);
});
