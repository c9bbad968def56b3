import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decide } from '../support/browser.ts';
import { barriers, keepLook, openBrowser } from '../support/chromium.ts';
import { type HostOptions, openHost, type ViewHost } from '../support/view-host.ts';
import { openWorld, type World } from '../support/world.ts';

/** The view of a plan in a real browser, shown by a reference host, over the real server. */
let browser: Browser;
let world: World;
let host: ViewHost;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await host.close();
  await world.close();
});

async function open(options: HostOptions = {}) {
  host = await openHost(browser, world, options);
  return host;
}

const purchase = { domain_name: 'fresh-loaf.com' };
const bought = 'POST /api/domain/create';

describe('where the agent may confirm', () => {
  test('a person sees the price, approves with a click, and sees what came of it', async () => {
    const view = await (await open()).show('domain_create', purchase);
    expect(await view.locator('.price').textContent()).toBe('9.99 USD');
    expect(await view.locator('.credit').textContent()).toContain('Credit after240.01 USD');
    expect(await view.getByRole('heading', { level: 1 }).textContent()).toBe('Register fresh-loaf.com for 1 year.');
    expect(await barriers(view)).toEqual([]);
    await keepLook(host.page, 'plan-purchase');
    expect(world.sandbox.seen).not.toContain(bought);
    await view.getByRole('button', { name: 'Approve and pay 9.99 USD' }).click();
    await view.getByRole('heading', { name: 'Done' }).waitFor();
    expect(await view.locator('.facts').first().textContent()).toMatch(/Charged9.99 USD.*Journal entry1/);
    expect(world.sandbox.seen.filter(request => request === bought)).toEqual([bought]);
    expect((await world.call('journal', { entry: 1 })).text).toContain('by the agent');
    expect(host.told).toMatchObject([expect.stringContaining('Registered fresh-loaf.com')]);
    expect(await barriers(view)).toEqual([]);
    await keepLook(host.page, 'plan-done');
  });

  test('declining does nothing, and the model hears of it', async () => {
    const view = await (await open()).show('domain_create', purchase);
    await view.getByRole('button', { name: 'Decline' }).click();
    expect(await view.getByRole('status').textContent()).toContain('Nothing was done.');
    expect(host.calls).toEqual([]);
    expect(host.told).toMatchObject([expect.stringContaining('the person declined')]);
    expect(world.sandbox.seen).not.toContain(bought);
    await view.getByRole('button', { name: 'Look again' }).click();
    await view.getByRole('button', { name: 'Approve and pay' }).waitFor();
  });

  test('the keyboard alone is enough, and goes on where the result is', async () => {
    const view = await (await open()).show('domain_create', purchase);
    await view.getByRole('button', { name: 'Decline' }).focus();
    await host.page.keyboard.press('Tab');
    expect(await view.evaluate('document.activeElement.textContent')).toBe('Approve and pay 9.99 USD');
    await host.page.keyboard.press('Enter');
    await view.getByRole('heading', { name: 'Done' }).waitFor();
    expect(await view.evaluate('document.activeElement.textContent')).toContain('Done');
  });

  test('a plan that has changed meanwhile is shown anew, and nothing was done', async () => {
    const zone = { domain_name: 'harbor-bakery.com', preset: 'no_mail' };
    const view = await (await open()).show('dns_apply', zone);
    await world.call('dns_create', {
      domain_name: 'harbor-bakery.com',
      host: 'new',
      type: 'MX',
      content: 'mx.example',
      priority: 1,
    });
    const approve = view.locator('button.approve');
    await approve.waitFor();
    // Holds on to the moment at which another plan is there, for a second click that was meant for the first.
    await view.evaluate(`
      const held = [];
      let holding = true;
      addEventListener('animationstart', ({ target }) => {
        if (holding) for (const each of target.getAnimations()) { each.pause(); each.currentTime = 0; held.push(each); }
      });
      globalThis.goOn = () => { holding = false; held.forEach(each => each.finish()); };
    `);
    await approve.click();
    await view.getByText('The plan has changed since it was shown.').waitFor();
    await approve.waitFor({ state: 'hidden' });
    expect(host.told).toEqual([expect.stringMatching(/pressed the button to have it carried out.*changed/s)]);
    await view.evaluate('goOn()');
    await approve.click();
    await view.getByRole('heading', { name: 'Done' }).waitFor();
  });

  test('a plan that comes with what was issued for another is not carried out, and neither is the other', async () => {
    const dear = { domain_name: 'harbor-bakery.com', preset: 'no_mail' };
    const other = await world.call('dns_apply', dear);
    const { structured } = await world.call('domain_create', purchase);
    const mixed = { ...structured, confirm: other.structured?.confirm };
    const view = await (await open()).show('domain_create', purchase, { content: [], structuredContent: mixed });
    const before = world.sandbox.seen.length;
    await view.getByRole('button', { name: 'Approve and pay' }).click();
    expect(await view.getByRole('alert').textContent()).toContain('confirm');
    expect(host.calls).toEqual([{ name: 'domain_create', arguments: { ...purchase, confirm: mixed.confirm } }]);
    expect(world.sandbox.seen.slice(before)).toEqual([]);
  });

  test('what goes wrong is said, and the plan stays', async () => {
    const view = await (await open()).show('domain_create', purchase);
    world.clock.now = new Date(world.clock.now.getTime() + 11 * 60_000);
    await view.getByRole('button', { name: 'Approve' }).click();
    expect(await view.getByRole('alert').textContent()).toContain('The confirm value has expired.');
    expect(world.sandbox.seen).not.toContain(bought);
  });

  test.each([
    ['that passes no calls on', { capabilities: { openLinks: {} } }],
    ['that does not say which tool it is', { namesTool: false }],
  ])('under a host %s there is no button that could not work', async (_, options) => {
    const view = await (await open(options)).show('domain_create', purchase);
    expect(await view.getByRole('button', { includeHidden: true }).count()).toBe(0);
    expect(await view.getByText('Tell the assistant whether to go on.').isVisible()).toBe(true);
  });
});

