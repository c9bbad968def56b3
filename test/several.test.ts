import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { StoredContact } from '#model/contact.ts';
import { DomainName } from '#model/domain-name.ts';
import { insertDomain, ownNameservers } from '#sandbox/domains.ts';
import { Connection } from '#sandbox/store.ts';
import { type Answer, noon, openWorld, type World } from './support/world.ts';

/** One change of many domains: one plan, one confirmation, and what became of each. */
const names = Array.from({ length: 500 }, (_, at) => DomainName.parse(`load-${String(at).padStart(3, '0')}.com`));
const [first, second, third, fourth] = names;
const quay: StoredContact = {
  type: ['registrant', 'technical'],
  first_name: 'Ada',
  last_name: 'Quay',
  organization: '',
  address_1: '1 Quay',
  address_2: '',
  city: 'Bergen',
  state: '',
  zip: '5003',
  country: 'NO',
  phone: '+47.55555555',
  fax: '',
  email: 'ada@example.com',
};
const elsewhere = ['ns1.elsewhere.net', 'ns2.elsewhere.net'];

let agent: World;
beforeEach(async () => {
  agent = await openWorld();
  register(agent, names);
});

/** Has the registrar know domains of the account. */
function register({ directory }: World, those: readonly DomainName[]): void {
  const db = new Connection(join(directory, 'sandbox', 'sandbox.sqlite'), { readOnly: false });
  db.transaction(() => {
    for (const name of those)
      insertDomain(db, noon, { name, username: 'demo', years: 1, contacts: [quay], nameservers: ownNameservers });
  });
  db.close();
}

/** Has the registrar's own database do something. */
function meddle(sql: string, { directory } = agent): void {
  const db = new Connection(join(directory, 'sandbox', 'sandbox.sqlite'), { readOnly: false });
  db.run(sql);
  db.close();
}
afterEach(async () => await agent.close());

const Outcome = z.object({
  done: z.array(z.string()),
  already: z.array(z.string()).default([]),
  failed: z.array(z.object({ domain_name: z.string(), why: z.string() })).default([]),
});

function outcomeOf({ structured, text }: Answer) {
  const { success, data } = z.object({ result: Outcome }).safeParse(structured);
  if (!success) throw new Error(text);
  return data.result;
}

async function isLocked(domain_name: string | undefined): Promise<unknown> {
  return (await agent.call('domain_get', { domain_name })).structured?.locked;
}

function acts({ requests }: Answer): number {
  return requests.filter(request => /unlock|\/lock|update_/.test(request)).length;
}

describe('500 at once', () => {
  test('are unlocked after one plan that names each of them, and locked again in one call', async () => {
    const preview = await agent.call('domain_unlock', { domain_names: names });
    expect(preview).toAskFirst({ does: /Take the transfer lock off 500 domains[\s\S]*HAZARD: 500 domains at once/ });
    for (const name of names) expect(preview.text).toContain(name);

    const unlocked = await agent.call('domain_unlock', { domain_names: names, confirm: preview.structured?.confirm });
    expect(unlocked).toSucceed(/^Unlocked 500 domains\.[\s\S]*Read again and compared: it is as planned/);
    expect(outcomeOf(unlocked).done).toEqual(names);
    // To plan them, to do it, and to see that it was done.
    expect(unlocked.requests).toHaveLength(3 * names.length);

    const locked = await agent.call('domain_lock', { domain_names: names });
    expect(locked).toSucceed(/^Locked 500 domains\./);
    expect(await agent.call('domain_unlock', { domain_names: names.slice(0, 2) })).toAskFirst();
  });

  test('and put back as one, with what others have changed since in view', async () => {
    const contacts = [{ type: ['technical'], email: 'hostmaster@example.com' }];
    const changed = await agent.confirmed('domain_update_contacts', { domain_names: names.slice(0, 40), contacts });
    expect(changed).toSucceed(/^Changed the technical contact of 40 domains\./);
    const entry = changed.structured?.entry;

    await agent.confirmed('domain_update_contacts', {
      domain_name: first,
      contacts: [{ type: ['technical'], email: 'somebody@example.com' }],
    });
    expect(await agent.call('undo', { entry })).toRefuse('conflict', /It has changed since\. contacts of 40 domains/);
    const undone = await agent.confirmed('undo', { entry, even_if_changed: true });
    expect(undone).toSucceed(/Undid entry \d+: put back the contacts of 40 domains/);
    for (const domain_name of names.slice(0, 2))
      expect((await agent.call('domain_get', { domain_name })).structured?.contacts).toMatchObject([
        { type: ['technical'], email: quay.email },
        { type: ['registrant'] },
      ]);
  });

  test('with progress that only goes forward', async () => {
    const seen: number[] = [];
    await agent.client.callTool(
      { name: 'domain_lock', arguments: { domain_names: names } },
      { onprogress: ({ progress, total = 0 }) => seen.push(progress, total) },
    );
    const at = seen.filter((_, index) => index % 2 === 0);
    expect(at.length).toBeGreaterThan(names.length);
    expect(at).toEqual([...new Set(at)].sort((a, b) => a - b));
    expect(Math.max(...at)).toBe(seen.at(-1));
  });
});

