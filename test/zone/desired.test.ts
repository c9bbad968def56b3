import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DomainName } from '#model/domain-name.ts';
import { parseHost, parseRecordData } from '#model/record.ts';
import { type Desired, readDesired } from '#zone/desired.ts';
import { diffZones, isEmpty } from '#zone/diff.ts';
import { expandPreset } from '#zone/preset.ts';
import { presetNames, presetOf } from '#zone/presets/index.ts';
import { recs } from '../support/zones.ts';

const domain = DomainName.parse('example.com');

function read(desired: Omit<Desired, 'domain' | 'mode'> & Partial<Desired>, ...zone: string[]) {
  return readDesired({ domain, mode: 'merge', ...desired }, recs(...zone));
}

function wanted(desired: Parameters<typeof read>[0], ...zone: string[]) {
  const after = read(desired, ...zone);
  if ('problems' in after) throw new Error(after.problems.join(' '));
  return {
    ...after,
    lines: after.zone.map(({ host, type, priority, content }) =>
      [host, type, priority, content].filter(part => part !== undefined).join(' '),
    ),
  };
}

test('a record without a TTL takes that of its set', () => {
  expect(wanted({ records: [{ host: 'a', type: 'A', content: '192.0.2.2' }] }, 'a A 192.0.2.1 /900').zone[0]?.ttl).toBe(
    900,
  );
  expect(wanted({ records: [{ host: 'b', type: 'A', content: '192.0.2.2' }] }, 'a A 192.0.2.1 /900').zone[1]?.ttl).toBe(
    300,
  );
});

test('every record that cannot be kept is named', () => {
  const after = read({
    records: [
      { host: 'www.other.net', type: 'A', content: '192.0.2.1' },
      { host: 'a', type: 'MX', content: '192.0.2.1', priority: 1 },
      { host: 'ok', type: 'A', content: '192.0.2.1' },
    ],
  });
  expect('problems' in after && after.problems).toEqual([
    expect.stringMatching(/^records\[0\]\.host: /),
    expect.stringMatching(/^records\[1\]: content of an MX record/),
  ]);
});

test("NS records of the apex stay the registrar's; where others are given they are kept in sight", () => {
  const own = ['@ NS ns1.name.com /3600', '@ NS ns2.name.com /3600'];
  const same = wanted(
    { master_file: '@ NS ns1.name.com.\n@ NS ns2.name.com.\n@ A 192.0.2.1', mode: 'replace' },
    ...own,
  );
  expect(same.lines).toEqual(['@ A 192.0.2.1']);
  const moved = wanted({ master_file: '@ NS ns1.old.net.\n@ A 192.0.2.1' }, ...own);
  expect(moved.lines).toEqual(['@ A 192.0.2.1', '@ NS ns1.old.net']);
  expect(moved.notes.join()).toContain('use domain_update_nameservers');
});

test('nothing that is asked for changes nothing', () => {
  expect(wanted({}, 'a A 192.0.2.1').lines).toEqual(['a A 192.0.2.1']);
});

test('what does not go together is refused', () => {
  expect(read({ parameters: {}, records: [] })).toEqual({ problems: ['parameters belong to a preset.'] });
  expect(read({ preset: 'no_mail', mode: 'replace' })).toMatchObject({
    problems: [expect.stringContaining('leave mode out')],
  });
  expect(read({ master_file: '$INCLUDE x' })).toMatchObject({ problems: [expect.stringContaining('$INCLUDE')] });
  expect(read({ master_file: 'www TXT x' }, 'www CNAME a.net')).toMatchObject({
    problems: [expect.stringContaining('is a CNAME')],
  });
});

