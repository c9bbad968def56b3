import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DomainName } from '#model/domain-name.ts';
import { parseMasterFile, printMasterFile } from '#zone/master-file.ts';
import { sameZone } from '#zone/zone.ts';
import { anyZone, recs } from '../support/zones.ts';

const zone = DomainName.parse('example.com');

function read(text: string) {
  const parsed = parseMasterFile(text, zone);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed;
}

function problems(text: string): readonly string[] {
  const parsed = parseMasterFile(text, zone);
  return 'problems' in parsed ? parsed.problems : [];
}

test('what is printed reads back as the same zone, for every type', () => {
  fc.assert(
    fc.property(anyZone, records => {
      if (records.length === 0) return;
      expect(sameZone(read(printMasterFile(records, zone)).records, records)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a zone as providers write it is read whole', () => {
  const { records, notes } = read(
    `\ufeff; exported
$ORIGIN example.com.
$TTL 1h
@	IN	SOA ns1.old.net. admin.old.net. ( 2026010101 ; serial
        7200 3600
        1209600 5m ) ; minimum
        IN NS ns1.old.net.
        A 192.0.2.1
        300 IN A 192.0.2.2
www     IN 2h CNAME @
mail    1d MX 10 mx.other.net.
        MX 20 backup
txt     TXT "v=spf1 " "include:_spf.x.net" ( " ~all" ) ; in parts
esc     TXT a\\;b\\"c\\065
$ORIGIN dev.example.com.
api     AAAA 2001:DB8::0001
@       SRV 1 2 443 api
_x._tcp.example.com. SRV 1 2 443 www.example.com.
FULL.Example.COM. 60 A 192.0.2.9
alias   ALIAS www.example.net.\r
`.replace('esc     TXT a\\;b\\"c\\065', 'esc     TXT a\\;b\\065'),
  );
  expect(
    sameZone(
      records,
      recs(
        '@ NS ns1.old.net /3600',
        '@ A 192.0.2.1 /3600',
        '@ A 192.0.2.2 /300',
        'www CNAME example.com /7200',
        'mail MX 10 mx.other.net /86400',
        'mail MX 20 backup.example.com /3600',
        'txt TXT v=spf1 include:_spf.x.net ~all /3600',
        'esc TXT a;bA /3600',
        'api.dev AAAA 2001:db8::1 /3600',
        'dev SRV 1 2 443 api.dev.example.com /3600',
        '_x._tcp SRV 1 2 443 www.example.com /3600',
        'full A 192.0.2.9 /300',
        'alias.dev ANAME www.example.net /3600',
      ),
    ),
  ).toBe(true);
  expect(notes).toEqual([expect.stringContaining('SOA'), expect.stringContaining('TTLs below 300')]);
});

test.each([
  ['without $TTL the last one given counts (RFC 1035)', 'a 600 A 192.0.2.1\nb A 192.0.2.2', 600],
  ['the last one given counts before the SOA', '@ SOA a. b. 1 2 3 4 900\na 600 A 192.0.2.1\nb A 192.0.2.2', 600],
  ['units', '$TTL 1W2D3h4m5S\nb A 192.0.2.2', 788_645],
  ['without either the SOA says it (RFC 2308)', '@ SOA a. b. 1 2 3 4 900\nb A 192.0.2.2', 900],
  ['without any of them it is the least', 'b A 192.0.2.2', 300],
])('%s', (_, text, ttl) => {
  expect(read(text).records.at(-1)?.ttl).toBe(ttl);
});

test('the root may be the origin', () => {
  const { records } = read(
    '$ORIGIN .\nexample.com A 192.0.2.1\nwww.example.com MX 1 mx.example.net\n$ORIGIN example.com\na A 192.0.2.2',
  );
  expect(sameZone(records, recs('@ A 192.0.2.1', 'www MX 1 mx.example.net', 'a A 192.0.2.2'))).toBe(true);
});

test('a name that is left out is that of the record before, whatever the origin has become', () => {
  expect(
    sameZone(
      read(
        'www A 192.0.2.1\n$ORIGIN sub.example.com.\n  A 192.0.2.2\n@ A 192.0.2.3\n$ORIGIN example.com.\n  A 192.0.2.4',
      ).records,
      recs('www A 192.0.2.1', 'www A 192.0.2.2', 'sub A 192.0.2.3', 'sub A 192.0.2.4'),
    ),
  ).toBe(true);
});

describe('what cannot be read is refused with its line', () => {
  test.each<[string, RegExp]>([
    ['$INCLUDE /etc/passwd', /^Line 1: \$INCLUDE is not read: files of this machine stay where they are/],
    ['$GENERATE 1-9 a A 192.0.2.$', /"\$GENERATE" is no directive/],
    ['$ORIGIN', /\$ORIGIN needs one name/],
    ['$ORIGIN a b', /\$ORIGIN needs one name/],
    ['$TTL soon', /\$TTL needs one time/],
    ['$TTL 1h 2h', /\$TTL needs one time/],
    ['$TTL', /\$TTL needs one time/],
    ['$TTL 99999999w', /\$TTL needs one time/],
    ['  A 192.0.2.1', /the first record has no name/],
    ['a', /there is no record type/],
    ['a "A" 192.0.2.1', /there is no record type/],
    ['a CH A 192.0.2.1', /the class CH is not kept here/],
    ['a IN IN A 192.0.2.1', /"IN" is no record type/],
    ['a CLASS32 A 192.0.2.1', /the class CLASS32/],
    ['a TYPE65534 \\# 4 0A000001', /RFC 3597/],
    ['a A \\# 4 0A000001', /RFC 3597/],
    ['a CAA 0 issue "x"', /CAA records cannot be kept at this registrar/],
    ['a NOSUCH 1', /"NOSUCH" is no record type/],
    ['a A 192.0.2.1 192.0.2.2', /A takes 1 value, not 2/],
    ['a MX mx.example.net.', /MX takes 2 values, not 1/],
    ['a MX ten mx.example.net.', /MX takes numbers from 0 to 65535/],
    ['a MX 70000 mx.example.net.', /MX takes numbers from 0 to 65535/],
    ['a MX 0 .', /null MX/],
    ['a CNAME a..b', /"a\.\.b" is no name/],
    ['a CNAME a\\.b', /"a\.b" is no name/],
    ['a\\.b A 192.0.2.1', /"a\.b" is no name/],
    ['a..b A 192.0.2.1', /"a\.\.b" is no name/],
    ['other.net. A 192.0.2.1', /is not inside example\.com/],
    ['www.example.com A 192.0.2.1', /has example\.com in it twice/],
    ['a A 300.1.1.1', /must be an IPv4 address/],
    ['a TXT "open', /a string without its closing quote/],
    ['a TXT x\\999', /the escape \\999 is above 255/],
    ['a TXT x\\', /a backslash with nothing behind it/],
    ['a TXT "x\\\n"', /a backslash with nothing behind it/],
    ['a TXT \\200', /bytes that are no text/],
    ['a TXT "\\200', /bytes that are no text/],
    ['@. A 192.0.2.1', /"@\." is no name/],
    ['other.net. SOA a. b. 1 2 3 4 5', /is not inside example\.com/],
    ['sub SOA a. b. 1 2 3 4 5', /this is the zone of sub\.example\.com, not of example\.com/],
    ['a TXT ( "b"', /an opening parenthesis without a closing one/],
    ['a TXT b )', /a closing parenthesis without an opening one/],
    ['a TXT "say \\"hi\\""', /must not have double quotes/],
    ['@ SOA a. b. 1', /an SOA record has two names and five numbers/],
    ['; nothing', /There are no records in it/],
    ['', /There are no records in it/],
  ])('%j', (text, reason) => {
    expect(problems(text).join(' ')).toMatch(reason);
  });

  test('all of it at once, in the order of the lines', () => {
    expect(problems('a A 1\nb CAA x\n\n$INCLUDE y\nc TXT )')).toEqual([
      expect.stringMatching(/^Line 1: /),
      expect.stringMatching(/^Line 2: /),
      expect.stringMatching(/^Line 4: /),
      expect.stringMatching(/^Line 5: /),
      expect.stringMatching(/^Line 5: /),
    ]);
  });
});

test('a text longer than a string can be is split between characters, and joined again', () => {
  const long = `${'é'.repeat(127)}𝄞${'x'.repeat(200)}`;
  const [record] = read(printMasterFile([{ host: 'a', type: 'TXT', content: long, ttl: 300 }], zone)).records;
  expect(record?.content).toBe(long);
});
