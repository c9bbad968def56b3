import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConfirmations } from '#ledger/confirmations.ts';
import { openSqlite } from '#ledger/sqlite.ts';
import { openLedger } from '#ledger/store/ledger.ts';
import { noon, openWorld, type World } from './support/world.ts';

let agent: World;
beforeEach(async () => {
  agent = await openWorld();
});
afterEach(async () => await agent.close());

const name = 'fresh-loaf.com';

async function previewed(tool: string, args: Record<string, unknown>): Promise<string> {
  return String((await agent.call(tool, args)).structured?.confirm);
}

test('a confirmation is good once', async () => {
  const args = { domain_name: name, confirm: await previewed('domain_create', { domain_name: name }) };
  expect(await agent.call('domain_create', args)).toSucceed();
  const repeated = await agent.call('domain_create', args);
  expect(repeated).toRefuse('confirm_used', /good for one call/);
  expect(repeated.requests).toEqual([]);
  expect(await agent.call('domain_create', { domain_name: name })).toRefuse(
    'conflict',
    /in this account already, until 2027-06-15/,
  );
  const again = { domain_name: 'glue-works.net' };
  const confirm = await previewed('domain_unlock', again);
  expect(await agent.call('domain_unlock', { ...again, confirm })).toSucceed();
  await agent.call('domain_lock', again);
  expect(await agent.call('domain_unlock', { ...again, confirm })).toRefuse('confirm_used', /good for one call/);
});

test('it confirms the same call however its arguments are spelled, and no other', async () => {
  const confirm = await previewed('domain_create', { domain_name: name, period: 1 });
  expect(await agent.call('domain_create', { domain_name: name, period: 2, confirm })).toRefuse(
    'confirm_invalid',
    /not issued for this tool with these arguments/,
  );
  expect(await agent.call('domain_create', { domain_name: 'other-loaf.com', confirm })).toRefuse('confirm_invalid');
  expect(await agent.call('domain_unlock', { domain_name: 'glue-works.net', confirm })).toRefuse('confirm_invalid');
  expect(await agent.call('domain_create', { confirm, domain_name: 'FRESH-Loaf.com.' })).toSucceed();
});

test('forgeries cost no request', async () => {
  const confirm = await previewed('domain_create', { domain_name: name });
  const flipped = `${confirm.slice(0, -1)}${confirm.endsWith('A') ? 'B' : 'A'}`;
  for (const forged of [
    '',
    'yes',
    'confirmed',
    confirm.slice(1),
    `${confirm}=`,
    `${confirm}AA`,
    'A'.repeat(51),
    flipped.split('').reverse().join(''),
  ]) {
    const answer = await agent.call('domain_create', { domain_name: name, confirm: forged });
    expect(answer).toRefuse('confirm_invalid');
    expect(answer.requests).toEqual([]);
  }
  expect(await agent.call('domain_create', { domain_name: name, confirm: true })).toRefuse(
    'invalid_input',
    /confirm must be the text from the preview/,
  );
});

test('it expires after ten minutes', async () => {
  const confirm = await previewed('domain_create', { domain_name: name });
  agent.clock.now = new Date(noon.getTime() + 601_000);
  const answer = await agent.call('domain_create', { domain_name: name, confirm });
  expect(answer).toRefuse('confirm_expired', /Call again without confirm/);
  expect(answer.requests).toEqual([]);
});

test('a plan that has changed is refused and shown anew', async () => {
  const args = { domain_name: 'glue-works.net', hostname: 'ns1' };
  const confirm = await previewed('host_delete', args);
  await agent.call('host_add_ip', { ...args, ip: '192.0.2.99' });
  const shown = await agent.call('host_delete', { ...args, confirm });
  expect(shown).toAskFirst({ does: /Since it was shown the plan has changed/ });
  expect(shown.text).toContain('192.0.2.99');
});

test('credit that moves meanwhile does not change what is agreed to', async () => {
  const confirm = await previewed('domain_create', { domain_name: name });
  await agent.confirmed('domain_create', { domain_name: 'other-loaf.com' });
  expect(await agent.call('domain_create', { domain_name: name, confirm })).toSucceed();
});

test('of many that redeem one confirmation at once, one wins', async () => {
  const args = { domain_name: name, confirm: await previewed('domain_create', { domain_name: name }) };
  const answers = await Promise.all(Array.from({ length: 20 }, () => agent.call('domain_create', args)));
  expect(answers.filter(({ isError }) => !isError)).toHaveLength(1);
  expect(agent.sandbox.seen.filter(request => request === 'POST /api/domain/create')).toHaveLength(1);
});

