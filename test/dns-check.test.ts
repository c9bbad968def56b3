import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { DnsAnswer, Resolver, Served } from '#dns/resolver.ts';
import type { Domain } from '#model/domain.ts';
import { DomainName, Hostname } from '#model/domain-name.ts';
import { askTheWorld } from '#tool/reality.ts';
import { countSpfLookups, type RecordSet } from '#tool/served.ts';
import { openWorld, type World } from './support/world.ts';
import { rec } from './support/zones.ts';

/** A zone is looked over, and the world is asked whether what is saved is served. */
const harbor = { domain_name: 'harbor-bakery.com' };
const Checked = z.object({
  served: z.boolean(),
  findings: z.array(z.object({ rule: z.string(), host: z.string(), what: z.string() })),
  nameservers: z.array(z.object({ name: z.string(), address: z.string().optional(), serves: z.string() })),
  unlike: z.array(z.object({ host: z.string(), type: z.string(), nameserver: z.string(), answered: z.string() })),
  checked: z.int(),
  total: z.int(),
  next_cursor: z.string().optional(),
});

describe('against the box', () => {
  let agent: World;
  beforeEach(async () => {
    agent = await openWorld();
  });
  afterEach(async () => await agent.close());

  const check = async (args: Record<string, unknown> = harbor) =>
    Checked.parse((await agent.call('dns_check', args)).structured);
  const rules = async (args?: Record<string, unknown>) => (await check(args)).findings.map(({ rule }) => rule);

  test('what is saved is served, by all four nameservers; the changes of a moment ago too', async () => {
    await agent.call('dns_create', { ...harbor, host: 'long', type: 'TXT', content: 'é'.repeat(250) });
    await agent.call('dns_create', { ...harbor, host: 'two', type: 'A', content: '192.0.2.1' });
    await agent.call('dns_create', { ...harbor, host: 'two', type: 'A', content: '192.0.2.2' });
    await agent.call('dns_create', { ...harbor, host: 'flat', type: 'ANAME', content: 'api.nightbus.app' });
    const answer = await agent.call('dns_check', harbor);
    expect(answer).toSucceed(/^Nothing is wrong with the records\. Everything that was compared is served\.\n/);
    const { served, nameservers, checked, total } = Checked.parse(answer.structured);
    expect([served, checked, total]).toEqual([true, 13, 13]);
    expect(nameservers).toHaveLength(4);
    for (const { name, address, serves } of nameservers)
      expect([name, address, serves]).toEqual([
        expect.stringMatching(/^ns[1-4][a-z]{3}\.name\.com$/),
        '127.0.0.1',
        'all 13 record sets',
      ]);
  });

  test('a zone of more sets than are asked for at once is told to be looked at in part', async () => {
    const first = await agent.call('dns_check', { ...harbor, limit: 3 });
    expect(first).toSucceed(/This was asked of 3 of 10 record sets: the others are on other pages/);
    const { next_cursor } = Checked.parse(first.structured);
    expect(await check({ ...harbor, limit: 3, cursor: next_cursor })).toMatchObject({ checked: 3, total: 10 });
  });

  test('an empty zone has nothing to compare', async () => {
    expect(await agent.call('dns_check', { domain_name: 'harbor-bakery.net' })).toSucceed(
      /There are no records to compare/,
    );
  });

  test('with its nameservers elsewhere, edits here do not matter', async () => {
    const answer = await agent.call('dns_check', { domain_name: 'old-mill-inn.com' });
    expect(answer.text).toMatch(
      /what is saved here is not what the world sees[\s\S]*edits here do not matter to the world/,
    );
    expect((await check({ domain_name: 'glue-works.net' })).findings.map(({ rule }) => rule)).toEqual([
      'elsewhere',
      'unreachable',
    ]);
    expect((await check({ domain_name: 'glue-works.net' })).nameservers[0]?.serves).toContain('192.0.2.53');
  });

  test('names that lead nowhere: in this zone, in another of the account, and not where others serve it', async () => {
    for (const [host, content] of [
      ['here', 'gone.harbor-bakery.com'],
      ['there', 'gone.nightbus.app'],
      ['fine', 'api.nightbus.app'],
      ['foreign', 'inn.old-mill-inn.com'],
      ['outside', 'x.hosting.example'],
      ['apex', 'nightbus.app'],
    ])
      await agent.call('dns_create', { ...harbor, host, type: 'CNAME', content });
    const { findings } = await check();
    expect(findings.map(({ rule, host }) => [rule, host])).toEqual([
      ['dangling', 'here'],
      ['dangling', 'there'],
    ]);
  });

  test('a name that is delegated away is not expected to be served here', async () => {
    await agent.call('dns_create', { ...harbor, host: 'sub', type: 'NS', content: 'ns1.sub.harbor-bakery.com' });
    await agent.call('dns_create', { ...harbor, host: 'ns1.sub', type: 'A', content: '192.0.2.53' });
    await agent.call('dns_create', { ...harbor, host: 'files', type: 'CNAME', content: 'www.sub.harbor-bakery.com' });
    expect(await check()).toMatchObject({ served: true, findings: [], unlike: [] });
  });

  test('nor is one of which only a part is asked for, nor a name that was made by mistake asked for twice over', async () => {
    await agent.call('dns_create', { ...harbor, host: 'sub', type: 'NS', content: 'ns1.sub.harbor-bakery.com' });
    await agent.call('dns_create', { ...harbor, host: 'a.sub', type: 'A', content: '192.0.2.53' });
    const { DatabaseSync } = await import('node:sqlite');
    const store = new DatabaseSync(`${agent.directory}/sandbox/sandbox.sqlite`, { timeout: 5_000 });
    store.exec(
      "INSERT INTO records (domain_name, name, type, content, ttl, priority, create_date) VALUES ('harbor-bakery.com', '@.harbor-bakery.com', 'A', '192.0.2.99', 300, NULL, '2026-06-15 12:00:00')",
    );
    store.close();
    let cursor: string | undefined;
    do {
      const page = await check({ ...harbor, limit: 1, cursor });
      expect(page.unlike).toEqual([]);
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect((await check()).findings).toEqual([
      expect.objectContaining({ rule: 'doubled', what: 'This name reads "@.harbor-bakery.com" in full.' }),
    ]);
  });

  test('SPF is followed through what it includes', async () => {
    const include = async (host: string, ...names: string[]) =>
      await agent.call('dns_create', {
        ...harbor,
        host,
        type: 'TXT',
        content: `v=spf1 ${names.map(name => `include:${name}.harbor-bakery.com`).join(' ')} -all`,
      });
    await include('c', 'x1', 'x2', 'x3', 'x4');
    await include('a', 'c');
    await include('b', 'c', 'b');
    await agent.confirmed('dns_apply', {
      ...harbor,
      records: [
        { host: '@', type: 'TXT', content: 'v=spf1 include:a.harbor-bakery.com include:b.harbor-bakery.com -all' },
      ],
    });
    const { findings } = await check();
    // The record that was there, a, b, c twice with its four, and b once more in b.
    expect(findings).toEqual(
      [
        expect.objectContaining({ rule: 'spf_lookups', what: expect.stringContaining('needs 14 lookups') }),
        expect.objectContaining({ rule: 'spf', host: 'b' }),
      ].toReversed(),
    );
  });

  test('the mistakes that a plan would make are told before it is confirmed', async () => {
    const preview = await agent.call('dns_apply', {
      ...harbor,
      records: [
        { host: 'x', type: 'CNAME', content: 'gone.harbor-bakery.com' },
        { host: 's9._domainkey', type: 'TXT', content: 'v=DKIM1; p=AAAA' },
        { host: 'lan', type: 'A', content: '10.0.0.1' },
      ],
    });
    expect(preview).toAskFirst();
    expect(preview.text).toMatch(/At risk: x: CNAME leads to gone\.harbor-bakery\.com/);
    expect(preview.text).toMatch(/At risk: s9\._domainkey: The DKIM record has a mistake/);
    expect(preview.text).toMatch(/At risk: lan: 10\.0\.0\.1 is an address that the internet cannot reach/);
    expect(await rules()).toEqual([]);
  });

  test('one that cannot be asked is named, and the zone is looked over all the same', async () => {
    await agent.close();
    agent = await openWorld({ resolvers: [{ address: '127.0.0.1', port: 1 }] });
    const { findings, nameservers } = await check();
    expect(findings.map(({ rule }) => rule)).toEqual(['undelegated', 'unreachable']);
    expect(nameservers[0]?.serves).toMatch(/^not known: ns1\.name\.com cannot be found/);
  });
});

describe('against nameservers of all kinds', () => {
  const domain_name = DomainName.parse('example.com');
  const set = (...lines: string[]): RecordSet => {
    const [first, ...others] = lines.map(rec);
    if (!first) throw new Error('a set has records');
    return [first, ...others];
  };
  const signal = () => new AbortController().signal;
  const served = (line: string, name = 'example.com'): Served => {
    const { type, content, ttl, priority } = rec(line);
    return { name, type, content, ttl, priority };
  };
  const ok = (...answers: Served[]): DnsAnswer => ({ code: 'NOERROR', authoritative: true, answers });

  async function look(
    ask: Resolver['ask'],
    sets: RecordSet[],
    changes: Partial<Resolver> = {},
    domain: Partial<Domain> = {},
  ) {
    const resolver: Resolver = {
      ask,
      locate: async name => [{ address: name === 'ns2.name.com' ? '198.51.100.2' : '198.51.100.1', port: 53 }],
      lookup: async (_, type) => (type === 'NS' ? ok(served('@ NS ns1.name.com'), served('@ NS ns2.name.com')) : ok()),
      ...changes,
    };
    const whole = {
      domain_name,
      nameservers: ['ns1.name.com', 'ns2.name.com'].map(name => Hostname.parse(name)),
      hosted: true,
      ...domain,
    };
    const told: string[] = [];
    const reality = await askTheWorld(
      resolver,
      whole,
      { sets, zone: sets.flat() },
      {
        signal: signal(),
        progress: (done, total) => told.push(`${done}/${total}`),
      },
    );
    return { ...reality, told };
  }

  test('the same in another order, spelling and TTL is the same', async () => {
    const { all, told } = await look(
      async () => ok(served('@ MX 20 B.net. /60'), served('@ MX 10 a.net')),
      [set('@ MX 10 a.net', '@ MX 20 b.net')],
    );
    expect(all).toBe(true);
    expect(told).toEqual(['1/2', '2/2']);
  });

  test.each<[string, DnsAnswer, string]>([
    ['other content', ok(served('@ A 198.51.100.9')), '198.51.100.9'],
    ['less', ok(served('@ A 198.51.100.1')), '198.51.100.1'],
    [
      'a CNAME that leads to the same',
      ok(served('@ CNAME old.net'), served('@ A 198.51.100.1', 'old.net'), served('@ A 198.51.100.2', 'old.net')),
      'CNAME old.net',
    ],
    ['nothing', ok(), 'no such records'],
    ['no such name', { code: 'NXDOMAIN', authoritative: true, answers: [] }, 'NXDOMAIN'],
    [
      'what it has from others',
      { ...ok(served('@ A 198.51.100.1'), served('@ A 198.51.100.2')), authoritative: false },
      'it does not serve this zone',
    ],
  ])('%s is not', async (_, answer, answered) => {
    const { all, unlike, nameservers } = await look(
      async (server, _name, type) =>
        server.address === '198.51.100.2' || type === 'SOA'
          ? ok(served('@ A 198.51.100.1'), served('@ A 198.51.100.2'))
          : answer,
      [set('@ A 198.51.100.1', '@ A 198.51.100.2')],
    );
    expect(all).toBe(false);
    expect(unlike).toEqual([{ host: '@', type: 'A', nameserver: 'ns1.name.com', answered }]);
    expect(nameservers.map(({ serves }) => serves)).toEqual(['none of what is saved', 'all 1 record set']);
  });

  test('an ANAME is served where its name has an address of either kind', async () => {
    const aname = [set('@ ANAME x.net')];
    expect(
      (await look(async (_, __, type) => (type === 'AAAA' ? ok(served('@ AAAA 2001:db8::1')) : ok()), aname)).all,
    ).toBe(true);
    expect((await look(async () => ok(), aname)).unlike[0]?.answered).toBe('no address');
  });

  test('one that falls silent now and then is said to; one that stays silent is left alone', async () => {
    const sets = Array.from({ length: 30 }, (_, at) => set(`h${at} A 198.51.100.1`));
    const answers = (name: string) => ok(served('@ A 198.51.100.1', name));
    const once = await look(async (server, name) => {
      if (server.address === '198.51.100.1' && name.startsWith('h7.')) throw new Error('silence');
      return answers(name);
    }, sets);
    expect(once.unlike).toEqual([{ host: 'h7', type: 'A', nameserver: 'ns1.name.com', answered: 'silence' }]);
    let asked = 0;
    const never = await look(async (server, name, type) => {
      if (server.address === '198.51.100.2' || type === 'SOA') return answers(name);
      asked += 1;
      throw new Error('silence');
    }, sets);
    expect(never.nameservers.map(({ serves }) => serves)).toEqual(['not known: silence', 'all 30 record sets']);
    expect(asked).toBeLessThan(30);
  });

  test('of several addresses the first that answers is asked', async () => {
    const asked: string[] = [];
    const { all } = await look(
      async ({ address }) => {
        asked.push(address);
        if (address === '198.51.100.1') throw new Error('down');
        return ok(served('@ A 198.51.100.7'));
      },
      [set('@ A 198.51.100.7')],
      {
        locate: async () => [
          { address: '198.51.100.1', port: 53 },
          { address: '198.51.100.2', port: 53 },
        ],
      },
    );
    expect(all).toBe(true);
    expect(asked).toContain('198.51.100.2');
  });

  test('a domain that the world is not told about, is told otherwise about, or has a stale DS after a nameserver change', async () => {
    const sets = [set('@ A 198.51.100.1')];
    const ask: Resolver['ask'] = async () => ok(served('@ A 198.51.100.1'));
    const rules = async (changes: Partial<Resolver>, domain?: Partial<Domain>) =>
      (await look(ask, sets, changes, domain)).findings.map(({ rule }) => rule);
    expect(await rules({ lookup: async () => ({ code: 'NXDOMAIN', authoritative: false, answers: [] }) })).toEqual([
      'undelegated',
    ]);
    expect(await rules({ lookup: async (_, type) => (type === 'NS' ? ok(served('@ NS ns1.old.net')) : ok()) })).toEqual(
      ['delegation'],
    );
    expect(
      await rules({
        lookup: async (_, type) =>
          type === 'NS' ? ok(served('@ NS ns1abc.name.com'), served('@ NS ns2abc.name.com')) : ok(),
      }),
    ).toEqual([]);
    expect(
      await rules({
        lookup: async (_, type) =>
          type === 'NS' ? ok(served('@ NS ns1.name.com'), served('@ NS ns2.name.com')) : ok(served('@ DS 1')),
      }),
    ).toEqual(['ds']);
    expect(await rules({ locate: async () => Promise.reject(new Error('nowhere')) })).toEqual(['unreachable']);
    expect(
      await rules(
        { lookup: async (_, type) => (type === 'NS' ? ok(served('@ NS ns1.other.net')) : ok(served('@ DS 1'))) },
        { hosted: false, nameservers: [Hostname.parse('ns1.other.net')] },
      ),
    ).toEqual(['elsewhere']);
  });

  test('of a domain without nameservers nothing is served', async () => {
    const nobody = await look(
      async () => ok(),
      [set('@ A 198.51.100.1')],
      { lookup: async () => ok() },
      { nameservers: [] },
    );
    expect(nobody.all).toBe(false);
    expect(nobody.findings.map(({ rule }) => rule)).toEqual(['undelegated', 'unreachable']);
  });

  test('an SPF record that goes on for ever ends', async () => {
    const lookup: Resolver['lookup'] = async name =>
      ok({ name, type: 'TXT', content: `v=spf1 include:a.${name} include:b.${name} include:%{i}.x.net -all`, ttl: 1 });
    const resolver: Resolver = { ask: nothing, locate: async () => [], lookup };
    expect(await countSpfLookups(resolver, rec('@ TXT v=spf1 include:x.net'), signal())).toBeLessThan(60);
    expect(
      await countSpfLookups(
        { ...resolver, lookup: async () => Promise.reject(new Error('silence')) },
        rec('@ TXT v=spf1 include:x.net mx'),
        signal(),
      ),
    ).toBe(2);
  });
  const nothing: Resolver['ask'] = async () => ok();
});
