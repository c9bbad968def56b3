import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Finding } from '#zone/finding.ts';
import { lintZone, newMistakes, targetOf } from '#zone/lint.ts';
import { tooManyLookups } from '#zone/lint-mail.ts';
import { namesOf } from '#zone/names.ts';
import { lookupTerms, spfProblems } from '#zone/spf.ts';
import { rec, recs } from '../support/zones.ts';

const domain = 'example.com';

function lint(...lines: string[]): Finding[] {
  const zone = recs(...lines);
  const names = namesOf(zone);
  return lintZone(zone, {
    domain,
    exists: name =>
      name === domain
        ? names.has('@')
        : name.endsWith(`.${domain}`)
          ? names.has(name.slice(0, -domain.length - 1))
          : undefined,
  });
}

const rules = (...lines: string[]) => lint(...lines).map(({ rule }) => rule);

function rsa(bits: number, type: 'spki' | 'pkcs1' = 'spki'): string {
  return generateKeyPairSync('rsa', { modulusLength: bits })
    .publicKey.export({ format: 'der', type })
    .toString('base64');
}
const key = rsa(2048);

test('a zone in order has nothing to find', () => {
  expect(
    lint(
      '@ A 198.51.100.1',
      '@ NS ns1.name.com',
      'www CNAME example.com',
      '@ MX 10 mx.mailhost.net',
      '@ TXT v=spf1 include:_spf.mailhost.net ip4:192.0.2.0/24 ip6:2001:db8::/32 a mx:mail.mailhost.net/24 exists:%{i}.x.net ~all',
      '_dmarc TXT v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@other.net!10m; adkim=s; aspf=r; fo=1:d:s; pct=50; ri=86400; sp=reject; np=reject',
      `s1._domainkey TXT v=DKIM1; k=rsa; p=${key}`,
      `s2._domainkey TXT p=${rsa(1024, 'pkcs1')}`,
      's3._domainkey TXT v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
      's4._domainkey TXT v=DKIM1; p=',
      '_domainkey TXT o=~',
      '_sip._tcp SRV 1 2 5060 sip.voice.net',
      '*.preview A 198.51.100.2',
      'sub NS ns1.other.net',
      'deep.sub A 198.51.100.3',
      'into CNAME www.sub.example.com',
      'partner.net._report._dmarc TXT v=DMARC1',
      '_dmarc TXT some-other-verification=1',
    ),
  ).toEqual([]);
});