describe('where a person must decide', () => {
  beforeEach(async () => {
    await world.close();
    world = await openWorld({ confirm: 'human' });
  });

  test('the view approves nothing: it opens the page, and after that repeats the call', async () => {
    const view = await (await open()).show('domain_create', purchase);
    expect(await view.getByRole('button', { name: /approve and pay/i, includeHidden: true }).count()).toBe(0);
    expect(await barriers(view)).toEqual([]);
    await keepLook(host.page, 'plan-approval');
    await view.getByRole('button', { name: 'Open the approval page' }).click();
    const onward = view.getByRole('button', { name: 'I have approved it: go on' });
    await onward.click();
    await view.getByText('Nobody has approved this yet').waitFor();
    expect(world.sandbox.seen).not.toContain(bought);
    const [link = ''] = host.opened;
    await decide(world, link, { decision: 'approve' });
    await onward.click();
    await view.getByRole('heading', { name: 'Done' }).waitFor();
    expect((await world.call('journal', { entry: 1 })).text).toContain('by a person on the approval page');
  });

  test('a link that is none of a page is not offered', async () => {
    const { structured } = await world.call('domain_create', purchase);
    const planted = { ...structured, approve_at: 'javascript:alert(1)' };
    const view = await (await open()).show('domain_create', purchase, { content: [], structuredContent: planted });
    expect(await view.getByRole('button', { includeHidden: true }).count()).toBe(0);
  });
});

test('what is removed and added has a sign and a word beside its colour', async () => {
  const view = await (await open({ theme: 'dark' })).show('dns_apply', {
    domain_name: 'harbor-bakery.com',
    preset: 'google_workspace',
  });
  expect(await view.locator('del').first().textContent()).toMatch(/^−removed: /);
  expect(await view.locator('ins').first().textContent()).toMatch(/^\+added: /);
  expect(await barriers(view)).toEqual([]);
  await keepLook(host.page, 'plan-zone-dark');
});