const binding = { tool: 't', args: '{}', caller: 'c', account: 'a' };

test('processes that share a state directory share the key', async () => {
  const [one, other] = [await openLedger(openSqlite(agent.directory)), await openLedger(openSqlite(agent.directory))];
  const { value } = openConfirmations(one.key, () => noon).issue(binding, 'agent', 'plan');
  const there = openConfirmations(other.key, () => noon);
  for (const difference of [{ caller: 'd' }, { account: 'b' }, { tool: 'u' }, { args: '[]' }]) {
    expect(there.admit(value, { ...binding, ...difference }, 'agent')).toBe('invalid');
  }
  expect(there.admit(value, binding, 'dialog')).toBe('invalid');
  expect(there.admit(value, binding, 'page')).toBe('invalid');
  const admitted = there.admit(value, binding, 'agent');
  expect(typeof admitted === 'object' && admitted.agreesTo('plan')).toBe(true);
  expect(typeof admitted === 'object' && admitted.agreesTo('another plan')).toBe(false);
  for (const ledger of [one, other]) await ledger.close();
});

test('what is refused by the plan sends nothing that acts', async () => {
  expect(await agent.call('domain_create', { domain_name: 'google.com' })).toRefuse(
    'domain_unavailable',
    /not available/,
  );
  expect(await agent.call('domain_create', { domain_name: 'backorder-loaf.com' })).toRefuse(
    'domain_unavailable',
    /backordered with order_create/,
  );
  expect(await agent.call('domain_create', { domain_name: 'fresh-loaf.nosuchending' })).toRefuse('domain_unavailable');
});

test('a call that is cancelled while it is planned neither acts nor uses its confirmation up', async () => {
  const confirm = await previewed('domain_create', { domain_name: name });
  agent.sandbox.faults.add({ on: 'domain_check', when: 'before', how: 'delay', ms: 150 });
  const leaving = new AbortController();
  const cancelled = agent.composed.kernel.call(
    'domain_create',
    { domain_name: name, confirm },
    { id: 'test', signal: leaving.signal },
  );
  setTimeout(() => leaving.abort(), 30);
  expect((await cancelled).fault).toMatchObject({ code: 'cancelled' });
  expect(agent.sandbox.seen).not.toContain('POST /api/domain/create');
  expect(await agent.call('domain_create', { domain_name: name, confirm })).toSucceed();
});

test('the preview of a purchase shows who will own the name and where it will point', async () => {
  const ada = {
    first_name: 'Ada',
    last_name: 'Byron',
    address_1: '1 Road',
    city: 'Denver',
    state: 'CO',
    zip: '80202',
    country: 'US',
    phone: '+1.3035555555',
    email: 'ada@example.com',
  };
  const chosen = {
    domain_name: 'maple-loaf.ca',
    nameservers: ['ns1.elsewhere.net', 'ns2.elsewhere.net'],
    contacts: [{ type: ['registrant'], ...ada }],
    extra: { legal_type: 'CCT' },
  };
  const { text } = await agent.call('domain_create', chosen);
  expect(text).toContain('- nameservers of maple-loaf.ca: ns1.elsewhere.net, ns2.elsewhere.net');
  expect(text).toContain('- registrant email of maple-loaf.ca: "ada@example.com"');
  expect(text).toContain('- legal_type of maple-loaf.ca: "CCT"');
  expect((await agent.call('domain_create', { domain_name: name })).text).toContain(
    "contacts of fresh-loaf.com: the account's own",
  );
  for (const member of ['username', 'whois_privacy', 'contact', 'order_type']) {
    expect(await agent.call('domain_create', { ...chosen, extra: { [member]: 'x' } })).toRefuse(
      'invalid_input',
      new RegExp(`must not hold ${member}`),
    );
  }
});

test('a renewal shows both dates, and none beyond ten years is previewed', async () => {
  const renewal = (period: number) =>
    agent.call('order_create', { items: [{ order_type: 'domain/renew', domain_name: 'harbor-bakery.com', period }] });
  expect(await renewal(1)).toAskFirst({ does: /expiry of harbor-bakery\.com: 2027-01-15 → 2028-01-15/ });
  expect(await renewal(10)).toRefuse('conflict', /would then expire on 2037-01-15/);
});