describe('names', () => {
  test.each<[string, string[], string[]]>([
    ['a CNAME at the apex', ['@ CNAME x.net'], ['cname_apex']],
    ['a CNAME beside others', ['a CNAME x.net', 'a TXT t'], ['cname_beside']],
    ['two CNAMEs', ['a CNAME x.net', 'a CNAME y.net'], ['cname_twice']],
    ['a CNAME to itself', ['a CNAME a.example.com'], ['cname_circle']],
    [
      'CNAMEs in a circle',
      ['a CNAME b.example.com', 'b CNAME a.example.com', 'c CNAME a.example.com'],
      ['cname_circle', 'cname_circle'],
    ],
    ['MX to an address', ['@ MX 1 192.0.2.1'], ['target_address']],
    ['NS to an address', ['sub NS 2001:db8::1'], ['target_address']],
    ['MX to a CNAME', ['@ MX 1 mail.example.com', 'mail CNAME x.net'], ['target_cname']],
    ['NS to a CNAME', ['sub NS ns.example.com', 'ns CNAME x.net'], ['target_cname']],
    ['SRV to the CNAME of a wildcard', ['_s._tcp SRV 1 1 1 a.w.example.com', '*.w CNAME x.net'], ['target_cname']],
    ['MX to the CNAME of the wildcard of the zone', ['@ MX 1 a.example.com', '* CNAME x.net'], ['target_cname']],
    [
      'MX to a name of its own, beside the CNAME of a wildcard',
      ['@ MX 1 mail.example.com', 'mail A 198.51.100.1', '* CNAME x.net'],
      [],
    ],
    [
      'MX to a name that a nearer wildcard answers',
      ['@ MX 1 a.w.example.com', '*.w A 198.51.100.1', '* CNAME x.net'],
      ['wildcard'],
    ],
    ['MX to the apex, beside the CNAME of a wildcard', ['@ MX 1 example.com', '@ A 198.51.100.1', '* CNAME x.net'], []],
    ['MX to the apex', ['@ MX 1 example.com', '@ A 198.51.100.1'], []],
    ['a name that leads nowhere', ['a CNAME gone.example.com'], ['dangling']],
    [
      'and one below a wildcard that stops above it',
      ['a CNAME x.b.example.com', '* A 198.51.100.1', 'b TXT t'],
      ['wildcard', 'dangling'].sort(),
    ],
    ['a name inside a wildcard below another name', ['a CNAME x.w.example.com', '*.w A 198.51.100.1'], []],
    ['a name inside a wildcard', ['a CNAME x.example.com', '* A 198.51.100.1'], []],
    ['MX without a priority', [], []],
    ['SRV that is none', ['_s._tcp SRV 1 x y'], ['srv']],
    ['a TTL that is too short', ['a A 198.51.100.1 /60'], ['ttl']],
    ['a TTL that is too long', ['a A 198.51.100.1 /9999999'], ['ttl']],
    ['a name with the domain in it', ['www.example.com A 198.51.100.1'], ['doubled']],
    ['the domain in itself', ['example.com A 198.51.100.1'], ['doubled']],
    ['an @ that was taken for a name', ['@.example.com A 198.51.100.1'], ['doubled']],
    ['a text that is too long', [`a TXT ${'x'.repeat(513)}`], ['txt_long']],
  ])('%s', (_, lines, found) => {
    expect(rules(...lines).sort()).toEqual([...found].sort());
  });

  test.each([
    '10.0.0.1',
    '127.0.0.1',
    '169.254.1.1',
    '100.64.0.1',
    '0.0.0.0',
    'fd00::1',
    'fe80::1',
    '::1',
    '::ffff:10.0.0.1',
  ])('an address that the internet cannot reach: %s', address => {
    expect(rules(`a ${address.includes(':') ? 'AAAA' : 'A'} ${address}`)).toEqual(['private']);
  });

  test('one that is no address is not for this rule', () => {
    expect(rules('a A nonsense')).toEqual([]);
  });

  test('a missing priority', () => {
    expect(
      lintZone([{ host: '@', type: 'MX', content: 'a.net', ttl: 300 }], { domain, exists: () => undefined }).map(
        ({ rule }) => rule,
      ),
    ).toEqual(['priority']);
  });

  test('a wildcard does not reach names that are there, nor those that stand above one', () => {
    const [finding] = lint(
      '* A 198.51.100.1',
      'note TXT t',
      '_acme-challenge.app TXT t',
      'own A 198.51.100.2',
      '*.other TXT t',
      '@ TXT t',
    );
    expect(finding?.what).toBe(
      "The wildcard's A does not reach note, app and other, since those names are there already.",
    );
    expect(lint('*.w A 198.51.100.1', '*.w MX 1 m.net', 'x.w TXT t')[0]?.what).toContain(
      "The wildcard's A and MX do not reach x.w, since that name is",
    );
    expect(rules('*.w TXT t', 'x.w A 198.51.100.1')).toEqual([]);
  });
});