test('a hazard is said before all that follows, also where it is narrow', async () => {
  const view = await (await open({ width: 320 })).show('dns_apply', {
    domain_name: 'harbor-bakery.com',
    preset: 'no_mail',
  });
  expect(await view.getByRole('alert').first().textContent()).toContain('Danger');
  expect(await view.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  expect(await barriers(view)).toEqual([]);
  await keepLook(host.page, 'plan-hazard-narrow');
});

describe('what came of many domains', () => {
  const done = Array.from({ length: 30 }, (_, at) => `shop-${at}.com`);
  const failed = [
    { domain_name: 'harbor-bakery.com', why: 'The registrar refused it: locked.' },
    { domain_name: 'old-mill-inn.com', why: 'No answer came.' },
  ];

  test('says first that some failed, which and why; a long list is folded', async () => {
    const view = await (await open({ width: 320 })).show('domain_unlock', purchase, {
      content: [],
      structuredContent: { status: 'done', entry: 7, result: { failed, done } },
    });
    expect(await view.getByRole('heading', { level: 1 }).textContent()).toContain('Done in part');
    expect(await view.getByRole('row').nth(1).textContent()).toBe('harbor-bakery.comThe registrar refused it: locked.');
    expect(await view.getByText('shop-29.com').isVisible()).toBe(false);
    await view.getByText('30', { exact: true }).click();
    await view.getByText('shop-29.com').waitFor();
    expect(await view.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await barriers(view)).toEqual([]);
    await keepLook(host.page, 'plan-done-in-part-narrow');
  });

  test('and lists each of a few on a line of its own', async () => {
    const args = { domain_names: ['harbor-bakery.com', 'nightbus.app'], nameservers: ['ns1.else.net', 'ns2.else.net'] };
    const view = await (await open()).show('domain_update_nameservers', args);
    expect(await barriers(view)).toEqual([]);
    await keepLook(host.page, 'plan-many');
    await view.getByRole('button', { name: 'Approve' }).click();
    await view.getByRole('heading', { name: 'Done', exact: true }).waitFor();
    expect(await view.locator('.facts').last().textContent()).toContain('harbor-bakery.com\nnightbus.app');
  });
});

test('text from outside is text, whatever it holds', async () => {
  const hostile = '<img src="http://evil.example/x" onerror="parent.postMessage(1)"><script>1</script>\u202Egnp.exe';
  const plan = {
    does: hostile,
    changes: [{ what: hostile, from: hostile, to: hostile }],
    loses: [hostile],
    notes: [hostile],
    hazards: [{ kind: 'x', what: hostile }],
  };
  const view = await (await open()).show('domain_create', purchase, {
    content: [],
    structuredContent: { status: 'needs_confirmation', plan, confirm: 'x' },
  });
  expect(await view.locator('img, #view script').count()).toBe(0);
  expect(await view.getByRole('heading', { level: 1 }).textContent()).toContain('<img src="http://evil.example/x"');
  expect(await view.getByRole('heading', { level: 1 }).textContent()).toContain('\\u202e');
});

test('the host’s theme and colours are taken on as they change', async () => {
  const view = await (await open()).show('domain_create', purchase);
  const paper = () => view.evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await paper();
  await host.say({ theme: 'dark' });
  await expect.poll(paper).not.toBe(light);
  await host.say({ styles: { variables: { '--color-background-primary': 'rgb(1, 2, 3)' } } });
  await expect.poll(paper).toBe('rgb(1, 2, 3)');
  const variables = {
    '--color-background-primary': 'url(http://evil.example/x)',
    '--color-text-primary': 'rgb(9, 9, 9)',
  };
  await host.say({ styles: { variables } });
  await expect.poll(() => view.evaluate('getComputedStyle(document.body).color')).toBe('rgb(9, 9, 9)');
  expect(await paper()).toBe('rgb(1, 2, 3)');
});