describe('some of them', () => {
  test('are left alone where they are so already', async () => {
    await agent.confirmed('domain_unlock', { domain_names: [first, second] });
    const preview = await agent.call('domain_unlock', { domain_names: [first, second, third, fourth] });
    expect(preview.text).toContain(`- lock of ${third}, ${fourth}: locked → not locked`);
    const rest = await agent.confirmed('domain_unlock', { domain_names: [first, second, third, fourth] });
    expect(outcomeOf(rest)).toMatchObject({ done: [third, fourth], already: [first, second] });
    expect(acts(rest)).toBe(2);
    expect(await agent.call('domain_unlock', { domain_names: [first, third] })).toRefuse(
      'conflict',
      /load-000\.com, load-002\.com are unlocked already/,
    );
  });

  test('that the registrar refuses are told, and the others are done', async () => {
    meddle(`CREATE TRIGGER gone AFTER UPDATE ON domains WHEN NEW.domain_name = '${first}'
      BEGIN UPDATE domains SET username = 'neighbour' WHERE domain_name = '${second}'; END`);
    const moved = await agent.confirmed('domain_update_nameservers', {
      domain_names: [first, second, third],
      nameservers: elsewhere,
    });
    expect(moved).toSucceed(
      /^Look at this: Read again, .* is not what was planned\. 2 of 3 domains are as wanted\. Not so: load-001\.com\./,
    );
    expect(outcomeOf(moved)).toMatchObject({ done: [first, third], failed: [{ domain_name: second }] });
  });

  test('that are not in the account stop it before anything is planned, all of them at once', async () => {
    expect(await agent.call('domain_unlock', { domain_names: [first, 'not-mine.com', 'nor-this.com'] })).toRefuse(
      'domain_not_in_account',
      /2 names are not in this account: not-mine\.com, nor-this\.com/,
    );
  });

  test('that are protected stop it too', async () => {
    const guarded = await openWorld({ names: { allow: [], protect: ['harbor-*', 'glue-*'] } });
    const domain_names = ['tall-ships.com', 'harbor-bakery.com', 'glue-works.net'];
    const refused = await guarded.call('domain_unlock', { domain_names });
    await guarded.close();
    expect(refused).toRefuse('name_protected', /harbor-bakery\.com, glue-works\.net are protected from destructive/);
    expect(refused.requests).toEqual([]);
  });
});

