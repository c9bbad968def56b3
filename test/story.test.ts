import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstId, openWorld, type World } from './support/world.ts';

/** The main job, as one conversation: buy a name after a preview, point it somewhere, read it all back. */
let agent: World;
beforeAll(async () => {
  agent = await openWorld();
});
afterAll(async () => await agent.close());

const domain_name = 'fresh-loaf.com';

test('a name is looked for, with its price', async () => {
  const found = await agent.call('domain_check', { keyword: 'fresh-loaf', tlds: ['com', 'shop'], suggest: true });
  expect(found).toSucceed(/fresh-loaf.com \| true \| 9\.99 USD/);
  expect(found.structured).toMatchObject({
    names: [
      { domain_name, available: true, price: '9.99 USD' },
      { domain_name: 'fresh-loaf.shop', price: '2.99 USD' },
    ],
  });
});

test('it is bought only after a preview with the price', async () => {
  const preview = await agent.call('domain_create', { domain_name });
  expect(preview).toAskFirst({ cost: '9.99 USD', does: /credit 250\.00 USD, then 240\.01 USD/ });
  const bought = await agent.call('domain_create', { domain_name, confirm: preview.structured?.confirm });
  expect(bought).toSucceed(/Registered fresh-loaf\.com until 2027-06-15[\s\S]*Charged: 9\.99 USD\./);
  expect(bought.structured).toMatchObject({
    status: 'done',
    charged: '9.99 USD',
    result: { domain_name, expires: '2027-06-15' },
  });
  expect(await agent.call('account_get')).toSucceed(/240\.01 USD credit, 13 domains/);
});

test('it is pointed somewhere, and its zone is read back', async () => {
  for (const record of [
    { host: '@', type: 'A', content: '192.0.2.80' },
    { host: 'www.fresh-loaf.com.', type: 'CNAME', content: 'fresh-loaf.com.' },
    { host: '', type: 'MX', content: 'mx1.mailhost.example', priority: 10 },
    { host: '@', type: 'TXT', content: 'v=spf1 include:_spf.mailhost.example ~all', ttl: 600 },
  ]) {
    expect(await agent.call('dns_create', { domain_name, ...record })).toSucceed(/^Added/);
  }
  const zone = await agent.call('dns_list', { domain_name });
  expect(zone.structured?.records).toMatchObject([
    ...Array(4).fill({ host: '@', type: 'NS' }),
    { host: '@', type: 'A', content: '192.0.2.80', ttl: 300 },
    { host: 'www', type: 'CNAME', content: 'fresh-loaf.com' },
    { host: '@', type: 'MX', content: 'mx1.mailhost.example', priority: 10 },
    { host: '@', type: 'TXT', content: 'v=spf1 include:_spf.mailhost.example ~all', ttl: 600 },
  ]);
  expect(zone.text).toContain('"v=spf1 include:_spf.mailhost.example ~all"');
});

test('the domain shows what was made of it', async () => {
  const shown = await agent.call('domain_get', { domain_name: 'FRESH-loaf.com.' });
  expect(shown).toSucceed(/fresh-loaf\.com expires in 365 days; locked, privacy off/);
  expect(shown.structured).toMatchObject({
    domain_name,
    hosted: true,
    nameservers: ['ns1.name.com', 'ns2.name.com', 'ns3.name.com', 'ns4.name.com'],
    renewal_price: '10.99 USD',
  });
});

test('privacy is bought in an order that prices every item', async () => {
  const items = [
    { order_type: 'whois_privacy/create', domain_name, period: 1 },
    { order_type: 'domain/renew', domain_name: 'harbor-bakery.net', period: 2 },
  ];
  const preview = await agent.call('order_create', { items });
  expect(preview).toAskFirst({ cost: '29.97 USD', does: /Renew harbor-bakery\.net for 2 years: 25\.98 USD/ });
  const ordered = await agent.call('order_create', { items, confirm: preview.structured?.confirm });
  expect(ordered).toSucceed(/Ordered 2 items\.[\s\S]*Charged: 29\.97 USD\./);
  expect(ordered.structured?.result).toMatchObject({
    results: expect.arrayContaining([expect.objectContaining({ expires: expect.stringMatching(/^20\d\d-/) })]),
  });
  expect(await agent.call('domain_get', { domain_name })).toSucceed(/privacy on/);
});

