import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { barriers, keepLook, openBrowser } from '../support/chromium.ts';
import { type HostOptions, openHost, type ViewHost } from '../support/view-host.ts';
import { openWorld, type World } from '../support/world.ts';

/** The view of the portfolio, with names of every kind. */
let browser: Browser;
let world: World;
let host: ViewHost;

beforeAll(async () => {
  browser = await openBrowser();
  world = await openWorld();
});
afterAll(async () => {
  await browser.close();
  await world.close();
});
afterEach(() => host.close());

const today = Date.UTC(2026, 10, 28);
const reasons = [['expiring'], ['unlocked', 'no_privacy'], ['elsewhere'], [], [], [], ['other_contacts'], [], [], []];

function row(domain_name: string, days_left: number, attention: readonly string[] = []) {
  const expires = new Date(today + days_left * 86_400_000).toISOString().slice(0, 10);
  return { domain_name, expires, days_left, privacy: true, renewal_price: '12.99 USD', attention };
}

const domains = [
  { ...row('old-oven.net', -12, ['expired']), renewal_price: undefined },
  row('harbor-bakery.com', 9, ['expiring', 'unlocked']),
  { ...row('xn--bcker-gra.example', 24, ['expiring', 'mixed_script']), unicode_name: 'bäcker.example' },
  ...Array.from({ length: 34 }, (_, at) =>
    row(`shop-${at + 1}.com`, 20 + ((at * 53) % 380), reasons[at % reasons.length]),
  ),
];
const months = Array.from({ length: 12 }, (_, at) => {
  const month = new Date(Date.UTC(2026, 11 + at, 1)).toISOString().slice(0, 7);
  const many = domains.filter(({ expires }) => expires.startsWith(month)).length;
  return { month, domains: many, cost: `${(many * 12.99).toFixed(2)} USD` };
});

const portfolio = {
  totals: {
    domains: 38,
    expired: 1,
    expiring: 5,
    unlocked: 4,
    without_privacy: 3,
    elsewhere: 3,
    other_nameservers: 0,
    other_contacts: 3,
    unread: 0,
  },
  renewals: { within_days: 30, domains: 5, cost: '64.95 USD', unpriced: 1 },
  months,
  domains,
  total: 38,
  next_cursor: 'more',
};

async function show(options: HostOptions = {}, structuredContent: object = portfolio) {
  host = await openHost(browser, world, options);
  const tool = { name: 'portfolio', inputSchema: { type: 'object' } };
  return await host.draw('ui://registrar-mcp/portfolio', tool, {}, { content: [], structuredContent });
}

test('totals come first, then what it will cost and when, then every name', async () => {
  const view = await show({ width: 1000 });
  expect(await view.locator('.totals').textContent()).toContain('Renewing in 30 days64.95 USD5 due, 1 without a price');
  expect(await view.getByRole('img', { name: /^Renewal cost by month\. The dearest is/ }).isVisible()).toBe(true);
  expect(await view.getByRole('img', { name: /^Timeline of expiries/ }).isVisible()).toBe(true);
  expect(await view.getByRole('row').count()).toBe(domains.length + 1);
  expect(await view.getByText('37 shown, 37 of 38 read.').isVisible()).toBe(true);
  expect(await barriers(view)).toEqual([]);
  await keepLook(host.page, 'portfolio-wide');
});

test('what is drawn can be read as a table', async () => {
  const view = await show();
  await view.getByText('As a table').click();
  expect(await view.locator('figure').getByRole('row').nth(1).textContent()).toMatch(/^Dec 2026\d+[\d.]+ USD$/);
});

test('the list keeps what wants a look, by the keyboard too', async () => {
  const view = await show();
  await view.getByRole('button', { name: 'All 37' }).focus();
  await host.page.keyboard.press('Tab');
  await host.page.keyboard.press('Enter');
  await view.getByRole('button', { name: /^To look at/, pressed: true }).waitFor();
  const kept = domains.filter(({ attention }) => attention.length > 0).length;
  expect(await view.getByRole('row').count()).toBe(kept + 1);
  await view.getByRole('button', { name: /^Expired/ }).click();
  await view.getByRole('button', { name: /^Expired/, pressed: true }).waitFor();
  expect(await view.getByRole('rowheader').allTextContents()).toEqual(['old-oven.net']);
});

test('a name in other letters has the one of the name system beside it', async () => {
  const view = await show();
  expect(await view.getByRole('rowheader').nth(2).textContent()).toBe('bäcker.examplexn--bcker-gra.example');
});

test('the dark theme is drawn in its own colours, and a narrow view has no width to spare', async () => {
  const view = await show({ theme: 'dark', width: 320 });
  expect(await view.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  expect(await barriers(view)).toEqual([]);
  await keepLook(host.page, 'portfolio-narrow-dark');
});

test('an empty portfolio is one too', async () => {
  const none = { ...portfolio, totals: { ...portfolio.totals, domains: 0 }, months: [], domains: [], total: 0 };
  const view = await show({}, { ...none, next_cursor: undefined });
  expect(await view.getByText('None of these names.').isVisible()).toBe(true);
  expect(await barriers(view)).toEqual([]);
});

test('more names, and more of each name, are asked for through the host', async () => {
  host = await openHost(browser, world);
  const view = await host.show('portfolio', { limit: 5 });
  expect(await view.getByRole('row').count()).toBe(6);
  await view.getByRole('button', { name: 'Read more names' }).click();
  await expect.poll(() => view.getByRole('row').count()).toBe(11);
  expect(host.calls).toMatchObject([{ name: 'portfolio', arguments: { limit: 5, cursor: expect.any(String) } }]);
  await view.getByRole('button', { name: 'Read each name by itself' }).click();
  await view.getByRole('button', { name: 'Not locked' }).waitFor();
  expect(host.calls.at(-1)).toEqual({ name: 'portfolio', arguments: { limit: 5, depth: 'domains' } });
  expect(await view.getByRole('button', { name: 'Read each name by itself' }).count()).toBe(0);
  await view.getByRole('button', { name: 'Read more names' }).click();
  await expect.poll(() => view.getByRole('row').count()).toBe(11);
  expect(host.calls.at(-1)).toMatchObject({ arguments: { depth: 'domains' } });
});

test('an error is told in the server’s words', async () => {
  host = await openHost(browser, world);
  const view = await host.show('portfolio', { within_days: -1 });
  expect(await view.getByRole('alert').textContent()).toContain('within_days');
});
