import { get } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keepLook, openBrowser } from './support/chromium.ts';
import { executable, freshState, serveHttp } from './support/server-process.ts';
import { openWorld, type World } from './support/world.ts';

/** The approval page in a real browser, and the executable with clients of the 2025 era: a person at each end. */
let world: World;
let browser: Browser;
const state = freshState();
const clients: Client[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  state.remove();
});
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await world.close();
});

async function connect(env: Record<string, string> = {}, answer?: (message: string) => object): Promise<Client> {
  const client = new Client({ name: 'desk', version: '1.0.0' }, { capabilities: answer ? { elicitation: {} } : {} });
  if (answer)
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({
      action: 'accept',
      ...answer(params.message),
    }));
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [executable],
      env: {
        ...state.env,
        REGISTRAR_STATE_DIR: `${world.directory}/desk`,
        REGISTRAR_URL: world.sandbox.url.origin,
        REGISTRAR_USERNAME: 'demo',
        REGISTRAR_API_TOKEN: 'demo-token',
        REGISTRAR_SPEND_LIMIT: '50',
        REGISTRAR_ORDER_LIMIT: '50',
        ...env,
      },
    }),
  );
  clients.push(client);
  return client;
}

/** What is answered to a path as it is written: a browser, and fetch, would straighten it. */
async function statusOf(link: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(link);
  return await new Promise((resolve, reject) => {
    get({ hostname, port, path, agent: false }, answer => resolve(answer.resume().statusCode)).on('error', reject);
  });
}

/** Presses a button as a person does, whose pointer gets there first: a click that comes with it falls on nothing. */
async function press(page: Page, name: string): Promise<void> {
  const { x, y, width, height } = (await page.getByRole('button', { name }).boundingBox()) ?? expect.unreachable();
  const lies = `document.elementFromPoint(${x + width / 2}, ${y + height / 2}).tagName`;
  expect(await page.evaluate(lies)).toBe('DIV');
  await page.locator('.choices').hover();
  await page.getByRole('button', { name }).click();
}

async function call(client: Client, name: string, args: object): Promise<string> {
  const { content } = await client.callTool({ name, arguments: { ...args } });
  const [first] = Array.isArray(content) ? content : [];
  return String(first?.text);
}

/** A page without scripts: it must not need them. */
async function open(link: string) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 900, height: 900 } });
  const page = await context.newPage();
  await page.goto(link);
  return page;
}

async function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return await page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
}

function linkIn(text: string): { link: string; confirm: string } {
  return {
    link: /^approve_at: (\S+)$/m.exec(text)?.[1] ?? '',
    confirm: /^confirm: (\S+)$/m.exec(text)?.[1] ?? '',
  };
}

const purchase = { domain_name: 'fresh-loaf.com' };

describe('a client that cannot ask', () => {
  test('is given a page of this machine; what a person approves there, with the keyboard alone, is bought', async () => {
    const client = await connect({ REGISTRAR_APPROVAL_CODE: 'correct-horse' });
    const { link, confirm } = linkIn(await call(client, 'domain_create', purchase));
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/approvals\//);
    const page = await open(link);
    expect(await page.title()).toBe('Register fresh-loaf.com for 1 year. · registrar-mcp');
    expect(await page.locator('.price').textContent()).toBe('9.99 USD');
    expect(Number.parseFloat(await styleOf(page, '.price', 'fontSize'))).toBeGreaterThan(40);
    await keepLook(page, 'approval-purchase');
    await page.getByLabel('Approval code').focus();
    await page.keyboard.type('wrong-horse');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('alert').textContent()).toContain('That is not the code.');
    expect(await call(client, 'domain_create', { ...purchase, confirm })).toContain('(not_approved_yet)');
    // The code alone decides nothing, whichever way.
    await page.getByLabel('Approval code').fill('correct-horse');
    await page.keyboard.press('Enter');
    await page.getByText('Choose to approve or to refuse.').waitFor();
    await page.getByLabel('Approval code').fill('correct-horse');
    await press(page, 'Approve');
    expect(await page.getByRole('heading', { name: 'Approved' }).isVisible()).toBe(true);
    expect(await call(client, 'domain_create', { ...purchase, confirm })).toContain('Registered fresh-loaf.com');
  });

  test('a change is shown in colour and in signs, and refusing it is as easy', async () => {
    const client = await connect();
    const nameservers = ['ns1.elsewhere.net', 'ns2.elsewhere.net'];
    const args = { domain_name: 'harbor-bakery.com', nameservers };
    await call(client, 'domain_create', purchase);
    const { link, confirm } = linkIn(await call(client, 'domain_update_nameservers', args));
    const page = await open(link);
    expect(await styleOf(page, 'del', 'color')).not.toBe(await styleOf(page, 'ins', 'color'));
    expect(await page.locator('.warn').textContent()).toContain('no longer be served');
    expect(await page.getByRole('link', { name: 'Register fresh-loaf.com for 1 year.' }).isVisible()).toBe(true);
    await keepLook(page, 'approval-change');
    await press(page, 'Refuse');
    expect(await page.getByRole('heading', { name: 'Refused' }).isVisible()).toBe(true);
    expect(await call(client, 'domain_update_nameservers', { ...args, confirm })).toContain('(declined)');
    expect(world.sandbox.seen.filter(request => request.includes('update_nameservers'))).toEqual([]);
  });

  test('the page cannot be framed, nor reached by another name', async () => {
    const client = await connect();
    const { link } = linkIn(await call(client, 'domain_create', purchase));
    const rebound = await fetch(link, { headers: { Origin: 'http://evil.example' } });
    expect(rebound.status).toBe(403);
    // Beside a client there are only approvals: nobody has started a server to look at.
    expect((await fetch(new URL('/', link))).status).toBe(404);
    for (const path of ['/approvals/../journal', '/approvals/%2e%2e/journal', '/approvals/..'])
      expect([path, await statusOf(link, path)]).toEqual([path, 404]);
    const page = await (await browser.newContext()).newPage();
    await page.setContent(`<iframe src="${link}"></iframe>`);
    await page.waitForTimeout(500);
    const frame = page.frames().at(-1);
    expect(await frame?.content()).not.toContain('fresh-loaf');
  });
});

