import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { listen } from '#listen.ts';
import { openWorld, type World } from './support/world.ts';

/** Looking for a name: many words and endings in one call, the best first, with what they cost now and every year after. */
let agent: World;
beforeAll(async () => {
  agent = await openWorld();
});
afterAll(async () => await agent.close());

const Row = z.looseObject({ domain_name: z.string(), available: z.boolean() });
const Found = z.object({
  names: z.array(Row),
  suggested: z.array(Row).default([]),
  free: z.int(),
  total: z.int(),
  more: z.int().optional(),
});

async function check(args: Record<string, unknown>) {
  const answer = await agent.call('domain_check', args);
  expect(answer).toSucceed();
  const found = Found.parse(answer.structured);
  return { ...found, in_order: found.names.map(({ domain_name }) => domain_name), answer };
}

test('words in the order given: plain .com names first, then the cheaper and shorter, what is taken last', async () => {
  const { in_order, free, total, answer } = await check({
    keywords: ['loaf-mill', 'taken-loaf', 'bun', 'premium-loaf', 'backorder-loaf', 'oat-loaf'],
    tlds: ['io', 'com', 'shop'],
  });
  expect(in_order).toEqual([
    'loaf-mill.com',
    'oat-loaf.com',
    'loaf-mill.shop',
    'loaf-mill.io',
    'premium-loaf.shop',
    'premium-loaf.com',
    'premium-loaf.io',
    'oat-loaf.shop',
    'oat-loaf.io',
    'backorder-loaf.com',
    'backorder-loaf.io',
    'backorder-loaf.shop',
    'taken-loaf.com',
    'bun.com',
    'taken-loaf.io',
    'taken-loaf.shop',
    'bun.io',
    'bun.shop',
  ]);
  expect([free, total]).toEqual([9, 18]);
  expect(answer).toSucceed(/^9 of 18 names can be registered\.\n/);
});

test('a request for each word and, at most once in a while, one for what renewals cost here', async () => {
  const words = Array.from({ length: 20 }, (_, at) => `crumb-${at}`);
  const told: string[] = [];
  const before = agent.sandbox.seen.length;
  await agent.client.callTool(
    { name: 'domain_check', arguments: { keywords: words, keyword: 'crumb-0', tlds: ['com'] } },
    { onprogress: ({ progress, total }) => told.push(`${progress}/${total}`) },
  );
  const seen = agent.sandbox.seen.slice(before);
  expect(seen.filter(request => request === 'POST /api/domain/check')).toHaveLength(20);
  expect(seen.filter(request => request !== 'POST /api/domain/check').length).toBeLessThanOrEqual(1);
  expect(told.at(-1)).toBe('20/20');
  expect((await check({ keyword: 'crumb' })).answer.requests).toEqual(['POST /api/domain/check']);
});

test('the price of later years where names of the account under the ending tell it, and only there', async () => {
  const { names } = await check({
    keywords: ['loaf-mill', 'premium-loaf', 'taken-loaf'],
    tlds: ['shop', 'xyz', 'co.uk'],
  });
  const row = (name: string) => names.find(({ domain_name }) => domain_name === name);
  expect(row('loaf-mill.shop')).toMatchObject({ price: '2.99 USD', renewal_price: '32.99 USD' });
  expect(row('loaf-mill.co.uk')).toMatchObject({ price: '7.99 USD', renewal_price: '8.99 USD' });
  expect(row('loaf-mill.xyz')).toEqual({ domain_name: 'loaf-mill.xyz', available: true, price: '1.99 USD' });
  expect(row('premium-loaf.shop')).toMatchObject({ price: '299.00 USD', premium: true, renewal_price: 'unknown' });
  expect(row('taken-loaf.shop')).toEqual({ domain_name: 'taken-loaf.shop', available: false });
});

test('an account that cannot be listed leaves the prices of later years out, and nothing else', async () => {
  const fresh = await openWorld();
  fresh.sandbox.faults.add({ on: 'domain_list', when: 'before', how: 'garbage' });
  const answer = await fresh.call('domain_check', { keyword: 'loaf-mill.com' });
  expect(answer.structured?.names).toEqual([{ domain_name: 'loaf-mill.com', available: true, price: '9.99 USD' }]);
  const next = await fresh.call('domain_check', { keyword: 'loaf-mill.com' });
  expect(next.structured?.names).toMatchObject([{ renewal_price: '10.99 USD' }]);
  await fresh.close();
});

test('suggestions stand after the names, once each, and are none of them', async () => {
  const { names, suggested } = await check({ keywords: ['loaf', 'getloaf.com', 'loaf'], suggest: true });
  const all = [...names, ...suggested].map(({ domain_name }) => domain_name);
  expect(new Set(all).size).toBe(all.length);
  expect(suggested.length).toBeGreaterThan(0);
  expect(names.map(({ domain_name }) => domain_name)).toContain('getloaf.com');
});

