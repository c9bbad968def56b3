import { afterAll, describe, expect, test } from 'vitest';
import { expand, readAddress, wholeNumber } from '#tool/resource.ts';
import { toolsets } from '../tools/index.ts';
import { resources } from '../tools/resources.ts';
import { openWorld } from './support/world.ts';

const world = await openWorld();
afterAll(() => world.close());
const { client } = world;

/** The text under an address. */
async function read(uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  return contents.map(part => ('text' in part ? part.text : '')).join('');
}

/** The addresses of what an account has: the server's own pages are listed beside them. */
function ofAccount(listed: readonly { readonly uri: string }[]): string[] {
  return listed.map(({ uri }) => uri).filter(uri => uri.startsWith('registrar:'));
}

describe('what is listed', () => {
  test('are the account, its portfolio, domains and journal, each with what a host shows of it', async () => {
    const { resources: listed, ...rest } = await client.listResources();
    expect(ofAccount(listed)).toEqual(
      ['account', 'portfolio', 'domains', 'journal'].map(path => `registrar://${path}`),
    );
    for (const { title, description, mimeType } of listed)
      expect([title, description, mimeType]).toEqual([
        expect.any(String),
        expect.stringMatching(/\.$/),
        expect.any(String),
      ]);
    expect(rest).toMatchObject({ ttlMs: 3_600_000, cacheScope: 'private' });
  });

  test('and by template a domain, its zone, its records of a type and an entry of the journal', async () => {
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'registrar://domains/{domain_name}',
      'registrar://domains/{domain_name}/zone',
      'registrar://domains/{domain_name}/records/{type}',
      'registrar://journal/{entry}',
    ]);
  });

  test('is only what a read tool gives', () => {
    const reading = toolsets.flatMap(({ tools }) =>
      tools.filter(({ risk }) => risk === 'read').map(({ name }) => name),
    );
    for (const { tool } of resources) expect(reading).toContain(tool);
  });

  test('is not what belongs to a toolset that is switched off', async () => {
    const some = await openWorld({ toolsets: ['journal'] });
    const { resources: listed } = await some.client.listResources();
    expect(ofAccount(listed)).toEqual(['registrar://journal']);
    await expect(some.client.readResource({ uri: 'registrar://account' })).rejects.toMatchObject({ code: -32602 });
    await some.close();
  });
});

describe('what is read', () => {
  test('says what the tool says, for a moment and for one caller', async () => {
    const { structured } = await world.call('domain_get', { domain_name: 'harbor-bakery.com' });
    const { contents, ...rest } = await client.readResource({ uri: 'registrar://domains/harbor-bakery.com' });
    expect(contents).toMatchObject([{ mimeType: 'application/json' }]);
    expect(JSON.parse(await read('registrar://domains/harbor-bakery.com'))).toEqual(structured);
    expect(rest).toMatchObject({ ttlMs: 5_000, cacheScope: 'private' });
    expect(JSON.parse(await read('registrar://account'))).toMatchObject({ username: 'demo' });
    expect(JSON.parse(await read('registrar://portfolio'))).toMatchObject({ totals: { unlocked: expect.any(Number) } });
    expect(JSON.parse(await read('registrar://domains'))).toMatchObject({ total: expect.any(Number) });
  });

  test('of a zone is its master file, of one type its records', async () => {
    expect(JSON.parse(await read('registrar://domains/harbor-bakery.com/records/MX'))).toMatchObject({ total: 2 });
    const zone = await read('registrar://domains/harbor-bakery.com/zone');
    const { structured } = await world.call('dns_export', { domain_name: 'harbor-bakery.com' });
    expect(zone).toBe(structured?.file);
    expect(zone).toMatch(/\bMX\b/);
  });

  test('of a large zone is a part, which says so and how to go on', async () => {
    const domain_name = 'tall-ships.com';
    const content = 'long text '.repeat(20).trim();
    for (let at = 0; at < 110; at += 1)
      await world.call('dns_create', { domain_name, host: `h${at}`, type: 'TXT', content: `${content} ${at}` });
    const zone = await read(`registrar://domains/${domain_name}/zone`);
    expect(zone.length).toBeLessThan(25_000);
    expect(zone).toMatch(/^; In part: \d{3} records in all\. .*\n; Apply a part with merge only\.\n/);
  });

  test('of the journal is what was done, and one act in full', async () => {
    await world.call('domain_lock', { domain_name: 'harbor-bakery.com' });
    const { acts } = JSON.parse(await read('registrar://journal'));
    expect(acts[0]).toMatchObject({ tool: 'domain_lock' });
    expect(JSON.parse(await read(`registrar://journal/${acts[0].entry}`))).toMatchObject({ detail: { word: 'write' } });
  });

  test('hides nothing in the texts of others, and what they say stays a text', async () => {
    const organization = 'x\u202e \u{e0041} "],"locked":false';
    const domain_name = 'quiet-metrics.dev';
    await world.confirmed('domain_update_contacts', { domain_name, contacts: [{ type: ['billing'], organization }] });
    const shown = await read(`registrar://domains/${domain_name}`);
    expect(shown).toMatch(/x\\u202e \\udb40\\udc41 \\"\],/);
    expect(JSON.parse(shown)).toMatchObject({
      contacts: expect.arrayContaining([expect.objectContaining({ organization })]),
    });
  });

  test('is found under the address that it has, and no other', async () => {
    for (const uri of [
      'registrar://domains/',
      'registrar://domains/harbor-bakery.com/',
      'registrar://accounts/account/domains',
      'registrar://domains/%zz',
      'registrar://journal/9999',
      'registrar://domains/not-mine.com',
      'file:///etc/passwd',
    ])
      await expect(client.readResource({ uri }), uri).rejects.toMatchObject({ code: -32602, data: { uri } });
  });

  test('under a wrong name is refused with the sentence of the tool', async () => {
    await expect(client.readResource({ uri: 'registrar://domains/www.harbor-bakery.com' })).rejects.toThrow(
      /give "harbor-bakery\.com"/,
    );
    await expect(client.readResource({ uri: 'registrar://domains/harbor-bakry.com' })).rejects.toThrow(
      /did you mean "harbor-bakery\.com"/,
    );
    await expect(client.readResource({ uri: 'registrar://journal/last' })).rejects.toThrow(/entry must be/);
  });

  test('while the registrar is away says that it is', async () => {
    world.sandbox.faults.add({ on: 'domain_get', when: 'before', how: 'garbage' });
    await expect(client.readResource({ uri: 'registrar://domains/nightbus.app' })).rejects.toMatchObject({
      code: -32603,
    });
    world.sandbox.faults.clear();
  });
});

test('a zone hides nothing either, whatever the registrar has let in as a name', () => {
  const zone = resources.find(({ name }) => name === 'zone');
  expect(zone?.text?.({ file: 'b\u202e IN CNAME c\u200b.example.com.\n', total: 1 })).toBe(
    'b\\u202e IN CNAME c\\u200b.example.com.\n',
  );
});

test('an address is read as it is written', () => {
  const zone = 'registrar://domains/{domain_name}/zone';
  expect(readAddress(zone, expand(zone, { domain_name: 'café.com' }))).toEqual({ domain_name: 'café.com' });
  expect(expand(zone, {})).toBe(zone);
  expect([wholeNumber('12'), wholeNumber('1e3'), wholeNumber(undefined)]).toEqual([12, '1e3', undefined]);
});