test('new nameservers of several are told with the zones that go dark', async () => {
  const domain_names = ['harbor-bakery.com', 'nightbus.app', 'old-mill-inn.com'];
  const preview = await agent.call('domain_update_nameservers', { domain_names, nameservers: elsewhere });
  expect(preview).toAskFirst({
    does: /zones kept here of harbor-bakery\.com \(\d+ records\), nightbus\.app \(\d+ records?\) will no longer be served/,
  });
});

test('the journal lists acts on many domains, and shows one, within the size of an answer', async () => {
  const long = names.map(name => DomainName.parse(`a-name-longer-than-usual-for-${name}`));
  register(agent, long);
  const unlocked = await agent.confirmed('domain_unlock', { domain_names: long });
  for (const _ of [1, 2]) await agent.call('domain_lock', { domain_names: long });
  expect(await agent.call('journal')).toSucceed(/longer-than-usual-for-load-000\.com, .*, and 495 more/);
  expect(await agent.call('journal', { entry: unlocked.structured?.entry })).toSucceed(/^1 act/);
});

test('a domain that cannot be brought back does not keep the others from it', async () => {
  meddle(`UPDATE domains SET nameservers = '[]' WHERE domain_name = '${first}'`);
  const domain_names = [first, second, third];
  const moved = await agent.confirmed('domain_update_nameservers', { domain_names, nameservers: elsewhere });
  const undo = { entry: moved.structured?.entry };
  expect(await agent.call('undo', undo)).toAskFirst({ does: /stay as they are: load-000\.com\./ });
  expect(await agent.confirmed('undo', undo)).toSucceed(/^Undid entry/);
  expect((await agent.call('domain_get', { domain_name: second })).structured?.hosted).toBe(true);
});

test('what many domains go back to calls for a person like any other change of them', async () => {
  const guarded = await openWorld({ hazards: [] });
  const domain_names = names.slice(0, 12);
  register(guarded, domain_names);
  meddle("UPDATE domains SET locked = 0 WHERE domain_name LIKE 'load-%'", guarded);
  expect(await guarded.call('domain_lock', { domain_names })).toSucceed(/^Locked 12 domains/);
  const undo = await guarded.call('undo', { entry: 1 });
  await guarded.close();
  expect(undo.text).toMatch(/HAZARD: 12 domains at once/);
  expect(undo.structured?.status).toBe('needs_approval');
});

test('"the same" domains of a plan are those of the line above', async () => {
  const become = (text: string, now: string, name: string | undefined) =>
    meddle(`UPDATE domains SET contacts = replace(contacts, '${text}', '${now}') WHERE domain_name = '${name}'`);
  become('Bergen', 'Oslo', second);
  become(quay.email, 'new@example.com', second);
  become(quay.phone, '+47.1111111', third);
  const contacts = [{ type: ['technical'], city: 'Oslo', phone: '+47.1111111', email: 'new@example.com' }];
  const preview = await agent.call('domain_update_contacts', { domain_names: [first, second, third], contacts });
  expect(preview.text).toContain(`- technical city of ${first}, ${third}: `);
  expect(preview.text).toContain(`- technical phone of ${first}, ${second}: `);
  expect(preview.text).toContain(`- technical email of ${first}, ${third}: `);
});

test('what another act changes while many domains are planned is not overwritten unseen', async () => {
  const several = { domain_names: names.slice(0, 3), nameservers: elsewhere };
  const one = { domain_name: first, nameservers: ['ns1.third.net', 'ns2.third.net'] };
  const [ofSeveral, ofOne] = [
    await agent.call('domain_update_nameservers', several),
    await agent.call('domain_update_nameservers', one),
  ];
  // The other is under way when the domains are read, and takes effect after that.
  agent.sandbox.faults.add({ on: 'domain_update_nameservers', when: 'before', how: 'delay', ms: 300 });
  const other = agent.call('domain_update_nameservers', { ...one, confirm: ofOne.structured?.confirm });
  await expect.poll(() => agent.sandbox.seen.at(-1)).toMatch(/update_nameservers/);
  expect(
    await agent.call('domain_update_nameservers', { ...several, confirm: ofSeveral.structured?.confirm }),
  ).toRefuse('conflict', /Entry 1 of the journal changed one of these domains while this was planned/);
  expect(await other).toSucceed();
  expect(await agent.confirmed('domain_update_nameservers', several)).toSucceed(/^Delegated load-000\.com/);
});

