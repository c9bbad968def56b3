import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { call, confirmIn } from './support/calls.ts';
import { barriers, keepLook, openBrowser } from './support/chromium.ts';
import { freshState, serveHttp } from './support/server-process.ts';

/** The pages at `/` of the executable, in a real browser. */
let browser: Browser;
let page: Page;
const problems: string[] = [];
const elsewhere: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function open(
  origin: string,
  options: { dark?: boolean; width?: number; scripts?: boolean } = {},
): Promise<Page> {
  const { dark = false, width = 1000, scripts = true } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    javaScriptEnabled: scripts,
  });
  await context.route('**/*', route => {
    const { origin: asked } = new URL(route.request().url());
    if (asked === origin) return route.continue();
    elsewhere.push(asked);
    return route.abort();
  });
  page = await context.newPage();
  page.on('pageerror', error => problems.push(error.message));
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  return page;
}
/** Follows a link, to where it leads. */
async function follow(name: string | RegExp): Promise<void> {
  const before = page.url();
  await page.getByRole('link', { name }).click();
  await page.waitForURL(({ href }) => href !== before);
}
beforeEach(() => {
  problems.length = 0;
  elsewhere.length = 0;
});
afterEach(() => page.context().close());

describe('on the sandbox', () => {
  const state = freshState();
  let server: Awaited<ReturnType<typeof serveHttp>>;
  beforeAll(async () => {
    server = await serveHttp({ ...state.env, REGISTRAR_SPEND_LIMIT: '50' });
    const args = { domain_name: 'fresh-loaf.com' };
    const confirm = confirmIn((await call(server.url, undefined, 'domain_create', args)).text);
    await call(server.url, undefined, 'domain_create', { ...args, confirm });
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    state.remove();
  });
  const home = () => new URL('/', server.url);

  test('what is printed at the start leads to them, and each leads to the others', async () => {
    expect(server.stderr()).toContain(`pages    ${home().href}\n`);
    const { origin } = home();
    await open(origin);
    await page.goto(home().href);
    expect(await page.locator('.totals').textContent()).toContain('Credit240.01 USD');
    expect(await barriers(page.mainFrame())).toEqual([]);
    await keepLook(page, 'look-overview');
    await follow('Portfolio');
    expect(await page.getByRole('link', { name: 'Portfolio' }).getAttribute('aria-current')).toBe('page');
    await page.getByRole('img', { name: /^Renewal cost by month/ }).waitFor();
    expect(await barriers(page.mainFrame())).toEqual([]);
    await keepLook(page, 'look-portfolio');
    await follow('harbor-bakery.com');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('harbor-bakery.com');
    await follow('Check what is served');
    await page.getByText('Everything that was compared is served as saved.').waitFor();
    expect(await barriers(page.mainFrame())).toEqual([]);
    await keepLook(page, 'look-zone');
    await follow('Journal');
    expect(await barriers(page.mainFrame())).toEqual([]);
    await keepLook(page, 'look-journal');
    await follow(/^1\. Register fresh-loaf\.com/);
    expect(await page.locator('.facts').textContent()).toContain('Charged9.99 USD');
    expect(await barriers(page.mainFrame())).toEqual([]);
    await keepLook(page, 'look-entry');
    await follow('Budget');
    expect(await page.locator('.totals').textContent()).toContain('Left today40.01 USD');
    expect(await barriers(page.mainFrame())).toEqual([]);
    await keepLook(page, 'look-budget');
    expect([problems, elsewhere]).toEqual([[], []]);
  });

  test('they are read in the dark, on a narrow screen', async () => {
    await open(home().origin, { dark: true, width: 320 });
    for (const place of ['', 'portfolio', 'journal', 'budget', 'zone?domain_name=harbor-bakery.com']) {
      await page.goto(new URL(place, home()).href);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), place).toBe(true);
      expect(await barriers(page.mainFrame()), place).toEqual([]);
    }
    await page.goto(new URL('journal', home()).href);
    await keepLook(page, 'look-journal-narrow-dark');
    expect([problems, elsewhere]).toEqual([[], []]);
  });

  test('the keyboard gets over the head of the page at once', async () => {
    await open(home().origin);
    await page.goto(home().href);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the content');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#view');
  });

  test('without scripts everything is there in words', async () => {
    await open(home().origin, { scripts: false });
    await page.goto(new URL('portfolio', home()).href);
    expect(await page.locator('.plain').textContent()).toContain('harbor-bakery.com');
    await page.goto(new URL('journal', home()).href);
    expect(await page.getByRole('cell').first().textContent()).toContain('Register fresh-loaf.com');
  });

  test('a request under another name, or from a page of another site, gets nothing', async () => {
    await open(home().origin);
    for (const headers of [{ Origin: 'http://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }])
      expect((await fetch(home(), { headers })).status).toBe(403);
  });
});

test('a code opens them, in a browser too', async () => {
  const state = freshState();
  const server = await serveHttp({ ...state.env, REGISTRAR_APPROVAL_CODE: 'correct-horse' });
  const home = new URL('/', server.url);
  await open(home.origin, { scripts: false });
  await page.goto(home.href);
  expect(await page.content()).not.toContain('USD');
  await keepLook(page, 'look-code');
  await page.getByLabel('Approval code').fill('correct-horse');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByLabel('Approval code').waitFor();
  expect(await server.stop()).toBe(0);
  state.remove();
});

test('a server with a token and no code has no pages, and its start does not speak of them', async () => {
  const state = freshState();
  const server = await serveHttp({ ...state.env, REGISTRAR_HTTP_TOKEN: 'a-token-of-many-letters' });
  await open(server.url.origin);
  for (const place of ['/', '/portfolio', '/journal', '/assets/zone.js'])
    expect((await fetch(new URL(place, server.url))).status).toBe(404);
  expect(server.stderr()).not.toContain('pages');
  expect(await server.stop()).toBe(0);
  state.remove();
});
