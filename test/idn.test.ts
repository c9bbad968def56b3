import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from './support/world.ts';

/** Names that are not written in a-z: taken in either form, shown in both, and told from those that only look like others. */
let agent: World;
beforeAll(async () => {
  agent = await openWorld();
});
afterAll(async () => await agent.close());

const cafe = { domain_name: 'xn--caf-lumire-66ag.com', unicode_name: 'café-lumière.com' };

test('lists and answers have the written name beside the name as it travels, only where there is one', async () => {
  const { structured } = await agent.call('domain_list', { match: 'É-LUMI' });
  expect(structured?.domains).toMatchObject([cafe]);
  const { structured: plain } = await agent.call('domain_list', { match: 'tall-ships' });
  expect(plain?.domains).toEqual([expect.not.objectContaining({ unicode_name: expect.anything() })]);
  expect(await agent.call('domain_get', { domain_name: 'Café-Lumière.com' })).toSucceed(
    /^xn--caf-lumire-66ag\.com \(café-lumière\.com\) expires in 88 days/,
  );
});

test('what a person agrees to says the name in both forms', async () => {
  const does = /^Register xn--baguette-caf-meb\.com \(baguette-café\.com\) for 1 year\.$/m;
  expect(await agent.call('domain_create', { domain_name: 'baguette-café.com' })).toAskFirst({ does });
  const renewal = { order_type: 'domain/renew', domain_name: cafe.domain_name, period: 1 };
  expect(await agent.call('order_create', { items: [renewal] })).toAskFirst({
    does: /\(café-lumière\.com\) for 1 year/,
  });
  const records = [{ host: '@', type: 'A', content: '192.0.2.31' }];
  expect(await agent.call('dns_apply', { domain_name: cafe.unicode_name, records })).toAskFirst({
    does: /zone of xn--caf-lumire-66ag\.com \(café-lumière\.com\)/,
  });
});

test.each([
  ['раypal-loaf.com', /"раypal-loaf" mixes letters of Latin and Cyrillic/],
  ['рарауаса.com', /"рарауаса" can be taken for "papayaca"/],
])('that %s only looks like another is said before it is bought', async (domain_name, says) => {
  const create = await agent.call('domain_create', { domain_name });
  expect(create).toAskFirst({ does: says });
  const items = [{ order_type: 'domain/create', domain_name, period: 1 }];
  expect(await agent.call('order_create', { items })).toAskFirst({ does: says });
  expect((await agent.call('domain_create', { domain_name: 'baguette-café.com' })).text).not.toMatch(says);
});
