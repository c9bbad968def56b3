import { afterAll, describe, expect, test } from 'vitest';
import { recordTypes } from '#model/record.ts';
import { openWorld } from './support/world.ts';

const world = await openWorld();
afterAll(() => world.close());

/** What is offered for a part of an address, or of a prompt. */
async function offered(of: string, argument: string, value: string, by = world.client) {
  const ref = of.includes(':') ? { type: 'ref/resource' as const, uri: of } : { type: 'ref/prompt' as const, name: of };
  return (await by.complete({ ref, argument: { name: argument, value } })).completion;
}

const domain = 'registrar://domains/{domain_name}';

describe('domain names', () => {
  test('that begin with what was typed come first, then those that have it inside', async () => {
    expect(await offered(domain, 'domain_name', 'harb')).toEqual({
      values: ['harbor-bakery.com', 'harbor-bakery.net'],
      total: 2,
      hasMore: false,
    });
    const { values } = await offered('connect_a_site', 'domain_name', 'n');
    const first = values.findIndex(name => !name.startsWith('n'));
    expect(first).toBeGreaterThan(0);
    expect(values.slice(first).every(name => !name.startsWith('n') && name.includes('n'))).toBe(true);
  });

  test('are found in either of their forms', async () => {
    const lumiere = 'xn--caf-lumire-66ag.com';
    for (const typed of ['Caf\u0065\u0301', 'LUMIÈRE', 'xn--caf'])
      expect((await offered(domain, 'domain_name', typed)).values, typed).toEqual([lumiere]);
  });

  test('are read once for all that is typed within some seconds, then again', async () => {
    const fresh = await openWorld();
    const read = () => fresh.sandbox.seen.filter(request => request.includes('/domain/list')).length;
    for (const typed of ['', 'h', 'ha', 'har']) await offered(domain, 'domain_name', typed, fresh.client);
    expect(read()).toBe(1);
    fresh.clock.now = new Date(fresh.clock.now.getTime() + 11_000);
    await offered(domain, 'domain_name', 'harb', fresh.client);
    expect(read()).toBe(2);
    expect(fresh.sandbox.seen).toHaveLength(2);
    await fresh.close();
  });

  test('that cannot be read complete nothing, and are not asked for with each letter', async () => {
    const away = await openWorld();
    away.sandbox.faults.add({ on: 'domain_list', when: 'before', how: 'garbage' });
    for (const typed of ['h', 'ha', 'har'])
      expect(await offered(domain, 'domain_name', typed, away.client)).toMatchObject({ values: [] });
    expect(away.sandbox.seen).toHaveLength(1);
    away.clock.now = new Date(away.clock.now.getTime() + 11_000);
    expect((await offered(domain, 'domain_name', 'harb', away.client)).values).toHaveLength(2);
    await away.close();
  });

  test('are not told where the tool that lists them is not served', async () => {
    const some = await openWorld({ toolsets: ['dns'] });
    expect(await offered(`${domain}/zone`, 'domain_name', 'harb', some.client)).toMatchObject({ values: [] });
    expect(some.sandbox.seen).toEqual([]);
    await some.close();
  });
});

test('types of records, presets by what they are for, and endings', async () => {
  expect((await offered(`${domain}/records/{type}`, 'type', '')).values).toEqual(recordTypes);
  expect((await offered(`${domain}/records/{type}`, 'type', 'a')).values).toEqual(['A', 'AAAA', 'ANAME', 'CNAME']);
  expect((await offered('set_up_mail', 'provider', 'f')).values).toContain('fastmail');
  expect((await offered('set_up_mail', 'provider', 'vercel')).values).toEqual([]);
  expect((await offered('connect_a_site', 'host', 'ver')).values).toEqual(['vercel']);
  expect((await offered('get_a_name', 'tld', 'co')).values.slice(0, 3)).toEqual(['com', 'co', 'co.uk']);
});

test('entries of the journal, newest first', async () => {
  for (const domain_name of ['harbor-bakery.com', 'nightbus.app']) await world.call('domain_lock', { domain_name });
  const { structured } = await world.call('journal');
  const acts = Array.isArray(structured?.acts) ? structured.acts : [];
  expect((await offered('registrar://journal/{entry}', 'entry', '')).values).toEqual(
    acts.map(({ entry }) => String(entry)),
  );
});

test('what nobody knows is completed by nothing', async () => {
  expect((await offered('connect_a_site', 'colour', 're')).values).toEqual([]);
  expect((await offered('connect_a_site', 'constructor', '')).values).toEqual([]);
  await expect(offered('connect_a_boat', 'domain_name', '')).rejects.toMatchObject({ code: -32602 });
  await expect(offered('registrar://boats/{name}', 'name', '')).rejects.toMatchObject({ code: -32602 });
});
