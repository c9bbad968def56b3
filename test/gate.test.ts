import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConfirmations } from '#ledger/confirmations.ts';
import { openLedger } from '#ledger/sqlite.ts';
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
  const again = { domain_name: 'glue-works.net' };
  const confirm = await previewed('domain_unlock', again);
  expect(await agent.call('domain_unlock', { ...again, confirm })).toSucceed();
  await agent.call('domain_lock', again);
  expect(await agent.call('domain_unlock', { ...again, confirm })).toRefuse('confirm_used', /good for one call/);
});

test('it confirms the same call however its arguments are spelled, and no other', async () => {
  const confirm = await previewed('domain_create', { domain_name: name, period: 1 });
  expect(await agent.call('domain_create', { domain_name: name, period: 2, confirm })).toRefuse('confirm_invalid', /not issued for this tool with these arguments/);
  expect(await agent.call('domain_create', { domain_name: 'other-loaf.com', confirm })).toRefuse('confirm_invalid');
  expect(await agent.call('domain_unlock', { domain_name: 'glue-works.net', confirm })).toRefuse('confirm_invalid');
  expect(await agent.call('domain_create', { confirm, domain_name: 'FRESH-Loaf.com.' })).toSucceed();
});

test('forgeries cost no request', async () => {
  const confirm = await previewed('domain_create', { domain_name: name });
  const flipped = `${confirm.slice(0, -1)}${confirm.endsWith('A') ? 'B' : 'A'}`;
  for (const forged of ['', 'yes', 'confirmed', confirm.slice(1), `${confirm}=`, `${confirm}AA`, 'A'.repeat(51), flipped.split('').reverse().join('')]) {
    const answer = await agent.call('domain_create', { domain_name: name, confirm: forged });
    expect(answer).toRefuse('confirm_invalid');
    expect(answer.requests).toEqual([]);
  }
  expect(await agent.call('domain_create', { domain_name: name, confirm: true })).toRefuse('invalid_input', /confirm must be the text from the preview/);
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
  expect(shown).toAskFirst({ does: /Since the preview the plan has changed/ });
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

test('processes that share a state directory share key and redemptions', () => {
  const open = () => {
    const store = openLedger(agent.directory, () => noon);
    return { store, confirmations: openConfirmations(store, () => noon) };
  };
  const [one, other] = [open(), open()];
  const binding = { tool: 't', args: '{}', caller: 'c' };
  const value = one.confirmations.issue(binding, 'plan');
  expect(other.confirmations.redeem(value, { ...binding, caller: 'd' }, 'plan')).toBe('invalid');
  expect(other.confirmations.redeem(value, binding, 'another plan')).toBe('changed');
  expect(other.confirmations.redeem(value, binding, 'plan')).toBe('agreed');
  expect(one.confirmations.redeem(value, binding, 'plan')).toBe('used');
  for (const { store } of [one, other]) store.close();
});

test('one that expires while the plan is made is turned away', () => {
  let now = noon;
  const store = openLedger(agent.directory, () => now);
  const confirmations = openConfirmations(store, () => now);
  const binding = { tool: 't', args: '{}', caller: 'c' };
  const value = confirmations.issue(binding, 'plan');
  expect(confirmations.admits(value, binding)).toBe('admitted');
  now = new Date(noon.getTime() + 600_000);
  expect(confirmations.redeem(value, binding, 'plan')).toBe('expired');
  store.close();
});

test('what is refused by the plan sends nothing that acts', async () => {
  expect(await agent.call('domain_create', { domain_name: 'google.com' })).toRefuse('domain_unavailable', /not available/);
  expect(await agent.call('domain_create', { domain_name: 'backorder-loaf.com' })).toRefuse('domain_unavailable', /backordered with order_create/);
  expect(await agent.call('domain_create', { domain_name: 'fresh-loaf.nosuchending' })).toRefuse('domain_unavailable');
});
