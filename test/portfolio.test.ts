import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { insertDomain, ownNameservers } from '#sandbox/domains.ts';
import { Connection } from '#sandbox/store.ts';
import { noon, openWorld, type World } from './support/world.ts';

/** The whole account in one answer: what it costs to ask, and that it claims nothing that was not read. */
const Answered = z.object({
  totals: z.record(z.string(), z.int()),
  notes: z.array(z.string()).default([]),
  as_of: z.string(),
  read_since: z.string().optional(),
  usual: z.object({ nameservers: z.string().optional(), registrant: z.string().optional() }).optional(),
  renewals: z.object({ within_days: z.int(), domains: z.int(), cost: z.string(), unpriced: z.int() }),
  months: z.array(z.looseObject({ month: z.string(), domains: z.int(), cost: z.string() })),
  groups: z.array(z.object({ of: z.string(), domains: z.int() })).default([]),
  domains: z.array(z.looseObject({ domain_name: z.string(), attention: z.array(z.string()) })),
  total: z.int(),
  next_cursor: z.string().optional(),
});

async function look(agent: World, args: Record<string, unknown> = {}) {
  const answer = await agent.call('portfolio', args);
  expect(answer).toSucceed();
  return { ...Answered.parse(answer.structured), requests: answer.requests, text: answer.text };
}

const namesOf = ({ domains }: { domains: readonly { domain_name: string }[] }) => domains.map(each => each.domain_name);

