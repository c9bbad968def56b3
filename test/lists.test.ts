import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { insertDomain, ownNameservers } from '#sandbox/domains.ts';
import { Connection } from '#sandbox/store.ts';
import { type Answer, noon, openWorld, type World } from './support/world.ts';

/** Lists of a large account: bounded pages that together are the whole. */
const many = 2000;
let agent: World;
beforeAll(async () => {
  agent = await openWorld();
  const db = new Connection(join(agent.directory, 'sandbox', 'sandbox.sqlite'), { readOnly: false });
  db.transaction(() => {
    for (let at = 0; at < many; at += 1)
      insertDomain(db, noon, {
        name: `load-${at}.com`,
        username: 'demo',
        years: 1,
        contacts: [],
        nameservers: ownNameservers,
      });
    const record =
      'INSERT INTO records (domain_name, name, type, content, ttl, priority, create_date) VALUES (?, ?, ?, ?, 300, NULL, ?)';
    for (let at = 0; at < 400; at += 1)
      db.run(
        record,
        'tall-ships.com',
        `h${at}.tall-ships.com`,
        'TXT',
        at % 3 ? `value ${at}` : '\u200d'.repeat(160),
        '2026-01-01 00:00:00',
      );
  });
  db.close();
});
afterAll(async () => await agent.close());

const Page = z.object({
  total: z.int(),
  next_cursor: z.string().optional(),
  domains: z.array(z.object({ domain_name: z.string() })).default([]),
  records: z.array(z.object({ record_id: z.string() })).default([]),
});

async function everyPage(
  tool: string,
  args: Record<string, unknown>,
): Promise<{ pages: Answer[]; keys: string[]; total: number }> {
  const pages: Answer[] = [];
  const keys: string[] = [];
  let cursor: string | undefined;
  let total = 0;
  do {
    const answer = await agent.call(tool, { ...args, cursor });
    const page = Page.parse(answer.structured);
    pages.push(answer);
    keys.push(...page.domains.map(({ domain_name }) => domain_name), ...page.records.map(({ record_id }) => record_id));
    cursor = page.next_cursor;
    total = page.total;
  } while (cursor !== undefined);
  return { pages, keys, total };
}

test.each<[string, Record<string, unknown>, number]>([
  ['domain_list', {}, 8_200],
  ['domain_list', { limit: 500 }, 25_000],
  ['dns_list', { domain_name: 'tall-ships.com' }, 8_200],
  ['dns_list', { domain_name: 'tall-ships.com', limit: 500 }, 25_000],
])('%s %j: pages within %i characters that together are the whole', async (tool, args, most) => {
  const { pages, keys, total } = await everyPage(tool, args);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toHaveLength(total);
  for (const { text, structured } of pages) {
    expect(text.length).toBeLessThanOrEqual(most);
    expect(JSON.stringify(structured).length).toBeLessThanOrEqual(most);
  }
});

test('a name that comes or goes meanwhile shifts nothing', async () => {
  const first = Page.parse((await agent.call('domain_list', { limit: 5 })).structured);
  await agent.confirmed('domain_create', { domain_name: 'aaaa-loaf.com' });
  const second = Page.parse((await agent.call('domain_list', { limit: 5, cursor: first.next_cursor })).structured);
  expect(
    second.domains
      .map(({ domain_name }) => domain_name)
      .some(name => first.domains.some(({ domain_name }) => domain_name === name)),
  ).toBe(false);
});

test.each<[Record<string, unknown>, string[]]>([
  [{ match: 'harbor' }, ['harbor-bakery.com', 'harbor-bakery.net']],
  [{ match: 'HARBOR*.net' }, ['harbor-bakery.net']],
  [{ match: '*-kayak.*' }, ['fjord-kayak.org']],
  [{ match: '*a*b*c*d*e*f*g*' }, []],
  [{ tld: '.co.uk' }, ['slow-river.co.uk']],
  [{ expiring_within_days: 7 }, ['lapsed-garden.info', 'harbor-bakery.net']],
  [{ privacy: false, match: 'shop' }, ['paper-lantern.shop']],
  [{ privacy: true, expiring_within_days: 50 }, ['nightbus.app', 'old-mill-inn.com']],
])('domain_list %j', async (filter, names) => {
  expect(
    Page.parse((await agent.call('domain_list', filter)).structured).domains.map(({ domain_name }) => domain_name),
  ).toEqual(names);
});