test('a plan too long to be shown does not wait for a person', async () => {
  const guarded = await openWorld({ confirm: 'human' });
  const domain_names = names.map(name =>
    DomainName.parse(`a-really-long-name-of-a-domain-for-which-it-is-hard-${name}`),
  );
  register(guarded, domain_names);
  expect(await guarded.call('domain_unlock', { domain_names })).toRefuse('too_large', /fewer items at once/);
  const waiting = await (await guarded.composed.ledger()).waiting(guarded.account, noon.toISOString());
  await guarded.close();
  expect(waiting).toEqual([]);
});

test('the name to type is one that the plan shows', async () => {
  const guarded = await openWorld({ confirm: 'human' });
  const domain_names = names.slice(0, 12);
  register(guarded, domain_names);
  meddle(`UPDATE domains SET locked = 0 WHERE domain_name = '${first}'`, guarded);
  const asked: unknown[] = [];
  const person = await guarded.connect({
    capabilities: { elicitation: { form: {} } },
    answer(params) {
      asked.push(params.message);
      return { action: 'decline' };
    },
  });
  await guarded.call('domain_unlock', { domain_names }, person);
  await guarded.close();
  expect(asked).toEqual([expect.stringMatching(/HAZARD: 11 domains at once[\s\S]*To accept, type load-001\.com\./)]);
});

/** The entry of an act on several domains, as a process that was killed left it. */
async function cut(domain_names: DomainName[]): Promise<number> {
  const states = (state: string[]) => domain_names.map(name => JSON.stringify([name, state]));
  const admitted = await (await agent.composed.ledger()).begin({
    begun: {
      account: agent.account,
      caller: 'test',
      tool: 'domain_unlock',
      word: 'destructive',
      names: domain_names,
      args: { domain_names },
      at: '2026-06-15T11:00:00Z',
      confirmed: 'by the agent',
      subject: { kind: 'several', part: 'lock', domain_names },
      before: states(['locked']),
      target: states([]),
    },
    steps: { owner: 'gone 1 x', until: '2026-06-15T11:05:00Z', claim: 'lock of several' },
  });
  return 'entry' in admitted ? admitted.entry : expect.unreachable();
}