describe('a dozen domains', () => {
  let agent: World;
  beforeAll(async () => {
    agent = await openWorld();
  });
  afterAll(async () => await agent.close());

  test('without depth it is one request, and says what it has not read', async () => {
    const { totals, notes, renewals, months, domains, requests } = await look(agent);
    expect(requests).toEqual(['GET /api/domain/list']);
    expect(totals).toMatchObject({ domains: 12, expired: 1, expiring: 2, without_privacy: 5, unlocked: 0, unread: 12 });
    expect(notes.join()).toMatch(/of 12 of 12 domains were not read, so no figure counts them/);
    expect(renewals).toEqual({ within_days: 30, domains: 3, cost: '48.97 USD', unpriced: 0 });
    expect(months).toHaveLength(12);
    expect(months.slice(0, 2)).toEqual([
      { month: '2026-06', domains: 1, cost: '12.99 USD' },
      { month: '2026-07', domains: 2, cost: '26.98 USD' },
    ]);
    expect(domains.slice(0, 4).map(({ domain_name, attention }) => [domain_name, ...attention])).toEqual([
      ['lapsed-garden.info', 'expired', 'no_privacy'],
      ['harbor-bakery.net', 'expiring', 'no_privacy'],
      ['nightbus.app', 'expiring'],
      ['slow-river.co.uk', 'no_privacy'],
    ]);
    expect(domains[0]).not.toHaveProperty('locked');
  });

  test('each domain by itself is one request more, once', async () => {
    const { totals, usual, notes, requests, domains } = await look(agent, { depth: 'domains' });
    expect(requests).toHaveLength(13);
    expect(requests.filter(request => !/^GET \/api\/domain\/(?:list$|get\/)/.test(request))).toEqual([]);
    expect(totals).toMatchObject({ unlocked: 2, elsewhere: 3, other_nameservers: 3, other_contacts: 0, unread: 0 });
    expect(notes).toEqual([]);
    expect(usual).toEqual({
      nameservers: 'ns1.name.com ns2.name.com ns3.name.com ns4.name.com',
      registrant: 'Harbor Bakery LLC',
    });
    expect(domains.find(({ domain_name }) => domain_name === 'old-mill-inn.com')).toMatchObject({
      locked: false,
      hosted: false,
      privacy: true,
      expires: '2026-07-26',
      days_left: 41,
      renewal_price: '10.99 USD',
      attention: ['unlocked', 'other_nameservers', 'elsewhere'],
    });
    expect(domains.find(({ domain_name }) => domain_name.startsWith('xn--'))).toMatchObject({
      unicode_name: 'café-lumière.com',
    });
    expect((await look(agent, { depth: 'domains' })).requests).toEqual(['GET /api/domain/list']);
  });

  test.each<[Record<string, unknown>, string[]]>([
    [{ attention: ['unlocked'] }, ['old-mill-inn.com', 'paper-lantern.shop']],
    [
      { attention: ['expired', 'elsewhere'], match: '*-*.*o*' },
      ['lapsed-garden.info', 'old-mill-inn.com', 'slow-river.co.uk'],
    ],
    [{ attention: ['expiring'], within_days: 6 }, ['harbor-bakery.net']],
    [{ tld: 'co.uk' }, ['slow-river.co.uk']],
    [{ match: 'LUMIÈRE' }, ['xn--caf-lumire-66ag.com']],
    [{ attention: ['zone_problems'] }, []],
  ])('%j', async (filter, names) => {
    const found = await look(agent, { depth: 'domains', ...filter });
    expect(namesOf(found)).toEqual(names);
    expect(found.total).toBe(names.length);
  });

  test.each<[string, { of: string; domains: number }[]]>([
    [
      'tld',
      [
        { of: 'com', domains: 4 },
        { of: 'net', domains: 2 },
      ],
    ],
    ['nameservers', [{ of: 'ns1.name.com ns2.name.com ns3.name.com ns4.name.com', domains: 9 }]],
    ['registrant', [{ of: 'Harbor Bakery LLC', domains: 12 }]],
    [
      'expiry_month',
      [
        { of: '2026-06', domains: 2 },
        { of: '2026-07', domains: 2 },
      ],
    ],
    [
      'attention',
      [
        { of: 'no_privacy', domains: 5 },
        { of: 'nothing', domains: 4 },
      ],
    ],
  ])('grouped by %s', async (group_by, first) => {
    const { groups, totals } = await look(agent, { depth: 'domains', group_by });
    expect(groups).toEqual(expect.arrayContaining(first));
    expect(groups.slice(0, first.length)).toEqual(first);
    if (group_by !== 'attention') expect(groups.reduce((sum, { domains }) => sum + domains, 0)).toBe(totals.domains);
  });

  test('what is changed through us is read again; what others changed is told by its time', async () => {
    const domain_name = 'paper-lantern.shop';
    expect(await agent.call('domain_lock', { domain_name })).toSucceed();
    const contacts = [{ type: ['registrant'], organization: 'Lantern Works' }];
    expect(await agent.confirmed('domain_update_contacts', { domain_name, contacts })).toSucceed();
    agent.clock.now = new Date(noon.getTime() + 20 * 60_000);
    const { requests, totals, domains, as_of, read_since } = await look(agent, { depth: 'domains', match: 'lantern' });
    expect(requests).toEqual(['GET /api/domain/list', `GET /api/domain/get/${domain_name}`]);
    expect(totals).toMatchObject({ unlocked: 0, other_contacts: 1, unread: 0 });
    expect(domains).toMatchObject([{ domain_name, locked: true, attention: ['other_contacts', 'no_privacy'] }]);
    expect([as_of, read_since]).toEqual(Array(2).fill('2026-06-15T12:20:00Z'));
    expect((await look(agent, { depth: 'domains' })).read_since).toBe('2026-06-15T12:00:00Z');
    agent.clock.now = new Date(noon.getTime() + 40 * 60_000);
    expect((await look(agent)).totals).toMatchObject({ unread: 11 });
  });

  test('one domain can be the measure of the others', async () => {
    const { totals, usual } = await look(agent, { depth: 'domains', like: 'old-mill-inn.com' });
    expect(usual?.nameservers).toBe('ns1.dns-elsewhere.example ns2.dns-elsewhere.example');
    expect(totals).toMatchObject({ other_nameservers: 10, other_contacts: 1 });
    expect(await agent.call('portfolio', { like: 'next-door.com' })).toRefuse('domain_not_in_account');
  });

  test('zones are looked over by their own records, where they are served', async () => {
    const domain_name = 'tall-ships.com';
    for (const [host, content] of [
      ['a', 'b.tall-ships.com'],
      ['b', 'a.tall-ships.com'],
    ])
      await agent.call('dns_create', { domain_name, host, type: 'CNAME', content });
    const { totals, domains, requests } = await look(agent, { depth: 'zones', attention: ['zone_problems'] });
    expect(totals).toMatchObject({ zone_problems: 1, unread: 0 });
    expect(namesOf({ domains })).toEqual([domain_name]);
    expect(requests.filter(request => request.includes('/dns/list/'))).toHaveLength(9);
  });

  test('a name that only looks like another is flagged', async () => {
    await agent.confirmed('domain_create', { domain_name: 'раypal-loaf.com' });
    expect((await look(agent, { attention: ['mixed_script'] })).domains).toMatchObject([
      { unicode_name: 'раypal-loaf.com', attention: ['mixed_script', 'no_privacy'] },
    ]);
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ cursor: 'made-up' }, /cursor is not one that this tool gave/],
    [{ cursor: Buffer.from('k1 00 x').toString('base64url') }, /no longer remembered/],
    [{ cursor: Buffer.from('k9999999999999 00 x').toString('base64url') }, /no longer remembered/],
    [{ cursor: Buffer.from('kx').toString('base64url') }, /no longer remembered/],
    [{ attention: ['lost'] }, /attention\[0\] must be expired, expiring/],
    [{ reads: 501, depth: 'deep' }, /depth must be list, domains or zones.*reads must be at most 500/],
  ])('%j is refused', async (args, says) => {
    const answer = await agent.call('portfolio', args);
    expect(answer).toRefuse('invalid_input', says);
    expect(answer.requests).toEqual([]);
  });
});