test('each word has its share of the suggestions that are shown', async () => {
  const keywords = ['loaf-mill', 'oat-loaf', 'rye-loaf', 'crumb-loaf'];
  const { suggested, more, answer } = await check({ keywords, tlds: ['com'], suggest: true });
  for (const word of keywords)
    expect(suggested.filter(({ domain_name }) => domain_name.includes(word))).toHaveLength(suggested.length / 4);
  expect(answer.text).toContain(`${more} more are not shown: ask for fewer words or endings.`);
});

test('names in other scripts stand in both forms, and those that only look like others are flagged', async () => {
  const { names } = await check({ keywords: ['crème-loaf', 'раypal-loaf'], tlds: ['com'] });
  expect(names).toMatchObject([
    { domain_name: 'xn--crme-loaf-13a.com', unicode_name: 'crème-loaf.com' },
    { unicode_name: 'раypal-loaf.com', mixed_script: expect.stringContaining('Latin and Cyrillic') },
  ]);
  expect(names[0]).not.toHaveProperty('mixed_script');
});

const tlds = [
  'com',
  'net',
  'org',
  'info',
  'biz',
  'name',
  'io',
  'co',
  'me',
  'tv',
  'cc',
  'app',
  'dev',
  'page',
  'xyz',
  'shop',
];
test.each<[Record<string, unknown>, number]>([
  [{}, 8_200],
  [{ suggest: true }, 8_200],
  [{ limit: 200, suggest: true }, 25_000],
])('320 names with %j keep within %i characters, and say how many more there are', async (args, most) => {
  const keywords = Array.from({ length: 20 }, (_, at) => `a-rather-long-word-for-a-bakery-${at}`);
  const { names, suggested, more, total, answer } = await check({ keywords, tlds, ...args });
  expect(answer.text.length).toBeLessThanOrEqual(most);
  expect(JSON.stringify(answer.structured).length).toBeLessThanOrEqual(most);
  expect(total).toBe(320);
  expect(names.length).toBeGreaterThan(30);
  const similar = args.suggest ? 160 - suggested.length : 0;
  expect(more).toBe(320 - names.length + similar);
  expect(answer.text).toContain(`${more} more are not shown`);
});

test.each<[Record<string, unknown>, RegExp]>([
  [{}, /^keyword is missing/],
  [{ keyword: 'жщц'.repeat(20) }, /"жщц.*is not a word that a name can have/],
  [
    { keyword: 'ok', keywords: ['fine', 'not a word', 'http://x'] },
    /keywords\[1\]: "not a word" is not a word.*keywords\[2\]: "http:\/\/x" is not a domain name/,
  ],
  [
    { keywords: ['a.com', 'b', 'café.net'], tlds: ['org'] },
    /a\.com and xn--caf-dma\.net \(café\.net\) are whole names/,
  ],
  [{ keyword: 'a.com', tlds: ['org'] }, /^a\.com is a whole name, and tlds are given too/],
  [{ keywords: Array.from({ length: 21 }, (_, at) => `w${at}`) }, /keywords must have at most 20 entries/],
])('%j is refused with all that is wrong, and nothing is sent', async (args, says) => {
  const answer = await agent.call('domain_check', args);
  expect(answer).toRefuse('invalid_input', says);
  expect(answer.requests).toEqual([]);
});

test('a word that the registrar refuses keeps no other from being checked', async () => {
  const registrar = createServer(async (request, response) => {
    const { keyword } = JSON.parse(await text(request));
    response.end(
      keyword.startsWith('odd')
        ? '{"result":{"code":204,"message":"Parameter value error - keyword"}}'
        : `{"result":{"code":100,"message":"Command Successful"},"domains":{"${keyword}.com":{"avail":false}}}`,
    );
  });
  const url = await listen(registrar, { host: '127.0.0.1', port: 0 });
  const credentials = { username: 'demo', apiToken: 'demo-token' };
  const away = await openWorld({ registrar: { kind: 'account', url, place: 'test', credentials } });
  const some = await away.call('domain_check', { keywords: ['loaf', 'odd-one', 'bun'] });
  expect(some).toSucceed(/0 of 2 names can be registered\. 1 word could not be checked\./);
  expect(some.structured).toMatchObject({
    names: [{ domain_name: 'loaf.com' }, { domain_name: 'bun.com' }],
    refused: [{ keyword: 'odd-one', why: expect.stringMatching(/code 204, "Parameter value error - keyword"/) }],
  });
  for (const keywords of [['odd-one'], ['odd-one', 'odd-two']])
    expect(await away.call('domain_check', { keywords })).toRefuse('registrar_refused');
  await away.close();
  registrar.closeAllConnections();
  await new Promise(resolve => registrar.close(resolve));
});
