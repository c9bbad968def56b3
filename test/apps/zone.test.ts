import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { barriers, keepLook, openBrowser } from '../support/chromium.ts';
import { type HostOptions, openHost, type ViewHost } from '../support/view-host.ts';
import { openWorld, type World } from '../support/world.ts';

/** The view of a zone: what is saved and what is served, from the sandbox's own registrar and nameserver. */
let browser: Browser;
let world: World;
let host: ViewHost;
const bakery = { domain_name: 'harbor-bakery.com' };

beforeAll(async () => {
  browser = await openBrowser();
  world = await openWorld();
});
afterAll(async () => {
  await browser.close();
  await world.close();
});
afterEach(() => host.close());

async function open(options: HostOptions = {}) {
  host = await openHost(browser, world, options);
  return host;
}

test('records stand host by host, the domain itself first', async () => {
  const view = await (await open()).show('dns_list', bakery);
  const hosts = await view.locator('.host').allTextContents();
  expect(hosts[0]).toBe('harbor-bakery.com');
  expect(hosts).toContain('www.harbor-bakery.com');
  expect(await barriers(view)).toEqual([]);
  await view.getByLabel('Find').fill('mailhost');
  await expect.poll(() => view.getByRole('status').textContent()).toMatch(/^3 of \d+$/);
  await view.getByLabel('Find').fill('no such thing');
  await view.getByText('No record has that.').waitFor();
});

test('what is served is asked for from here, and the records stay', async () => {
  const view = await (await open()).show('dns_list', bakery);
  await view.getByRole('button', { name: 'Check what is served' }).click();
  await view.getByRole('heading', { name: 'What is served' }).waitFor();
  expect(host.calls).toEqual([{ name: 'dns_check', arguments: bakery }]);
  expect(await view.locator('.records').count()).toBe(1);
  expect(await barriers(view)).toEqual([]);
  await keepLook(host.page, 'zone-checked');
});

test('a check shows what is wrong, and the records when they are asked for', async () => {
  const view = await (await open({ theme: 'dark', width: 320 })).show('dns_check', { domain_name: 'glue-works.net' });
  expect(await view.getByText('The nameservers are elsewhere').isVisible()).toBe(true);
  expect(await view.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  expect(await barriers(view)).toEqual([]);
  await keepLook(host.page, 'zone-elsewhere-narrow-dark');
  await view.getByRole('button', { name: 'Show the records' }).click();
  await view.getByRole('heading', { name: 'What is saved' }).waitFor();
  expect(host.calls).toEqual([{ name: 'dns_list', arguments: { domain_name: 'glue-works.net' } }]);
});

test('what changed is asked for from here, act by act', async () => {
  const records = [{ host: 'new', type: 'A', content: '192.0.2.99' }];
  await world.confirmed('dns_apply', { ...bakery, records });
  await world.call('dns_create', { ...bakery, host: 'newer', type: 'A', content: '192.0.2.98' });
  const view = await (await open()).show('dns_list', bakery);
  await view.getByRole('button', { name: 'Show what changed' }).click();
  await view.getByRole('heading', { name: 'What changed' }).waitFor();
  const [newest, older] = [view.locator('details').nth(0), view.locator('details').nth(1)];
  await older.locator('summary').click();
  await older.locator('ins').getByText('A new').waitFor();
  await newest.locator('summary').click();
  await newest.getByText('192.0.2.98').waitFor();
  expect(await older.locator('ins').getByText('A new').isVisible()).toBe(true);
  expect(host.calls.map(({ name }) => name)).toEqual(['journal', 'journal', 'journal']);
  expect(await barriers(view)).toEqual([]);
  await keepLook(host.page, 'zone-changes');
});

test('a zone of several pages is read page by page', async () => {
  const view = await (await open()).show('dns_list', { ...bakery, limit: 3 });
  await view.getByRole('button', { name: 'Read more records' }).click();
  await expect.poll(() => view.locator('.records .type').count()).toBe(6);
});

test('a record that is written to mislead is shown as it is', async () => {
  const content = '</td><img src=http://evil.example/x onerror=alert(1)>\u202Emoc.knab';
  const record = { record_id: '1', host: content, type: 'TXT', content, ttl: 300 };
  const planted = { content: [], structuredContent: { records: [record], total: 1 } };
  const view = await (await open()).show('dns_list', bakery, planted);
  expect(await view.locator('#view img').count()).toBe(0);
  expect(await view.locator('.records .mono').textContent()).toBe(content.replace('\u202E', '\\u202e'));
});

test('an error is told in the server’s words', async () => {
  const view = await (await open()).show('dns_list', { domain_name: 'not-ours.com' });
  expect(await view.getByRole('alert').textContent()).toContain('not-ours.com');
});