describe('an account of hundreds', () => {
  const many = 300;
  let agent: World;
  beforeAll(async () => {
    agent = await openWorld();
    const db = new Connection(join(agent.directory, 'sandbox', 'sandbox.sqlite'), { readOnly: false });
    db.transaction(() => {
      for (let at = 0; at < many; at += 1) {
        const name = `load-${at}.com`;
        insertDomain(db, noon, {
          name,
          username: 'demo',
          years: 1 + (at % 3),
          contacts: [],
          nameservers: ownNameservers,
        });
        if (at % 10 === 0) db.run('UPDATE domains SET locked = 0 WHERE domain_name = ?', name);
      }
    });
    db.close();
  });
  afterAll(async () => await agent.close());

  async function pagesFrom(args: Record<string, unknown>, between: () => Promise<unknown> = async () => undefined) {
    const names: string[] = [];
    const requests: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await look(agent, { ...args, cursor });
      expect(page.text.length).toBeLessThanOrEqual(8_200);
      expect(JSON.stringify(page).length).toBeLessThanOrEqual(25_000);
      names.push(...namesOf(page));
      if (cursor !== undefined) requests.push(...page.requests);
      cursor = page.next_cursor;
      await between();
    } while (cursor !== undefined);
    return { names, requests };
  }

  test('it is read in portions, the soonest to expire first, and says how much is left', async () => {
    const first = await look(agent, { depth: 'domains', reads: 50 });
    expect(first.requests).toHaveLength(51);
    expect(first.totals).toMatchObject({ domains: 312, unread: 262 });
    expect(first.notes).toEqual([expect.stringMatching(/^262 of 312 domains are unread.*Call again without cursor/)]);
    expect(first.domains[0]).toMatchObject({ domain_name: 'lapsed-garden.info', locked: true });
  });

  test('its pages cover all of it once, without a request, also where more is read meanwhile', async () => {
    const args = { depth: 'domains', reads: 20, group_by: 'nameservers' };
    const { names, requests } = await pagesFrom(args, () => look(agent, { depth: 'domains', reads: 30 }));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(312);
    // What the reading between the pages fetched of the list is as good.
    expect(requests).toEqual([]);
  });

  test('what has no price is in no sum, and each sum says so', async () => {
    const fresh = await openWorld();
    const db = new Connection(join(fresh.directory, 'sandbox', 'sandbox.sqlite'), { readOnly: false });
    const registered = new Date(noon.getTime() - 360 * 86_400_000);
    const odd = { name: 'odd.museum', username: 'demo', years: 1, contacts: [], nameservers: ownNameservers };
    insertDomain(db, registered, odd);
    db.close();
    const { renewals, months, text } = await look(fresh, { tld: 'museum' });
    expect(renewals).toEqual({ within_days: 30, domains: 1, cost: '0.00 USD', unpriced: 1 });
    expect(months[0]).toEqual({ month: '2026-06', domains: 1, cost: '0.00 USD', unpriced: 1 });
    expect(months[1]).not.toHaveProperty('unpriced');
    expect(text).toContain('0.00 USD, without 1 domain of unknown price');
    await fresh.close();
  });

  test('its pages are of one instant, also where it is read deeper meanwhile', async () => {
    const fresh = await openWorld();
    const first = await look(fresh, { depth: 'domains', limit: 4 });
    expect((await look(fresh, { depth: 'zones' })).totals).toMatchObject({ zone_problems: 0, unread: 0 });
    const rest = await look(fresh, { depth: 'domains', cursor: first.next_cursor });
    expect(rest.totals).toEqual(first.totals);
    expect(new Set([...namesOf(first), ...namesOf(rest)]).size).toBe(12);
    await fresh.close();
  });

  test('who reads it at the same time as another says what they have read', async () => {
    const fresh = await openWorld();
    const both = await Promise.all([look(fresh, { depth: 'domains' }), look(fresh, { depth: 'domains' })]);
    for (const { totals, notes } of both) expect([totals.unread, totals.unlocked, notes]).toEqual([0, 2, []]);
    await fresh.close();
  });

  test('answers keep to 8 KB', async () => {
    for (const group_by of ['nameservers', 'expiry_month', undefined]) {
      const { structured, text } = await agent.call('portfolio', { depth: 'domains', group_by });
      expect(Math.max(text.length, JSON.stringify(structured).length)).toBeLessThanOrEqual(8_200);
    }
  });

  test('progress comes, and a caller who goes away stops the requests', async () => {
    const fresh = await openWorld();
    const leaving = new AbortController();
    const told: string[] = [];
    fresh.sandbox.faults.add({ on: 'domain_get', when: 'before', how: 'delay', ms: 400, spare: 2, times: 10 });
    const running = fresh.client.callTool(
      { name: 'portfolio', arguments: { depth: 'domains' } },
      {
        signal: leaving.signal,
        onprogress: ({ progress, total }) => {
          told.push(`${progress}/${total}`);
          if (progress === 2) leaving.abort();
        },
      },
    );
    await expect(running).rejects.toThrow();
    expect(told).toEqual(['0/12', '1/12', '2/12']);
    await fresh.call('hello');
    const gets = () => fresh.sandbox.seen.filter(request => request.includes('/domain/get/')).length;
    await expect.poll(() => fresh.composed.kernel.running).toBe(0);
    expect(gets()).toBeLessThanOrEqual(10);
    fresh.sandbox.faults.clear();
    expect((await look(fresh, { depth: 'domains' })).totals).toMatchObject({ unread: 0, unlocked: 2 });
    await fresh.close();
  });

  test('what cannot be read is named, and a registrar that takes no more ends the reading, not the answer', async () => {
    const fresh = await openWorld();
    fresh.sandbox.faults.add({ on: 'domain_get', when: 'before', how: 'garbage' });
    const partly = await look(fresh, { depth: 'domains' });
    expect(partly.totals).toMatchObject({ unread: 1 });
    expect(partly.notes.join(' ')).toMatch(
      /1 of 12 domains are unread.*not read\. 1 domain could not be read: \S+ \(The registrar/,
    );
    // One that failed comes last, so that it is not in the way of the others.
    fresh.sandbox.faults.add({ on: 'domain_get', when: 'before', how: 'status', status: 500, times: 30 });
    fresh.clock.now = new Date(noon.getTime() + 3_600_000);
    expect((await look(fresh, { depth: 'domains', reads: 1 })).notes.join(' ')).toContain('lapsed-garden.info (');
    fresh.sandbox.faults.clear();
    const next = await look(fresh, { depth: 'domains', reads: 1 });
    expect(next.requests[1]).toBe('GET /api/domain/get/harbor-bakery.net');
    fresh.sandbox.faults.add({ on: 'domain_get', when: 'before', how: 'status', status: 500, times: 1000 });
    expect((await look(fresh, { depth: 'domains' })).notes.join(' ')).toMatch(/The reading stopped: /);
    fresh.sandbox.faults.clear();
    fresh.clock.now = new Date(noon.getTime() + 7_200_000);
    fresh.sandbox.faults.add({ on: 'domain_get', when: 'before', how: 'status', status: 429, times: 1000 });
    const stopped = await look(fresh, { depth: 'domains' });
    expect(stopped.totals).toMatchObject({ unread: 12, expired: 1 });
    expect(stopped.notes.join(' ')).toMatch(/The reading stopped: /);
    await fresh.close();
  });

  test('what is wrong with all of it is a fault', async () => {
    const fresh = await openWorld();
    fresh.sandbox.faults.add({ on: 'domain_get', when: 'before', how: 'status', status: 401, times: 1000 });
    const answer = await fresh.call('portfolio', { depth: 'domains' });
    expect(answer.isError).toBe(true);
    await fresh.close();
  });
});