describe('SPF', () => {
  test('two of them, and what begins like one', () => {
    expect(rules('@ TXT v=spf1 mx ~all', '@ TXT v=spf1 a ~all')).toEqual(['spf_twice']);
    for (const text of ['v=spf1include:a.net ~all', 'v=spf1; mx', 'v=spf1, mx', ' v=spf1 mx'])
      expect(rules(`@ TXT ${text}`), text).toEqual(['spf']);
    expect(rules('@ TXT v=spf1', 'sub TXT V=SPF1 -all')).toEqual([]);
  });

  test.each([
    'ip4:300.1.1.1',
    'ip4:192.0.2',
    'ip4:192.0.2.0/33',
    'ip4=192.0.2.1',
    'ip4',
    'ip6:1:2:3',
    'ip6:2001:db8::/129',
    'a/33',
    'a//129',
    'a:192.0.2.1',
    'mx:192.0.2.1',
    'mx:',
    'include',
    'include:192.0.2.1',
    'include:ip4:192.0.2.1',
    'include:https://x.net',
    'include:_spf.google,com',
    'include=x.net',
    'include:localhost',
    'exists',
    'redirect:x.net',
    'redirect=',
    'exp=nowhere',
    'ptr=x',
    'all:x',
    'google.com',
    'spf.x.net',
    '~',
    'a:x.net/ab',
  ])('%s is no term', term => {
    expect(spfProblems({ content: `v=spf1 ${term} -all` })[0]).toMatch(/is no term of SPF/);
  });

  test.each([
    '+mx',
    '?a',
    '~include:_spf.x.net',
    '-ptr',
    'ptr:x.net',
    'a:x.net/24//64',
    'mx/24',
    'a//64',
    'exists:%{i}._spf.x.net',
    'redirect=_spf.x.net',
    'exp=why.x.net',
    'future=1',
    'ip4:192.0.2.0/24',
    'ip6:2001:db8::1',
    'A',
    'MX:mail.x.net.',
  ])('%s is one', term => {
    expect(spfProblems({ content: `v=spf1 ${term}` })).toEqual([]);
  });

  test('what makes it useless', () => {
    expect(spfProblems({ content: 'v=spf1 -all mx' })).toEqual(['what stands behind "all" is never looked at']);
    expect(spfProblems({ content: 'v=spf1 -all exp=why.x.net' })).toEqual([]);
    for (const term of ['+all', 'all', 'ip4:0.0.0.0/0', 'ip6:::/0'])
      expect(spfProblems({ content: `v=spf1 ${term}` }), term).toEqual(['it lets everybody send']);
    expect(spfProblems({ content: 'v=spf1 redirect=a.net redirect=b.net exp=c.net exp=d.net' })).toEqual([
      'redirect stands in it twice',
      'exp stands in it twice',
    ]);
    expect(rules('@ TXT v=spf1 include:example.com -all', 'sub TXT v=spf1 redirect=sub.example.com')).toEqual([
      'spf',
      'spf',
    ]);
  });

  test('what costs a lookup, and what is followed', () => {
    expect(
      lookupTerms({ content: 'v=spf1 a mx:b.net ptr exists:c.net include:D.net ip4:192.0.2.1 redirect=e.net' }).map(
        ({ follows }) => follows,
      ),
    ).toEqual([undefined, undefined, undefined, undefined, 'd.net', 'e.net']);
    expect(lookupTerms({ content: 'v=spf1 redirect=e.net -all' })).toEqual([]);
    expect(rules(`@ TXT v=spf1 ${Array.from({ length: 11 }, (_, at) => `include:s${at}.net`).join(' ')} -all`)).toEqual(
      ['spf_lookups'],
    );
    expect(tooManyLookups('@', 10)).toEqual([]);
  });
});

