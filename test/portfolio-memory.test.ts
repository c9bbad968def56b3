import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { listen } from '#listen.ts';
import { noon, openWorld, type World } from './support/world.ts';

/** Ten thousand domains: what is remembered of them is small, and no more of it the second time. */
const many = 10_000;
const ok = '"result":{"code":100,"message":"Command Successful"}';
const held = Array.from({ length: many }, (_, at) => `name-${at}.com`);
const fields = '"create_date":"2024-01-01 00:00:00","expire_date":"2027-03-01 23:59:59"';
const prices = '"addons":{"domain\\/renew":{"price":"10.99"}}';
const list = `{${ok},"domains":{${held.map(name => `"${name}":{"tld":"com",${fields},${prices}}`).join()}}}`;
const contact = JSON.stringify({
  type: ['registrant', 'administrative', 'technical', 'billing'],
  ...{
    first_name: 'Ada',
    last_name: 'Marlow',
    organization: 'x'.repeat(150),
    address_1: 'y'.repeat(150),
    address_2: '',
  },
  ...{
    city: 'Denver',
    state: 'CO',
    zip: '80202',
    country: 'US',
    phone: '+1.3035555555',
    fax: '',
    email: 'a@b.example',
  },
});
const registrar = createServer(({ url = '' }, response) => {
  const name = /^\/api\/domain\/get\/(.+)$/.exec(url)?.[1];
  const own = `"nameservers":["ns1.${name}","ns2.${name}"],"contacts":[${contact}]`;
  response.end(name === undefined ? list : `{${ok},"domain_name":"${name}",${fields},"locked":true,${own},${prices}}`);
});

let agent: World;
beforeAll(async () => {
  const url = await listen(registrar, { host: '127.0.0.1', port: 0 });
  const credentials = { username: 'demo', apiToken: 'demo-token' };
  agent = await openWorld({ registrar: { kind: 'account', url, place: 'test', credentials } });
  setFlagsFromString('--expose-gc');
});
afterAll(async () => {
  await agent.close();
  registrar.closeAllConnections();
  await new Promise(resolve => registrar.close(resolve));
});

const Totals = z.object({ totals: z.object({ domains: z.int(), unread: z.int() }) });

/** Megabytes in use after a collection. */
function heap(): number {
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed / 1e6;
}

async function unread(args: Record<string, unknown>): Promise<number> {
  return Totals.parse((await agent.call('portfolio', args)).structured).totals.unread;
}

test('are read in portions within a kilobyte each, and again in the same room', { timeout: 120_000 }, async () => {
  expect(await unread({})).toBe(many);
  const before = heap();
  for (let left = many - 500; left >= 0; left -= 500) expect(await unread({ depth: 'domains', reads: 500 })).toBe(left);
  const full = heap();
  expect(full - before).toBeLessThan(many / 1000);

  agent.clock.now = new Date(noon.getTime() + 3_600_000);
  for (let left = many - 500; left >= 0; left -= 500) expect(await unread({ depth: 'domains', reads: 500 })).toBe(left);
  expect(heap()).toBeLessThan(full * 1.1);

  agent.clock.now = new Date(noon.getTime() + 7_200_000);
  expect(await unread({})).toBe(many);
  expect(heap()).toBeLessThan(before * 1.1);
});
