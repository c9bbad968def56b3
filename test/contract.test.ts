import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DomainName, Hostname } from '#model/domain-name.ts';
import { openClient } from '#registrar/client.ts';
import { endpoints } from '#registrar/endpoints.ts';
import type { Registrars } from '#registrar/registrar.ts';
import { openSandbox, type Sandbox } from '#sandbox/server.ts';

/** A life of one domain through every endpoint: what any backend of this interface must do. */
const domain_name = DomainName.decode('contract-loaf.com');
const ns1 = Hostname.decode('ns1.contract-loaf.com');
const own = ['ns1.name.com', 'ns2.name.com', 'ns3.name.com', 'ns4.name.com'];

describe.each(['token', 'session'] as const)('the sandbox, authenticated by %s', auth => {
  const directory = mkdtempSync(join(tmpdir(), 'registrar-contract-'));
  const called = new Set<string>();
  let sandbox: Sandbox;
  let registrars: Registrars;
  let close: () => Promise<void>;

  beforeAll(async () => {
    sandbox = await openSandbox({ directory, now: () => new Date('2026-06-15T12:00:00Z') });
    const limits = { perSecond: Number.POSITIVE_INFINITY, perHour: Number.POSITIVE_INFINITY };
    const client = openClient({ url: sandbox.url, credentials: sandbox.credentials, auth, limits });
    registrars = noting(client.registrars());
    close = client.close;
  });
  afterAll(async () => {
    await close();
    await sandbox.close();
    rmSync(directory, { recursive: true });
  });

  /** The same registrars, which note what was called. */
  function noting(given: Registrars): Registrars {
    const noted = <T extends object>(registrar: T): T =>
      new Proxy(registrar, {
        get(target, name, receiver) {
          called.add(String(name));
          return Reflect.get(target, name, receiver);
        },
      });
    return {
      read: noted(given.read),
      write: noted(given.write),
      destructive: noted(given.destructive),
      paid: noted(given.paid),
    };
  }

  test('greets, and opens a session', async () => {
    expect(await registrars.read.hello({})).toMatchObject({ version: '2.0', server_date: '2026-06-15T12:00:00Z' });
    expect(await registrars.write.login({})).toEqual({});
    expect(await registrars.read.account_get({})).toMatchObject({ username: 'demo', credit: { cents: 25_000 } });
  });

  test('finds a name free, sells it, and has it', async () => {
    const { domains } = await registrars.read.domain_check({ keyword: domain_name });
    expect(domains).toMatchObject([{ domain_name, available: true, price: { cents: 999 } }]);
    await registrars.paid.domain_create({ domain_name, period: 2 });
    expect(await registrars.read.domain_get({ domain_name })).toMatchObject({
      expires: '2028-06-15T12:00:00Z',
      locked: true,
      hosted: true,
      nameservers: own,
    });
    expect((await registrars.read.account_get({})).credit.cents).toBe(25_000 - 2 * 999);
    expect((await registrars.read.domain_check({ keyword: domain_name })).domains).toMatchObject([
      { available: false },
    ]);
  });

  test('renews it, with privacy, in an order', async () => {
    const results = await registrars.paid.order({
      items: [
        { order_type: 'domain/renew', domain_name, period: 1 },
        { order_type: 'whois_privacy/create', domain_name, period: 1 },
      ],
    });
    expect(results).toMatchObject([
      { success: true, price: { cents: 1099 } },
      { success: true, price: { cents: 399 } },
    ]);
    const listed = (await registrars.read.domain_list({})).find(domain => domain.domain_name === domain_name);
    expect(listed).toMatchObject({
      expires: '2029-06-15T12:00:00Z',
      privacy: { enabled: true, expires: '2027-06-15T12:00:00Z' },
    });
  });

  test('unlocks and locks it, and changes its contacts', async () => {
    await registrars.destructive.domain_unlock({ domain_name });
    expect((await registrars.read.domain_get({ domain_name })).locked).toBe(false);
    await registrars.write.domain_lock({ domain_name });
    const { locked, contacts } = await registrars.read.domain_get({ domain_name });
    expect(locked).toBe(true);
    const [first] = contacts;
    if (!first) return expect.unreachable('a new domain has the contacts of its account');
    await registrars.destructive.domain_update_contacts({
      domain_name,
      contacts: [{ ...first, type: ['billing'], last_name: 'Byron' }],
    });
    const changed = (await registrars.read.domain_get({ domain_name })).contacts;
    expect(changed).toContainEqual({ ...first, type: ['billing'], last_name: 'Byron' });
    expect(changed.flatMap(({ type }) => type).sort()).toEqual([
      'administrative',
      'billing',
      'registrant',
      'technical',
    ]);
  });

  test('keeps its zone', async () => {
    const created = await registrars.write.dns_create({
      domain_name,
      hostname: '@',
      type: 'MX',
      content: 'mx.mailhost.example',
      ttl: 600,
      priority: 5,
    });
    expect(created).toMatchObject({ host: '@', type: 'MX', ttl: 600, priority: 5 });
    expect(await registrars.read.dns_list({ domain_name })).toContainEqual(created);
    await registrars.destructive.dns_delete({ domain_name, record_id: created.record_id });
    expect(await registrars.read.dns_list({ domain_name })).not.toContainEqual(created);
  });

  test('keeps its host records, and delegates to them', async () => {
    await registrars.write.host_create({ domain_name, hostname: ns1, ip: '192.0.2.1' });
    await registrars.write.host_add_ip({ domain_name, hostname: ns1, ip: '2001:db8::1' });
    await registrars.write.host_sync({ domain_name });
    expect(await registrars.read.host_list({ domain_name })).toEqual([
      { hostname: ns1, ips: ['192.0.2.1', '2001:db8::1'] },
    ]);
    await registrars.destructive.host_remove_ip({ domain_name, hostname: ns1, ip: '2001:db8::1' });
    await registrars.destructive.domain_update_nameservers({
      domain_name,
      nameservers: [ns1, Hostname.decode('ns1.glue-works.net')],
    });
    expect(await registrars.read.domain_get({ domain_name })).toMatchObject({
      hosted: false,
      nameservers: [ns1, 'ns1.glue-works.net'],
    });
    await registrars.destructive.domain_update_nameservers({
      domain_name,
      nameservers: own.map(host => Hostname.decode(host)),
    });
    await registrars.destructive.host_delete({ domain_name, hostname: ns1 });
    expect(await registrars.read.host_list({ domain_name })).toEqual([]);
  });

  test('ends the session, and has been through every row of the table', async () => {
    await registrars.write.logout({});
    expect([...called].sort()).toEqual(Object.keys(endpoints).sort());
  });
});
