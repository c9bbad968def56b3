import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Money, usd } from '#model/money.ts';
import { openMeddler } from './support/meddler.ts';
import { type Answer, noon, openWorld, type World } from './support/world.ts';

/** The budget, and that nothing is bought twice. */
let agent: World;
beforeEach(async () => {
  agent = await openWorld();
});
afterEach(async () => await agent.close());

/** The same account with limits. */
async function limited(budget: { perDay?: Money; perOrder?: Money }): Promise<void> {
  await agent.close();
  agent = await openWorld({ budget });
}

async function confirmOf(tool: string, args: object): Promise<string> {
  return String((await agent.call(tool, { ...args })).structured?.confirm);
}

/** Minutes after noon. */
function at(minutes: number): void {
  agent.clock.now = new Date(noon.getTime() + minutes * 60_000);
}

const acts = ({ requests }: Answer) =>
  requests.filter(request => /POST \/api\/(?:order|domain\/create)$/.test(request));
const bought = () => agent.sandbox.seen.filter(request => /POST \/api\/(?:order|domain\/create)$/.test(request));
const budget = async () => (await agent.call('budget')).structured;
const renewal = { items: [{ order_type: 'domain/renew', domain_name: 'harbor-bakery.com', period: 1 }] };
const name = { domain_name: 'fresh-loaf.com' };