test('a client of 2025 that can ask over stdio is asked', async () => {
  const asked: string[] = [];
  const client = await connect({}, message => {
    asked.push(message);
    return { content: { domain_name: 'fresh-loaf.com' } };
  });
  expect(await call(client, 'domain_create', purchase)).toContain('Registered fresh-loaf.com');
  expect(asked).toMatchObject([expect.stringContaining('Cost: 9.99 USD')]);
});

test.each(['decline', 'cancel'])('and where its person answers %s, nothing is bought', async action => {
  const client = await connect({}, () => ({ action }));
  expect(await call(client, 'domain_create', purchase)).toContain('(declined)');
  expect(world.sandbox.seen).not.toContain('POST /api/domain/create');
});

test('a real account spends nothing until its limits are set', async () => {
  const client = await connect({ REGISTRAR_SPEND_LIMIT: '', REGISTRAR_ORDER_LIMIT: '' });
  expect(await call(client, 'domain_create', purchase)).toMatch(/REGISTRAR_ORDER_LIMIT.*\(over_budget\)/s);
});

describe('over HTTP', () => {
  const account = () => ({
    ...state.env,
    REGISTRAR_STATE_DIR: `${world.directory}/http`,
    REGISTRAR_URL: world.sandbox.url.origin,
    REGISTRAR_USERNAME: 'demo',
    REGISTRAR_API_TOKEN: 'demo-token',
    REGISTRAR_SPEND_LIMIT: '50',
    REGISTRAR_ORDER_LIMIT: '50',
  });

  async function overHttp(url: URL, token?: string): Promise<Client> {
    const client = new Client({ name: 'desk', version: '1.0.0' });
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
    clients.push(client);
    return client;
  }

  test('the same server has the page, for a client of 2025 that cannot be asked there', async () => {
    const server = await serveHttp(account());
    const client = await overHttp(server.url);
    const { link, confirm } = linkIn(await call(client, 'domain_create', purchase));
    expect(new URL(link).origin).toBe(server.url.origin);
    const page = await open(link);
    await press(page, 'Approve');
    expect(await call(client, 'domain_create', { ...purchase, confirm })).toContain('Registered fresh-loaf.com');
    const rebound = await fetch(link, { headers: { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://evil.example' } });
    expect(rebound.status).toBe(403);
    await client.close();
    expect(await server.stop()).toBe(0);
  });

  test('a server with a token has it only with a code', async () => {
    const token = 'a-token-of-many-letters';
    const bare = await serveHttp({ ...account(), REGISTRAR_HTTP_TOKEN: token });
    expect((await fetch(new URL('/approvals', bare.url))).status).toBe(404);
    expect(await call(await overHttp(bare.url, token), 'domain_create', purchase)).toMatch(
      /REGISTRAR_APPROVAL_CODE.*confirm_impossible/s,
    );
    await bare.stop();
    const coded = await serveHttp({
      ...account(),
      REGISTRAR_HTTP_TOKEN: token,
      REGISTRAR_APPROVAL_CODE: 'correct-horse',
      REGISTRAR_PUBLIC_URL: 'https://registrar.example.com',
    });
    const { link } = linkIn(await call(await overHttp(coded.url, token), 'domain_create', purchase));
    expect(link).toMatch(/^https:\/\/registrar\.example\.com\/approvals\//);
    const page = await fetch(new URL(new URL(link).pathname, coded.url));
    expect(await page.text()).toContain('Approval code');
    await coded.stop();
  });
});