describe('cut short', () => {
  test('it says what stands, and the same call goes on with the rest', async () => {
    const domain_names = names.slice(0, 6);
    agent.sandbox.faults.add({ on: 'domain_unlock', when: 'after', how: 'reset', spare: 3 });
    const cut = await agent.confirmed('domain_unlock', { domain_names });
    expect(cut.isError).toBe(true);
    expect(cut.text).toMatch(
      /3 of 6 domains were done; then this happened: .* 4 of 6 domains are as wanted\. Not so: load-004\.com, load-005\.com\. To go on from here, make the same call again/,
    );

    const rest = await agent.confirmed('domain_unlock', { domain_names });
    expect(outcomeOf(rest)).toMatchObject({ done: names.slice(4, 6), already: names.slice(0, 4) });
    expect(acts(rest)).toBe(2);
  });

  test('taking it back goes on with the same call too', async () => {
    const domain_names = names.slice(0, 6);
    const unlocked = await agent.confirmed('domain_unlock', { domain_names });
    const undo = { entry: unlocked.structured?.entry };
    agent.sandbox.faults.add({ on: 'domain_lock', when: 'after', how: 'reset', spare: 3 });
    const cut = await agent.confirmed('undo', undo);
    expect(cut.text).toMatch(/4 of 6 domains are as wanted\. .* To go on from here, make the same call again/);
    const rest = await agent.confirmed('undo', undo);
    expect(rest).toSucceed(/^Undid entry/);
    expect(acts(rest)).toBe(2);
  });

  test('by its caller, it ends between two domains', async () => {
    const leaving = new AbortController();
    const unlocked = names.slice(0, 100);
    await agent.confirmed('domain_unlock', { domain_names: unlocked });
    const left = agent.client.callTool(
      { name: 'domain_lock', arguments: { domain_names: ['old-mill-inn.com', ...unlocked] } },
      { signal: leaving.signal, onprogress: ({ progress }) => progress > unlocked.length + 3 && leaving.abort() },
    );
    await expect(left).rejects.toThrow();
    const journal = () => agent.call('journal', { tool: 'domain_lock' });
    await expect.poll(async () => (await journal()).structured?.acts).toMatchObject([{ outcome: 'unknown' }]);
    expect(await isLocked('old-mill-inn.com')).toBe(true);
  });

  test('by a kill, the journal is told what stands as soon as somebody acts again', async () => {
    const domain_names = names.slice(0, 3);
    const entry = await cut(domain_names);
    await agent.confirmed('domain_unlock', { domain_name: first });
    const seen = await agent.call('journal', { entry });
    expect(seen.text).toMatch(/interrupted: the process ended in the middle\. 0 of 3 domains are as wanted/);

    const rest = await agent.confirmed('domain_unlock', { domain_names });
    expect(outcomeOf(rest).done).toEqual([second, third]);
  });
});

describe('a cut act', () => {
  test('is looked into once by calls that come together', async () => {
    await cut(names.slice(0, 50));
    const before = agent.sandbox.seen.length;
    const record = (host: string) => ({ domain_name: 'harbor-bakery.com', host, type: 'TXT', content: 'a', ttl: 300 });
    for (const made of await Promise.all(['a', 'b', 'c', 'd'].map(host => agent.call('dns_create', record(host)))))
      expect(made).toSucceed();
    expect(agent.sandbox.seen.slice(before).filter(request => /domain\/get\/load/.test(request))).toHaveLength(50);
  });

  test('is not waited for forever because of one domain that cannot be read', async () => {
    meddle(`UPDATE domains SET expire_date = 'nonsense' WHERE domain_name = '${first}'`);
    await cut(names.slice(0, 5));
    agent.clock.now = new Date('2026-06-15T12:04:00Z');
    const domain_names = [names[10], names[11]];
    expect(await agent.confirmed('domain_unlock', { domain_names })).toRefuse('in_progress', /entry 1/);
    agent.clock.now = new Date('2026-06-15T12:06:00Z');
    expect(await agent.confirmed('domain_unlock', { domain_names })).toSucceed();
    expect((await agent.call('journal', { entry: 1 })).text).toMatch(/lock of 5 domains cannot be read/);
  });
});

test('which domains it is about is said in one way', async () => {
  expect(await agent.call('domain_lock', {})).toRefuse('invalid_input', /domain_name, or domain_names for several/);
  expect(await agent.call('domain_lock', { domain_name: first, domain_names: [second] })).toRefuse(
    'invalid_input',
    /not both/,
  );
  expect(await agent.call('domain_lock', { domain_names: [first, first] })).toSucceed(/^load-000\.com was so before/);
});

test('100 renewals are one order, each with its price, and 100 registrations too', async () => {
  meddle("UPDATE accounts SET credit = 1000000 WHERE username = 'demo'");
  const renewals = names.slice(0, 100).map(domain_name => ({ order_type: 'domain/renew', domain_name, period: 1 }));
  const renewed = await agent.confirmed('order_create', { items: renewals });
  expect(renewed).toSucceed(/^Ordered 100 items\./);
  const fresh = names
    .slice(0, 100)
    .map(name => ({ order_type: 'domain/create', domain_name: `new-${name}`, period: 1 }));
  const preview = await agent.call('order_create', { items: fresh });
  expect(preview).toAskFirst({
    does: /nameservers of new-load-000\.com, .*: the registrar's own\n- contacts of the same 100/,
  });
});

