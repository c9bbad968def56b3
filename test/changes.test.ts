import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Change } from '#tool/changes.ts';
import { touchedBy } from '#tool/resource.ts';
import { resources } from '../tools/resources.ts';
import { openWorld, type World } from './support/world.ts';

/** What listeners are told of acts. */
let world: World;
let stop: () => void;
const told: Change[] = [];
beforeAll(async () => {
  world = await openWorld();
  stop = world.composed.changes.subscribe(change => told.push(change));
});
afterAll(() => world.close());

const harbor = { domain_name: 'harbor-bakery.com' };

test('an act is told once it has ended, with its names and its entry; a preview and a read are not', async () => {
  await world.call('domain_get', harbor);
  await world.call('domain_unlock', harbor);
  expect(told).toEqual([]);
  const { structured } = await world.confirmed('domain_unlock', harbor);
  expect(told.splice(0)).toEqual([{ account: 'account', names: ['harbor-bakery.com'], entry: structured?.entry }]);
});

test('what undo touches is told by its name too', async () => {
  const { structured } = await world.call('journal', { limit: 1 });
  const [act] = Array.isArray(structured?.acts) ? structured.acts : [];
  await world.confirmed('undo', { entry: act?.entry });
  expect(told.splice(0)).toMatchObject([{ names: ['harbor-bakery.com'] }]);
});

test('an act on many names is told with all of them', async () => {
  const domain_names = ['harbor-bakery.com', 'nightbus.app'];
  await world.confirmed('domain_unlock', { domain_names });
  expect(told.splice(0)).toMatchObject([{ names: domain_names }]);
});

test('a failure is told, since what was known before may not hold any more', async () => {
  world.sandbox.faults.add({ on: 'dns_create', when: 'after', how: 'reset' });
  await world.call('dns_create', { ...harbor, host: 'x', type: 'A', content: '192.0.2.1' });
  expect(told.splice(0)).toMatchObject([{ names: ['harbor-bakery.com'] }]);
});

test('a purchase whose end was unknown is told again when it is found', async () => {
  world.sandbox.faults.add({ on: 'domain_create', when: 'after', how: 'reset' });
  await world.confirmed('domain_create', { domain_name: 'fresh-loaf.com' });
  const entries = told.splice(0);
  expect(entries).toHaveLength(2);
  expect(entries[1]).toEqual(entries[0]);
});

test('who has stopped listening is told nothing', async () => {
  stop();
  await world.call('domain_lock', harbor);
  expect(told).toEqual([]);
});

test('a change is that of what has its names in its address, on the account that it is of', () => {
  const change = { account: 'shop', names: ['a.com'], entry: 7 };
  expect(touchedBy(change, resources, ['shop'])).toEqual(
    expect.arrayContaining(['registrar://account', 'registrar://domains/a.com/records/MX', 'registrar://journal/7']),
  );
  expect(touchedBy(change, resources, ['shop', 'agency'])).toContain('registrar://accounts/shop/domains/a.com/zone');
  expect(touchedBy(change, resources, ['agency'])).toEqual([]);
  expect(touchedBy({ account: 'shop', names: [] }, resources, ['shop'])).toEqual([
    'registrar://account',
    'registrar://portfolio',
    'registrar://domains',
    'registrar://journal',
  ]);
});