describe('the budget', () => {
  test('nothing is bought where it is 0, and the refusal names the variable', async () => {
    await limited({ perDay: usd(0), perOrder: usd(0) });
    expect(await agent.call('domain_create', name)).toRefuse('over_budget', /REGISTRAR_ORDER_LIMIT/);
    await limited({ perDay: usd(0) });
    expect(await agent.call('domain_create', name)).toRefuse('over_budget', /REGISTRAR_SPEND_LIMIT/);
    expect(bought()).toEqual([]);
  });

  test('one order may cost so much, a day so much, and the next day again', async () => {
    await limited({ perDay: usd(2500), perOrder: usd(1500) });
    expect(await agent.call('domain_create', { domain_name: 'loaf-mill.io' })).toRefuse(
      'over_budget',
      /34\.99 USD is more than one order may cost, 15\.00 USD \(REGISTRAR_ORDER_LIMIT\)/,
    );
    expect(await agent.call('domain_create', name)).toAskFirst({ does: /Budget: 25\.00 USD of today's 25\.00 USD/ });
    expect(await agent.confirmed('domain_create', name)).toSucceed(/Charged: 9\.99 USD\./);
    expect(await agent.confirmed('domain_create', { domain_name: 'other-loaf.com' })).toSucceed();
    expect(await agent.call('domain_create', { domain_name: 'third-loaf.com' })).toRefuse(
      'over_budget',
      /9\.99 USD is more than is left today: 19\.98 USD of 25\.00 USD \(REGISTRAR_SPEND_LIMIT\) is spent/,
    );
    expect(await budget()).toMatchObject({
      per_day: '25.00 USD',
      per_order: '15.00 USD',
      spent: '19.98 USD',
      left: '5.02 USD',
      open: [],
    });
    at(12 * 60 + 1);
    expect(await agent.call('domain_create', { domain_name: 'third-loaf.com' })).toAskFirst();
    expect(await budget()).toMatchObject({ spent: '0.00 USD', left: '25.00 USD' });
  });

  test('it is enforced again when the order is sent, and what it refuses uses no confirmation up', async () => {
    await limited({ perDay: usd(1000) });
    const first = { ...name, confirm: await confirmOf('domain_create', name) };
    const other = { domain_name: 'other-loaf.com' };
    const second = { ...other, confirm: await confirmOf('domain_create', other) };
    const answers = await Promise.all([agent.call('domain_create', first), agent.call('domain_create', second)]);
    expect(answers.filter(({ isError }) => !isError)).toHaveLength(1);
    expect(answers.find(({ isError }) => isError)?.text).toMatch(/\(over_budget\)/);
    expect(bought()).toHaveLength(1);
    at(12 * 60 - 3);
    const rest = answers[0]?.isError ? first : second;
    at(5);
    expect((await agent.call('domain_create', rest)).text).toMatch(/\(over_budget\)/);
  });

  test('what the registrar refuses costs nothing', async () => {
    await limited({ perDay: usd(1000) });
    agent.sandbox.faults.add({ on: 'domain_create', when: 'before', how: 'status', status: 429 });
    expect((await agent.confirmed('domain_create', name)).text).toMatch(/\(registrar_busy\)/);
    expect(await budget()).toMatchObject({ spent: '0.00 USD', reserved: '0.00 USD', unknown: '0.00 USD' });
    expect(await agent.confirmed('domain_create', name)).toSucceed();
  });

  test('nor does an order of which nothing was carried out', async () => {
    const demanding = { items: [{ order_type: 'domain/create', domain_name: 'fresh-loaf.us', period: 1 }] };
    expect((await agent.confirmed('order_create', demanding)).text).toMatch(
      /Nothing was bought\..*\(registrar_refused\)/,
    );
    expect(await budget()).toMatchObject({ spent: '0.00 USD', open: [] });
  });
});

describe('what is really charged', () => {
  let meddler: Awaited<ReturnType<typeof openMeddler>>;
  let direct: World;
  beforeEach(async () => {
    direct = agent;
    meddler = await openMeddler(direct.sandbox.url);
    agent = await openWorld({
      registrar: { kind: 'account', url: meddler.url, place: 'test', credentials: direct.sandbox.credentials },
    });
  });
  afterEach(async () => {
    await meddler.close();
    await direct.close();
  });

  test('a price that differs from the plan is settled as charged, and said first', async () => {
    meddler.meddle = (request, answer) =>
      request === 'POST /api/order' ? answer.replace('"price":"10.99"', '"price":"2242.00"') : undefined;
    const answer = await agent.confirmed('order_create', renewal);
    expect(answer.text).toMatch(
      /^Look at this: The registrar charged 2242\.00 USD, where 10\.99 USD was agreed to\.[\s\S]*Charged: 2242\.00 USD\./,
    );
    expect(answer.structured).toMatchObject({ status: 'done', charged: '2242.00 USD', warning: expect.any(String) });
    expect(await budget()).toMatchObject({ spent: '2242.00 USD' });
    expect((await agent.call('journal', { entry: 1 })).structured).toMatchObject({
      acts: [{ charged: '2242.00 USD' }],
      detail: {
        warning: expect.stringContaining('2242.00 USD'),
        before: 'credit 250.00 USD',
        after: 'credit 239.01 USD',
      },
    });
  });

  test('so is a credit that fell by more than the price', async () => {
    meddler.meddle = (request, answer) =>
      request === 'GET /api/account/get' ? answer.replace('"240.01"', '"140.01"') : undefined;
    expect((await agent.confirmed('domain_create', name)).text).toMatch(
      /credit fell by 109\.99 USD, which is 100\.00 USD more than the price\.[\s\S]*Charged: 109\.99 USD\./,
    );
  });

  test('a credit that cannot be read, or did not fall, leaves the price', async () => {
    meddler.meddle = (request, answer) =>
      request === 'GET /api/account/get' ? answer.replace('"240.01"', '"250.00"') : undefined;
    const onCard = await agent.confirmed('domain_create', name);
    expect(onCard).toSucceed(/^Registered[\s\S]*Charged: 9\.99 USD\./);
    meddler.meddle = (request, answer) =>
      request === 'GET /api/account/get' ? answer.replace('"250.01"', '"x"') : undefined;
    expect(await agent.confirmed('domain_create', { domain_name: 'other-loaf.com' })).toSucceed(/Charged: 9\.99 USD\./);
  });

  test('what was not ordered and is reported all the same is charged and said', async () => {
    meddler.meddle = (request, answer) =>
      request === 'POST /api/order'
        ? answer.replace(
            /\]\}$/,
            ',{"success":true,"order_type":"whois_privacy\\/create","domain_name":"harbor-bakery.com","price":"3.99","duration":"1","interval":"year"}]}',
          )
        : undefined;
    expect((await agent.confirmed('order_create', renewal)).text).toMatch(
      /reports what was not ordered: whois_privacy\/create\. The registrar charged 14\.98 USD, where 10\.99 USD was agreed to/,
    );
  });
});