describe('presets', () => {
  test('every file is one of the list, says where it is from and when that was looked at', () => {
    expect(
      globSync('src/zone/presets/*.json')
        .map(file => file.replace(/^.*\/|\.json$/g, ''))
        .sort(),
    ).toEqual([...presetNames].sort());
    for (const name of presetNames) {
      const preset = presetOf(name);
      expect(preset.name).toBe(name);
      expect(preset.checked).toMatch(/^202\d-\d\d-\d\d$/);
      for (const source of preset.source) expect(new URL(source).protocol).toBe('https:');
      expect(readFileSync(`src/zone/presets/${name}.json`, 'utf8').endsWith('\n')).toBe(true);
    }
  });

  test.each(presetNames)('%s: with the examples of its parameters it merges into a zone, once', name => {
    const { parameters } = presetOf(name);
    const examples = Object.fromEntries(Object.entries(parameters).map(([key, { example }]) => [key, example]));
    const zone = [
      '@ A 192.0.2.1',
      '@ MX 10 old.example.net',
      '@ TXT v=spf1 include:_spf.old.example.net ~all',
      '@ TXT keep=me',
      'www CNAME old.example.net',
    ];
    const first = wanted({ preset: name, parameters: examples }, ...zone);
    expect(first.afterwards?.length).toBeGreaterThan(0);
    expect(first.lines).toContain('@ TXT keep=me');
    expect(first.zone.filter(({ host, content }) => host === '@' && content.startsWith('v=spf1'))).toHaveLength(1);
    for (const { host, type, content, priority } of first.zone) {
      const known = presetOf(name).records.find(record => record.type === type)?.type;
      expect(parseHost(host, domain)).toHaveProperty('ok');
      if (known) expect(parseRecordData(known, content, priority)).toHaveProperty('ok');
    }
    const again = readDesired({ domain, mode: 'merge', preset: name, parameters: examples }, first.zone);
    expect('zone' in again && isEmpty(diffZones(first.zone, again.zone))).toBe(true);
    expect(isEmpty(diffZones(recs(...zone), first.zone))).toBe(false);
  });

  test('SPF is merged, not doubled; that of a domain without mail takes the place of any', () => {
    const spf = '@ TXT v=spf1 include:_spf.old.example.net ~all';
    expect(wanted({ preset: 'google_workspace' }, spf).lines).toContain(
      '@ TXT v=spf1 include:_spf.old.example.net include:_spf.google.com ~all',
    );
    const parked = wanted({ preset: 'no_mail' }, spf, '@ MX 10 old.example.net', 'sub MX 10 m.net').lines;
    expect(parked).toContain('@ TXT v=spf1 -all');
    expect(parked.filter(line => line.includes('spf') || line.includes(' MX '))).toEqual([
      'sub MX 10 m.net',
      '@ TXT v=spf1 -all',
    ]);
  });

  test('parameters are asked for by name, checked, and unknown ones are named', () => {
    const preset = presetOf('github_pages');
    expect(expandPreset(preset, domain, {})).toEqual({
      problems: [expect.stringMatching(/^github_pages needs parameters\.user: .+, such as "/)],
    });
    expect(expandPreset(preset, domain, { usr: 'a' })).toMatchObject({
      problems: [expect.stringContaining('did you mean "user"?'), expect.anything()],
    });
    expect(expandPreset(preset, domain, { user: 'two words' })).toMatchObject({
      problems: [expect.stringMatching(/^parameters\.user is .+, not "two words"\.$/)],
    });
    expect(expandPreset(presetOf('no_mail'), domain, { x: 'y' })).toMatchObject({
      problems: [expect.stringContaining('It takes none.')],
    });
  });

  test('what does not fit a record, or the zone, is refused like any other', () => {
    const odd = read({
      preset: 'vercel',
      parameters: {
        ...Object.fromEntries(
          Object.entries(presetOf('vercel').parameters).map(([key, { example }]) => [key, example]),
        ),
        address: '999.1.1.1',
      },
    });
    expect(odd).toMatchObject({ problems: [expect.stringContaining('must be an IPv4 address')] });
    expect(read({ preset: 'github_pages', parameters: { user: 'octocat' } }, 'www TXT hello')).toMatchObject({
      problems: [expect.stringContaining('beside which no CNAME can stand')],
    });
  });

  test('a record whose optional parameter is not given is left out', () => {
    expect(wanted({ preset: 'google_workspace' }).lines.some(line => line.includes('_domainkey'))).toBe(false);
    expect(
      wanted({
        preset: 'google_workspace',
        parameters: { dkim: presetOf('google_workspace').parameters.dkim?.example ?? '' },
      }).lines.some(line => line.includes('_domainkey')),
    ).toBe(true);
  });

  test('a value cannot smuggle another parameter, a line or a quote into a record', () => {
    for (const name of presetNames) {
      const { parameters } = presetOf(name);
      for (const [key, { example }] of Object.entries(parameters)) {
        for (const value of [`${example}"`, `${example}\nx`, `{domain}`, `${example} {domain}`, ''])
          expect(
            expandPreset(presetOf(name), domain, {
              ...Object.fromEntries(Object.entries(parameters).map(([each, { example: good }]) => [each, good])),
              [key]: value,
            }),
            `${name}.${key} ${JSON.stringify(value)}`,
          ).toHaveProperty('problems');
      }
    }
  });
});

describe('what is to go', () => {
  const zone = ['a A 192.0.2.1', 'a A 192.0.2.2', 'a TXT one', 'b A 192.0.2.3', '@ NS ns1.name.com'] as const;

  test('is all at a name, or of a type, or of a content, and nothing else', () => {
    expect(wanted({ remove: [{ host: 'a' }] }, ...zone).lines).toEqual(['b A 192.0.2.3']);
    expect(wanted({ remove: [{ host: 'a.example.com', type: 'A' }] }, ...zone).lines).toEqual([
      'a TXT one',
      'b A 192.0.2.3',
    ]);
    expect(wanted({ remove: [{ host: 'a', content: '192.0.2.2' }] }, ...zone).lines).toEqual([
      'a A 192.0.2.1',
      'a TXT one',
      'b A 192.0.2.3',
    ]);
  });

  test('goes before what is given is merged in', () => {
    const records = [{ host: 'c', type: 'A' as const, content: '192.0.2.4' }];
    expect(wanted({ remove: [{ host: 'a' }], records }, ...zone).lines).toEqual(['b A 192.0.2.3', 'c A 192.0.2.4']);
  });

  test('gives its TTL to what takes its place', () => {
    const records = [{ host: 'a', type: 'A' as const, content: '192.0.2.4' }];
    const after = wanted({ remove: [{ host: 'a' }], records }, 'a A 192.0.2.1 /900', 'a TXT one');
    expect(after.zone.map(({ content, ttl }) => `${content} /${ttl}`)).toEqual(['192.0.2.4 /900']);
  });

  test('must be there, and in replace it is what is not given', () => {
    const missing = read({ remove: [{ host: 'a', type: 'MX' }, { host: 'zz' }, { host: '@', type: 'NS' }] }, ...zone);
    expect('problems' in missing && missing.problems).toEqual([
      'remove[0]: there is no such record at a; there are A a → "192.0.2.1", TTL 300; A a → "192.0.2.2", TTL 300; TXT a → "one", TTL 300.',
      'remove[1]: there is no such record at zz; nothing is.',
      'remove[2]: The NS records of example.com itself follow its nameservers and stay as they are; use domain_update_nameservers.',
    ]);
    const one = read({ remove: [{ host: 'b', type: 'TXT' }] }, ...zone);
    expect('problems' in one && one.problems).toEqual([expect.stringContaining('there is A b →')]);
    const odd = read({ remove: [{ host: 'what is this', type: 'TXT' }] }, ...zone);
    expect('problems' in odd && odd.problems).toEqual([expect.stringContaining('no such record at what is this')]);
    expect(read({ remove: [{ host: 'a' }], mode: 'replace' }, ...zone)).toEqual({
      problems: [expect.stringContaining('remove goes with mode merge')],
    });
  });

  test('a long list of what is not there is read against a long zone in no time', () => {
    const many = Array.from({ length: 5000 }, (_, at) => `@ MX 10 mx${at}.example.net`);
    const remove = Array.from({ length: 500 }, (_, at) => ({ host: '@', content: `${'"é" '.repeat(500)}${at}` }));
    const began = performance.now();
    const missing = read({ remove }, ...many);
    expect(performance.now() - began).toBeLessThan(2000);
    expect('problems' in missing && missing.problems.length).toBe(500);
  });
});