test('a record is deleted only by its id and what it is', async () => {
  const zone = await agent.call('dns_list', { domain_name, type: 'A' });
  const record_id = firstId(zone.structured);
  const believed = { domain_name, record_id, type: 'A', host: '@', content: '192.0.2.80' };
  expect(await agent.call('dns_delete', { ...believed, content: '192.0.2.81' })).toRefuse(
    'mismatch',
    /differs in content/,
  );
  expect(await agent.call('dns_delete', { ...believed, host: 'www', type: 'TXT' })).toRefuse(
    'mismatch',
    /type and host/,
  );
  expect(await agent.call('dns_delete', { ...believed, record_id: '99999' })).toRefuse('not_found');
  expect(await agent.confirmed('dns_delete', believed)).toSucceed(/Deleted A @/);
  expect(await agent.call('dns_list', { domain_name, type: 'A' })).toSucceed(/^0 records/);
});

test('it is locked and unlocked', async () => {
  expect(await agent.call('domain_unlock', { domain_name })).toAskFirst({ does: /move it to another registrar/ });
  expect(await agent.confirmed('domain_unlock', { domain_name })).toSucceed(/^Unlocked /);
  expect(await agent.call('domain_unlock', { domain_name })).toRefuse('conflict', /is unlocked already/);
  expect(await agent.call('domain_lock', { domain_name })).toSucceed(/^Locked fresh-loaf\.com\./);
});

test('moving it to other nameservers shows which records go dark', async () => {
  const nameservers = ['ns1.elsewhere.net', 'NS2.elsewhere.net'];
  const preview = await agent.call('domain_update_nameservers', { domain_name, nameservers });
  expect(preview).toAskFirst({
    does: /ns1\.name\.com, ns2\.name\.com, ns3\.name\.com, ns4\.name\.com → ns1\.elsewhere\.net, ns2\.elsewhere\.net/,
  });
  expect(preview.text).toContain('3 records kept here will no longer be served');
  expect(preview.text).toContain('MX @ → "mx1.mailhost.example", priority 10');
  expect(await agent.confirmed('domain_update_nameservers', { domain_name, nameservers })).toSucceed(
    /^Delegated fresh-loaf\.com to ns1\.elsewhere\.net/,
  );
  expect((await agent.call('domain_get', { domain_name })).structured).toMatchObject({ hosted: false });
});

test('a record that is added meanwhile is said not to be served', async () => {
  const added = await agent.call('dns_create', { domain_name, host: 'late', type: 'A', content: '192.0.2.9' });
  expect(added).toSucceed(/NOT SERVED: the nameservers of the domain are elsewhere/);
  expect(added.structured).toMatchObject({ served: false });
});

test("the registrar's own nameservers are the same in both of their spellings", async () => {
  const own = ['ns1.name.com', 'ns2.name.com', 'ns3.name.com', 'ns4.name.com'];
  expect(await agent.call('domain_update_nameservers', { domain_name, nameservers: own })).toAskFirst({
    does: /4 records kept here will be served/,
  });
  expect(await agent.confirmed('domain_update_nameservers', { domain_name, nameservers: own })).toSucceed();
  const spelled = own.map(host => host.replace('.name.com', 'xyz.name.com'));
  expect(await agent.call('domain_update_nameservers', { domain_name, nameservers: spelled })).toRefuse(
    'conflict',
    /is delegated to these nameservers already/,
  );
});