describe('nothing is bought twice', () => {
  test('an answer that is lost after the purchase took effect is found in the account, and nothing is sent again', async () => {
    for (const how of ['reset', 'garbage', 'truncate'] as const) {
      const domain_name = `lost-${how}.com`;
      const confirm = await confirmOf('domain_create', { domain_name });
      agent.sandbox.faults.add({ on: 'domain_create', when: 'after', how });
      const answer = await agent.call('domain_create', { domain_name, confirm });
      expect(answer).toSucceed(/^Look at this: The registrar's answer was lost\. Reading the account shows: .* bought/);
      expect(answer.structured).toMatchObject({ status: 'done', charged: '9.99 USD' });
      expect(acts(answer)).toHaveLength(1);
      expect(await agent.call('domain_create', { domain_name, confirm })).toRefuse('confirm_used', /\(done\)/);
      expect(await agent.call('domain_create', { domain_name })).toRefuse('conflict', /in this account already/);
    }
    expect(await budget()).toMatchObject({ spent: '29.97 USD', open: [] });
  });

  test('one that never took effect stays unknown until it has had time, and is then released', async () => {
    const confirm = await confirmOf('domain_create', name);
    agent.sandbox.faults.add({ on: 'domain_create', when: 'before', how: 'reset' });
    const lost = await agent.call('domain_create', { ...name, confirm });
    expect(lost.text).toMatch(/not known yet \(fresh-loaf\.com is not in the account\).*entry 1.*\(outcome_unknown\)/s);
    expect(await budget()).toMatchObject({
      spent: '0.00 USD',
      unknown: '9.99 USD',
      open: [{ entry: 1, state: 'unknown' }],
    });
    for (const args of [name, { ...name, confirm }]) {
      expect((await agent.call('domain_create', args)).text).toMatch(/\((?:outcome_unknown|confirm_used)\)/);
    }
    expect(bought()).toHaveLength(1);
    at(16);
    expect(await budget()).toMatchObject({ unknown: '0.00 USD', open: [] });
    expect((await agent.call('journal', { entry: 1 })).structured).toMatchObject({
      acts: [{ outcome: 'failed', charged: '0.00 USD' }],
      detail: { settled: expect.stringContaining('not bought'), fault: expect.stringContaining('outcome_unknown') },
    });
    expect(await agent.confirmed('domain_create', name)).toSucceed();
  });

  test('a slow registrar that carries it out late is found too', async () => {
    const confirm = await confirmOf('domain_create', name);
    agent.sandbox.faults.add({ on: 'domain_create', when: 'before', how: 'reset' });
    await agent.call('domain_create', { ...name, confirm });
    await fetch(new URL('/api/domain/create', agent.sandbox.url), {
      method: 'POST',
      headers: { 'Api-Username': 'demo', 'Api-Token': 'demo-token' },
      body: JSON.stringify({ domain_name: 'fresh-loaf.com', period: 1 }),
    });
    expect(await agent.call('domain_create', name)).toRefuse('conflict', /in this account already/);
    expect(await budget()).toMatchObject({ spent: '9.99 USD', unknown: '0.00 USD' });
  });

  test('renewals, privacy and backorders are found by what they leave behind', async () => {
    const items = [
      { order_type: 'domain/renew', domain_name: 'harbor-bakery.net', period: 2 },
      { order_type: 'whois_privacy/create', domain_name: 'glue-works.net', period: 1 },
      { order_type: 'whois_privacy/renew', domain_name: 'harbor-bakery.com', period: 1 },
      { order_type: 'backorder/create', domain_name: 'backorder-mill.com' },
    ];
    const possible = [];
    for (const item of items) {
      const preview = await agent.call('order_create', { items: [item] });
      if (!preview.isError) possible.push(item);
    }
    expect(possible.length).toBeGreaterThanOrEqual(3);
    const confirm = await confirmOf('order_create', { items: possible });
    agent.sandbox.faults.add({ on: 'order', when: 'after', how: 'reset' });
    const answer = await agent.call('order_create', { items: possible, confirm });
    expect(answer).toSucceed(/^Look at this: The registrar's answer was lost/);
    expect(answer.text.match(/: bought \(/g)).toHaveLength(possible.length);
    expect((await agent.call('account_get')).text).toContain(
      `credit: ${(250 - Number(/Charged: ([\d.]+)/.exec(answer.text)?.[1])).toFixed(2)} USD`,
    );
  });

  test('a backorder shows nowhere but in the credit, so one that may not have been bought waits for a person', async () => {
    const items = [{ order_type: 'backorder/create', domain_name: 'backorder-mill.com' }];
    const confirm = await confirmOf('order_create', { items });
    agent.sandbox.faults.add({ on: 'order', when: 'before', how: 'reset' });
    expect((await agent.call('order_create', { items, confirm })).text).toMatch(/\(outcome_unknown\)/);
    at(60);
    expect((await agent.call('order_create', { items })).text).toMatch(
      /registrar-mcp journal settle 1 AMOUNT.*\(outcome_unknown\)/,
    );
    expect(bought()).toHaveLength(1);
  });

  test('what an order bought in part is told item by item', async () => {
    const items = [
      { order_type: 'domain/renew', domain_name: 'harbor-bakery.com', period: 1 },
      { order_type: 'domain/create', domain_name: 'fresh-loaf.us', period: 1 },
    ];
    const confirm = await confirmOf('order_create', { items });
    agent.sandbox.faults.add({ on: 'order', when: 'after', how: 'reset' });
    expect((await agent.call('order_create', { items, confirm })).text).toMatch(
      /Renew harbor-bakery\.com for 1 year: bought .*fresh-loaf\.us for 1 year: not known yet/s,
    );
    at(16);
    expect(await budget()).toMatchObject({ spent: '10.99 USD', open: [] });
  });

  test('the same again is possible, and its plan says when it was bought', async () => {
    await agent.confirmed('order_create', renewal);
    at(4);
    const again = await agent.call('order_create', renewal);
    expect(again).toAskFirst({
      does: /LOOK FIRST: Renew harbor-bakery\.com for 1 year, bought 4 minutes ago \(journal entry 1\)\./,
    });
    at(5);
    expect(await agent.call('order_create', { ...renewal, confirm: again.structured?.confirm })).toSucceed();
    at(25 * 60);
    expect((await agent.call('order_create', renewal)).text).not.toContain('LOOK FIRST');
  });

  test('a plan that was shown before the same was bought is shown anew', async () => {
    const items = [{ order_type: 'backorder/create', domain_name: 'backorder-mill.com' }];
    const [one, other] = [await confirmOf('order_create', { items }), await confirmOf('order_create', { items })];
    expect(await agent.call('order_create', { items, confirm: one })).toSucceed();
    expect(await agent.call('order_create', { items, confirm: other })).toAskFirst({ does: /LOOK FIRST/ });
    expect(bought()).toHaveLength(1);
  });

  test('two orders for a name are not under way at once, though both were confirmed', async () => {
    const [one, other] = [await confirmOf('order_create', renewal), await confirmOf('order_create', renewal)];
    agent.sandbox.faults.add({ on: 'order', when: 'before', how: 'delay', ms: 150 });
    const answers = await Promise.all([one, other].map(confirm => agent.call('order_create', { ...renewal, confirm })));
    expect(answers.filter(({ isError }) => !isError)).toHaveLength(1);
    expect(answers.find(({ isError }) => isError)?.text).toMatch(/under way \(journal entry 1\).*\(in_progress\)/);
    expect(bought()).toHaveLength(1);
  });

  test('what a process left behind is looked into by the next', async () => {
    const confirm = await confirmOf('domain_create', name);
    agent.sandbox.faults.add({ on: 'domain_create', when: 'before', how: 'reset' });
    await agent.call('domain_create', { ...name, confirm });
    at(16);
    await agent.composed.kernel.settleLeft();
    const ledger = await agent.composed.ledger();
    expect(await ledger.openPurchases(agent.account)).toEqual([]);
  });
});

describe('names', () => {
  test('only those that are allowed may be changed, and protected ones by no gated tool', async () => {
    await agent.close();
    agent = await openWorld({ names: { allow: ['harbor-*', '*.dev'], protect: ['*.net', 'quiet-metrics.dev'] } });
    const refused: [string, Record<string, unknown>, RegExp][] = [
      ['domain_create', name, /fresh-loaf\.com is not among .* \(REGISTRAR_ALLOW\)/],
      ['domain_lock', { domain_name: 'glue-works.net' }, /REGISTRAR_ALLOW/],
      [
        'order_create',
        { items: [...renewal.items, { order_type: 'domain/renew', domain_name: 'x-loaf.com', period: 1 }] },
        /x-loaf\.com is not among/,
      ],
      ['domain_unlock', { domain_name: 'harbor-bakery.net' }, /protected from destructive tools \(REGISTRAR_PROTECT\)/],
      ['domain_create', { domain_name: 'harbor-loaf.net' }, /protected from paid tools/],
    ];
    for (const [tool, args, says] of refused) {
      const answer = await agent.call(tool, args);
      expect(answer).toRefuse('name_protected', says);
      expect(answer.requests).toEqual([]);
    }
    expect(await agent.call('domain_lock', { domain_name: 'harbor-bakery.net' })).toSucceed();
    expect(await agent.call('domain_get', { domain_name: 'glue-works.net' })).toSucceed();
    expect(await agent.call('order_create', renewal)).toAskFirst();
  });

  test('undo is no way around them', async () => {
    await agent.call('domain_lock', { domain_name: 'harbor-bakery.net' });
    const stateDir = `${agent.directory}/state`;
    const registrar = {
      kind: 'account' as const,
      url: agent.sandbox.url,
      place: 'test',
      credentials: agent.sandbox.credentials,
    };
    expect(await agent.confirmed('domain_unlock', { domain_name: 'harbor-bakery.net' })).toSucceed();
    const guarded = await openWorld({ stateDir, registrar, names: { allow: [], protect: ['*.net'] } });
    expect(await guarded.call('undo', { entry: 3 })).toRefuse('name_protected', /harbor-bakery\.net is protected/);
    await guarded.close();
  });
});