test('the outcome of domains with long names stays within the size of an answer, and what failed is not lost', async () => {
  const long = names.map(name => DomainName.parse(`a-really-long-name-of-a-domain-for-which-it-is-hard-${name}`));
  register(agent, long);
  await agent.confirmed('domain_unlock', { domain_name: long[0] });
  const locked = await agent.call('domain_lock', { domain_names: ['not-mine.com', ...long.slice(0, 499)] });
  expect(locked).toSucceed(
    /^Look at this: [\s\S]*\n?Locked a-really-.*\. 498 domains were so before\. 1 domain FAILED: not-mine\.com/,
  );
  expect(JSON.stringify(locked.structured).length).toBeLessThan(25_000);
  expect(locked.structured).toMatchObject({ failed: [{ domain_name: 'not-mine.com' }], unlisted: { failed: 0 } });
  expect(locked.text).toContain(String(long[0]));
});

test('many domains cannot be had in pieces: within a day they are counted until a person has decided', async () => {
  const pieces = [names.slice(0, 6), names.slice(6, 9), names.slice(9, 12)];
  const [six = [], three = [], rest = []] = pieces;
  for (const domain_names of [six, three])
    expect((await agent.confirmed('domain_unlock', { domain_names })).text).not.toContain('HAZARD');
  const preview = await agent.call('domain_unlock', { domain_names: rest });
  expect(preview).toAskFirst({
    does: /HAZARD: 12 domains within a day, since a person last decided\. \(mass_change\)/,
  });
  expect(await agent.call('domain_update_nameservers', { domain_names: rest, nameservers: elsewhere })).toAskFirst({
    does: /^(?![\s\S]*HAZARD)/,
  });

  const guarded = await openWorld({ hazards: [] });
  register(guarded, names.slice(0, 12));
  for (const domain_names of [six, three])
    expect(await guarded.confirmed('domain_unlock', { domain_names })).toSucceed();
  expect((await guarded.call('domain_unlock', { domain_names: rest })).structured).toMatchObject({
    status: 'needs_approval',
  });
  guarded.clock.now = new Date(noon.getTime() + 25 * 3_600_000);
  expect(await guarded.confirmed('domain_unlock', { domain_names: rest })).toSucceed(/^Unlocked/);
  await guarded.close();
});

test('nor at once: those that were planned before the others began are counted when they begin', async () => {
  const guarded = await openWorld({ hazards: [] });
  const some = names.slice(0, 30);
  register(guarded, some);
  const calls: Record<string, unknown>[] = [];
  for (const domain_name of some) {
    const { structured } = await guarded.call('domain_unlock', { domain_name });
    calls.push({ domain_name, confirm: structured?.confirm });
  }
  const answers = await Promise.all(calls.map(args => guarded.call('domain_unlock', args)));
  expect(answers.filter(({ structured }) => structured?.status === 'done')).toHaveLength(9);
  for (const { structured, text } of answers)
    if (structured?.status !== 'done') expect(text).toMatch(/1\d domains within a day, since a person last decided/);
  await guarded.close();
});

test('nor by taking back one after the other', async () => {
  const guarded = await openWorld({ hazards: [] });
  const some = names.slice(0, 10);
  register(guarded, some);
  meddle('UPDATE domains SET locked = 0', guarded);
  const entries: unknown[] = [];
  for (const domain_name of some) entries.push((await guarded.call('domain_lock', { domain_name })).structured?.entry);
  for (const entry of entries.slice(0, 9)) expect(await guarded.confirmed('undo', { entry })).toSucceed();
  expect((await guarded.call('undo', { entry: entries[9] })).structured).toMatchObject({
    status: 'needs_approval',
    plan: { hazards: [{ kind: 'mass_change' }] },
  });
  await guarded.close();
});