describe('DKIM', () => {
  test.each<[string, string]>([
    ['stands in the wrong place', `mail TXT v=DKIM1; p=${key}`],
    ['has no key', 's._domainkey TXT v=DKIM1; k=rsa'],
    ['does not begin with its version', `s._domainkey TXT k=rsa; v=DKIM1; p=${key}`],
    ['has another version', `s._domainkey TXT v=DKIM2; p=${key}`],
    ['has another kind of key', `s._domainkey TXT v=DKIM1; k=dsa; p=${key}`],
    ['has two keys in it', `s._domainkey TXT v=DKIM1; p=${key.slice(0, 100)}; p=x`],
    ['is cut short', `s._domainkey TXT v=DKIM1; p=${key.slice(0, 236)}`],
    ['is cut in the middle of four', `s._domainkey TXT v=DKIM1; p=${key.slice(0, 237)}`],
    ['is no base64', 's._domainkey TXT v=DKIM1; p=MII***'],
    ['is too weak', `s._domainkey TXT v=DKIM1; p=${rsa(512)}`],
    ['is no ed25519 key', `s._domainkey TXT v=DKIM1; k=ed25519; p=${key}`],
  ])('%s', (_, line) => {
    expect(new Set(rules(line))).toEqual(new Set(['dkim']));
  });

  test('two keys under one selector', () => {
    expect(lint(`s._domainkey TXT p=${key}`, `s._domainkey TXT v=DKIM1; p=${key}`)[0]?.what).toContain(
      'There are 2 DKIM keys',
    );
  });
});

describe('DMARC', () => {
  test.each<[string, string]>([
    ['in the wrong place', '@ TXT v=DMARC1; p=none'],
    ['without its version', '_dmarc TXT p=none'],
    ['with its version written otherwise', '_dmarc TXT v=dmarc1; p=none'],
    ['without a policy', '_dmarc TXT v=DMARC1; rua=mailto:a@example.com'],
    ['with a policy that is none', '_dmarc TXT v=DMARC1; p=block'],
    ['with a tag twice', '_dmarc TXT v=DMARC1; p=none; p=reject'],
    ['with addresses that are none', '_dmarc TXT v=DMARC1; p=none; rua=a@example.com'],
    ['with an alignment that is none', '_dmarc TXT v=DMARC1; p=none; adkim=strict'],
    ['with a share that is none', '_dmarc TXT v=DMARC1; p=none; pct=101'],
    ['with reasons that are none', '_dmarc TXT v=DMARC1; p=none; fo=2'],
    ['for a name below', '_dmarc.sub TXT v=DMARC1; p=none; sp=x'],
  ])('%s', (_, line) => {
    expect(rules(line)).toEqual(['dmarc']);
  });

  test('two policies', () => {
    expect(lint('_dmarc TXT v=DMARC1; p=none', '_dmarc TXT v=DMARC1; p=reject')[0]?.what).toContain(
      'There are 2 DMARC policies',
    );
  });
});

test('CAA, where a registrar has it and where it is written as text', () => {
  expect(rules('@ CAA 0 issue "letsencrypt.org"', '@ CAA 0 iodef mailto:a@example.com')).toEqual([]);
  expect(rules('@ CAA issue letsencrypt.org')).toEqual(['caa']);
  expect(rules('@ TXT 0 issue "letsencrypt.org"')).toEqual(['caa']);
});

test('a target that only looks like another is told, in both of its forms', () => {
  const [found, ...others] = lint('a CNAME xn--pypal-4ve.com', 'b CNAME xn--caf-dma.com');
  expect(others).toEqual([]);
  expect(found).toMatchObject({ severity: 'warning', rule: 'mixed_script', host: 'a' });
  expect(found?.what).toMatch(/^CNAME leads to xn--pypal-4ve\.com \(p\u0430ypal\.com\): .* mixes letters of/);
});

test('of a change, the mistakes that it makes, and not those that are there', () => {
  const zone = recs('a CNAME gone.example.com', 'b A 10.0.0.1');
  const wanted = [...zone, ...recs('c CNAME gone.example.com', 'd CNAME x.other.net', 'e CNAME b.example.com')];
  expect(newMistakes(zone, wanted, domain).map(({ rule, host }) => [rule, host])).toEqual([['dangling', 'c']]);
});

test('what a record leads to', () => {
  expect(targetOf(rec('_s._tcp SRV 1 2 3 A.example.net'))).toBe('a.example.net');
  expect(targetOf(rec('a A 192.0.2.1'))).toBeUndefined();
});