test('contacts change by field, and the plan shows which', async () => {
  const contacts = [{ type: ['technical', 'billing'], email: 'ops@fresh-loaf.com' }];
  const preview = await agent.call('domain_update_contacts', { domain_name, contacts });
  expect(preview).toAskFirst({ does: /technical email: "hostmaster@pier-nine\.example" → "ops@fresh-loaf\.com"/ });
  expect(preview.text).not.toContain('transfer lock');
  expect(
    await agent.call('domain_update_contacts', {
      domain_name,
      contacts: [{ type: ['registrant'], last_name: 'Byron' }],
    }),
  ).toAskFirst({ does: /60-day transfer lock/ });
  expect(await agent.confirmed('domain_update_contacts', { domain_name, contacts })).toSucceed(/technical and billing/);
  const shown = await agent.call('domain_get', { domain_name });
  expect(shown.structured?.contacts).toContainEqual(
    expect.objectContaining({ type: ['technical'], email: 'ops@fresh-loaf.com', last_name: 'Okafor' }),
  );
  expect(await agent.call('domain_update_contacts', { domain_name, contacts })).toRefuse(
    'conflict',
    /like this already/,
  );
});

test('host records with glue are made, used, changed and deleted', async () => {
  expect(await agent.call('host_create', { domain_name, hostname: 'ns1', ip: '192.0.2.53' })).toSucceed(
    /ns1\.fresh-loaf\.com at 192\.0\.2\.53/,
  );
  expect(
    await agent.call('host_add_ip', { domain_name, hostname: 'ns1.fresh-loaf.com', ip: '2001:DB8:0::53' }),
  ).toSucceed(/2001:db8::53/);
  expect(await agent.call('host_list', { domain_name })).toSucceed(
    /ns1\.fresh-loaf\.com \| 192\.0\.2\.53 2001:db8::53/,
  );
  expect(await agent.call('host_remove_ip', { domain_name, hostname: 'ns1', ip: '192.0.2.99' })).toRefuse(
    'not_found',
    /it has 192\.0\.2\.53, 2001:db8::53/,
  );
  expect(await agent.confirmed('host_remove_ip', { domain_name, hostname: 'ns1', ip: '2001:db8::53' })).toSucceed(
    /no longer has 2001:db8::53/,
  );
  expect(await agent.call('host_remove_ip', { domain_name, hostname: 'ns1', ip: '192.0.2.53' })).toRefuse(
    'conflict',
    /only address/,
  );
  expect(await agent.confirmed('host_delete', { domain_name, hostname: 'ns1' })).toSucceed(/Deleted/);
  expect(await agent.call('host_delete', { domain_name, hostname: 'ns1' })).toRefuse('not_found', /it has none/);
});

test('host_sync brings what only the registry had', async () => {
  expect(await agent.call('host_list', { domain_name: 'glue-works.net' })).toSucceed(/^2 host records/);
  expect(await agent.call('host_sync', { domain_name: 'glue-works.net' })).toSucceed(/3 host records/);
});

test('a session opens and ends, and calls go on', async () => {
  const opened = await agent.call('login');
  expect(opened.structured).toMatchObject({ session: 'open' });
  expect(opened.text).not.toMatch(/[0-9a-f]{40}/);
  expect(await agent.call('hello')).toSucceed(/version: 2\.0/);
  expect(await agent.call('account_get')).toSucceed();
  expect(await agent.call('logout')).toSucceed(/ended/);
  expect(await agent.call('account_get')).toSucceed();
});

test('a phone number is taken as people write it', async () => {
  const contacts = [{ type: ['technical'], phone: '+1 (303) 555-0199' }];
  expect(await agent.confirmed('domain_update_contacts', { domain_name, contacts })).toSucceed();
  const { structured } = await agent.call('domain_get', { domain_name });
  expect(structured?.contacts).toContainEqual(expect.objectContaining({ phone: '+1.3035550199' }));
  const odd = [{ type: ['technical'], phone: 'call me' }];
  expect(await agent.call('domain_update_contacts', { domain_name, contacts: odd })).toRefuse(
    'invalid_input',
    /phone must read like "\+1\.3035555555"/,
  );
});
