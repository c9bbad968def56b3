import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import type { ZoneRecord } from '#model/record.ts';
import { stateOf } from '#tool/zone-state.ts';
import { sameZone } from '#zone/zone.ts';
import { decide } from './support/browser.ts';
import { type Answer, noon, openWorld, type Person, type World } from './support/world.ts';
import { recs } from './support/zones.ts';

/** Zones as plans: the difference is shown, applied, read back, and taken back. */
let agent: World;
beforeEach(async () => {
  agent = await openWorld();
});
afterEach(async () => await agent.close());

const harbor = { domain_name: 'harbor-bakery.com' };

const Records = z.array(
  z.object({ host: z.string(), type: z.string(), content: z.string(), ttl: z.int(), priority: z.int().optional() }),
);

async function zone(domain_name = harbor.domain_name): Promise<ZoneRecord[]> {
  const { structured } = await agent.call('dns_export', { domain_name, format: 'json', limit: 500 });
  return Records.parse(JSON.parse(String(structured?.file)));
}

/** The sandbox's own data, as somebody with the registrar's page open would change it. */
function meddle(sql: string): void {
  const store = new DatabaseSync(join(agent.directory, 'sandbox', 'sandbox.sqlite'), { timeout: 5_000 });
  store.exec(sql);
  store.close();
}

function planOf(answer: Answer) {
  return z
    .looseObject({
      does: z.string(),
      changes: z
        .array(z.object({ what: z.string(), from: z.string().optional(), to: z.string().optional() }))
        .optional(),
      hazards: z.array(z.object({ kind: z.string(), what: z.string() })).optional(),
      notes: z.array(z.string()).optional(),
      loses: z.array(z.string()).optional(),
    })
    .parse(answer.structured?.plan);
}

const acts = ({ requests }: Answer) => requests.filter(request => request.startsWith('POST'));

test('what is to go is said without the rest of the zone, and is one act', async () => {
  const left = (await zone()).filter(({ host, type }) => host !== '@' || type !== 'MX');
  const remove = [{ host: '@', type: 'MX' }];
  const preview = await agent.call('dns_apply', { ...harbor, remove });
  expect(preview).toAskFirst({ does: /0 added, 0 changed, 2 removed[\s\S]*HAZARD: The last MX/ });
  expect(await agent.confirmed('dns_apply', { ...harbor, remove })).toSucceed(/0 added, 0 changed, 2 removed/);
  expect(sameZone(await zone(), left)).toBe(true);
  expect(await agent.call('dns_apply', { ...harbor, remove })).toRefuse('invalid_input', /no such record at @/);
  expect(await agent.call('dns_apply', { ...harbor, remove, resume: 1 })).toRefuse(
    'invalid_input',
    /does not go with resume/,
  );
});

describe('a difference', () => {
  const wanted = [
    { host: 'www', type: 'A', content: '192.0.2.77' },
    { host: 'shop', type: 'CNAME', content: 'new.storefront.example' },
    { host: 'blog', type: 'AAAA', content: '2001:DB8::1', ttl: 600 },
  ];

  test('is shown first: what goes, what changes, what comes, and how much stays', async () => {
    const preview = await agent.call('dns_apply', { ...harbor, records: wanted });
    expect(preview).toAskFirst();
    expect(planOf(preview)).toMatchObject({
      does: 'Change the zone of harbor-bakery.com: 2 added, 1 changed, 1 removed.',
      changes: [
        { what: 'removed', from: 'CNAME www → "harbor-bakery.com", TTL 300' },
        {
          what: 'changed',
          from: 'CNAME shop → "shops.storefront.example", TTL 300',
          to: 'CNAME shop → "new.storefront.example", TTL 300',
        },
        { what: 'added', to: 'A www → "192.0.2.77", TTL 300' },
        { what: 'added', to: 'AAAA blog → "2001:db8::1", TTL 600' },
      ],
      notes: [expect.stringMatching(/^9 records stay \(zone [0-9a-f]{8}, then [0-9a-f]{8}\)\.$/)],
    });
  });

  test('is applied at one confirmation, in the order that leaves no name without its record, read back and compared', async () => {
    const before = await zone();
    const done = await agent.confirmed('dns_apply', { ...harbor, records: wanted });
    expect(done).toSucceed(/2 added, 1 changed, 1 removed\.[\s\S]*Read again and compared: it is as planned\./);
    expect(done.structured).toMatchObject({
      status: 'done',
      verified: true,
      entry: 1,
      result: { added: 2, changed: 1, removed: 1, served: true },
    });
    expect(acts(done)).toEqual(
      ['create', 'delete', 'create', 'delete', 'create'].map(act => `POST /api/dns/${act}/harbor-bakery.com`),
    );
    expect(
      sameZone(await zone(), [
        ...before.filter(({ host }) => host !== 'www' && host !== 'shop'),
        ...recs('www A 192.0.2.77', 'shop CNAME new.storefront.example', 'blog AAAA 2001:db8::1 /600'),
      ]),
    ).toBe(true);
    expect(await agent.call('dns_apply', { ...harbor, records: wanted })).toRefuse('conflict', /is as wanted already/);
  });

  test('is taken back as a whole, and what was changed since stays', async () => {
    const before = await zone();
    await agent.confirmed('dns_apply', { ...harbor, records: wanted });
    await agent.call('dns_create', { ...harbor, host: 'later', type: 'A', content: '192.0.2.9' });
    const undone = await agent.confirmed('undo', { entry: 1 });
    expect(undone).toSucceed(/Undid entry 1: put back the zone of harbor-bakery\.com/);
    expect(undone.structured).toMatchObject({ verified: true });
    expect(sameZone(await zone(), [...before, ...recs('later A 192.0.2.9')])).toBe(true);
    expect(await agent.call('undo', { entry: 1 })).toRefuse('conflict');
    await agent.confirmed('undo', { entry: 5 });
    expect((await zone()).some(({ content }) => content === '192.0.2.77')).toBe(true);
  });

  test('where its own records were changed since, undo says so and goes on only if asked to', async () => {
    await agent.confirmed('dns_apply', { ...harbor, records: wanted });
    meddle("DELETE FROM records WHERE name = 'blog.harbor-bakery.com'");
    expect(await agent.call('undo', { entry: 1 })).toRefuse('conflict', /It has changed since/);
    expect(await agent.confirmed('undo', { entry: 1, even_if_changed: true })).toSucceed();
    expect((await zone()).some(({ host }) => host === 'blog')).toBe(false);
  });

  test('that has changed by the time it is confirmed is shown anew', async () => {
    const preview = await agent.call('dns_apply', { ...harbor, records: wanted });
    meddle("UPDATE records SET content = '198.51.100.1' WHERE name = 'harbor-bakery.com' AND type = 'A'");
    const again = await agent.call('dns_apply', { ...harbor, records: wanted, confirm: preview.structured?.confirm });
    expect(again).toAskFirst();
    expect(again.text).toContain('Since it was shown the plan has changed');
  });

  test('that changes between plan and apply is refused, and nothing is sent', async () => {
    const preview = await agent.call('dns_apply', { ...harbor, records: wanted });
    agent.sandbox.faults.add({ on: 'dns_list', when: 'before', how: 'delay', ms: 1000, spare: 2 });
    const confirmed = agent.call('dns_apply', { ...harbor, records: wanted, confirm: preview.structured?.confirm });
    await expect
      .poll(() => agent.sandbox.seen.filter(request => request.includes('dns/list')).length, { timeout: 10_000 })
      .toBe(4);
    meddle("UPDATE records SET content = '198.51.100.1' WHERE name = 'harbor-bakery.com' AND type = 'A'");
    expect(await confirmed).toRefuse('conflict', /has changed since this was planned\. Nothing was done/);
    expect((await agent.call('journal', { entry: 1 })).structured?.acts).toMatchObject([{ outcome: 'failed' }]);
  });

  test('of a zone that is not served is said to be so', async () => {
    const args = { domain_name: 'old-mill-inn.com', records: [{ host: '@', type: 'A', content: '192.0.2.1' }] };
    expect((await agent.call('dns_apply', args)).text).toContain('what is saved here is not served');
    expect(await agent.confirmed('dns_apply', args)).toSucceed(/NOT SERVED/);
  });

  test('another registrar spelling is no difference', async () => {
    expect(
      await agent.call('dns_apply', {
        ...harbor,
        master_file:
          '@ 300 IN MX 10 MX1.Mailhost.Example.\n@ 300 MX 20 mx2.mailhost.example.\n@ AAAA 2001:0DB8:10:0::10\n@ TXT "v=spf1 " "include:_spf.mailhost.example ~all"',
      }),
    ).toRefuse('conflict', /is as wanted already/);
  });
});

describe('what is wanted', () => {
  test('a master file in place of the whole zone; the NS records of the apex stay', async () => {
    const done = await agent.confirmed('dns_apply', {
      ...harbor,
      mode: 'replace',
      master_file: '$TTL 600\n@ A 192.0.2.1\nwww CNAME @\n',
    });
    expect(done).toSucceed(/0 added, 2 changed, 9 removed|1 added|changed/);
    expect(sameZone(await zone(), recs('@ A 192.0.2.1 /600', 'www CNAME harbor-bakery.com /600'))).toBe(true);
    expect((await agent.call('dns_list', { ...harbor, type: 'NS' })).structured).toMatchObject({ total: 4 });
  });

  test('a preset, with what the person must do at the other end', async () => {
    const done = await agent.confirmed('dns_apply', { ...harbor, preset: 'google_workspace' });
    expect(done).toSucceed(/Still to be done at the other end/);
    expect((await zone()).filter(({ type }) => type === 'MX').map(({ content }) => content)).toEqual([
      'smtp.google.com',
    ]);
    expect(await agent.call('dns_apply', { ...harbor, preset: 'github_pages' })).toRefuse(
      'invalid_input',
      /needs parameters\.user/,
    );
  });

  test('exactly one of them', async () => {
    expect(await agent.call('dns_apply', harbor)).toRefuse(
      'invalid_input',
      /Give one of records, master_file, preset, resume or remove, and there is none/,
    );
    expect(await agent.call('dns_apply', { ...harbor, resume: 1, parameters: { a: 'b' } })).toRefuse(
      'invalid_input',
      /parameters belong to a preset/,
    );
    expect(await agent.call('dns_apply', { ...harbor, preset: 'no_mail', master_file: 'x' })).toRefuse(
      'invalid_input',
      /not master_file and preset together/,
    );
  });

  test('every mistake in it is named, up to what a reader can take', async () => {
    const lines = Array.from({ length: 30 }, (_, at) => `h${at} A nowhere`).join('\n');
    expect(await agent.call('dns_apply', { ...harbor, master_file: lines })).toRefuse(
      'invalid_input',
      /Line 20: .*There are 10 more\./,
    );
  });

  test('more than can be listed is counted by kind, and sealed all the same', async () => {
    const records = Array.from({ length: 300 }, (_, at) => ({ host: `h${at}`, type: 'A', content: '192.0.2.1' }));
    const preview = await agent.call('dns_apply', { ...harbor, records });
    expect(planOf(preview).changes?.length).toBeLessThanOrEqual(100);
    expect(preview.text).toMatch(/Not listed one by one: \d+ A added\./);
    const other = records.with(299, { host: 'h299', type: 'A', content: '192.0.2.2' });
    expect(await agent.call('dns_apply', { ...harbor, records: other, confirm: preview.structured?.confirm })).toRefuse(
      'confirm_invalid',
    );
    expect(await agent.call('dns_apply', { ...harbor, records, confirm: preview.structured?.confirm })).toSucceed(
      /300 added/,
    );
  });
});

describe('cut short', () => {
  const args = {
    ...harbor,
    mode: 'replace',
    records: [
      { host: '@', type: 'A', content: '192.0.2.200' },
      { host: '@', type: 'MX', content: 'mx1.mailhost.example', priority: 5 },
      { host: 'www', type: 'A', content: '192.0.2.201' },
      { host: 'new', type: 'TXT', content: 'hello' },
    ],
  };
  const target = recs('@ A 192.0.2.200', '@ MX 5 mx1.mailhost.example', 'www A 192.0.2.201', 'new TXT hello');
  const points = ['dns_create', 'dns_delete'].flatMap(on =>
    (['before', 'after'] as const).flatMap(when => [0, 1, 2, 3].map(spare => ({ on, when, spare }) as const)),
  );

  test.each(points)(
    '$on, reset $when it, after $spare: it says what stands; resume goes on, undo goes back',
    async ({ on, when, spare }) => {
      const before = await zone();
      const fault = {
        on: on === 'dns_create' ? ('dns_create' as const) : ('dns_delete' as const),
        when,
        how: 'reset' as const,
      };
      agent.sandbox.faults.add({ ...fault, spare });
      const cut = await agent.confirmed('dns_apply', args);
      expect(cut.isError).toBe(true);
      expect(cut.text).toMatch(
        /\d+ of 15 steps stand\.[\s\S]*To go on from here, preview dns_apply for harbor-bakery\.com with resume 1; to go back, undo with entry 1\. \((?:done_in_part|outcome_unknown)\)$/,
      );
      const now = await zone();
      for (const record of now)
        expect(sameZone([record], [...before, ...target].filter(each => sameZone([each], [record])).slice(0, 1))).toBe(
          true,
        );
      for (const record of before.filter(each => target.some(other => sameZone([each], [other]))))
        expect(now.some(each => sameZone([each], [record]))).toBe(true);

      // Another plan on the zone says that one was left.
      expect((await agent.call('dns_apply', { ...harbor, preset: 'no_mail' })).text).toContain(
        'Entry 1 of the journal was cut short on this zone',
      );
      // Where nothing stands there is nothing to go back from.
      const back = spare % 2 === 0 && !sameZone(now, before);
      const finished = back
        ? await agent.confirmed('undo', { entry: 1 })
        : await agent.confirmed('dns_apply', { ...harbor, resume: 1 });
      expect(finished).toSucceed(back ? /Undid entry 1/ : /Applied/);
      expect(sameZone(await zone(), back ? before : target)).toBe(true);
    },
  );

  test('at the first step nothing stands, and a refusal there is no harm', async () => {
    agent.sandbox.faults.add({ on: 'dns_create', when: 'before', how: 'status', status: 429, times: 10 });
    const refused = await agent.confirmed('dns_apply', args);
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('(registrar_busy)') });
    expect((await agent.call('journal', { entry: 1 })).structured?.acts).toMatchObject([{ outcome: 'failed' }]);
    expect(await agent.call('dns_apply', { ...harbor, resume: 1 })).toRefuse('conflict', /Entry 1 changed nothing/);
  });

  test('by the caller: at the next safe point, and what stands is in the journal', async () => {
    const preview = await agent.call('dns_apply', args);
    const leaving = new AbortController();
    const told: number[] = [];
    agent.sandbox.faults.add({ on: 'dns_create', when: 'after', how: 'delay', ms: 1000, spare: 1 });
    const running = agent.client.callTool(
      { name: 'dns_apply', arguments: { ...args, confirm: preview.structured?.confirm } },
      {
        signal: leaving.signal,
        onprogress: ({ progress, total }) => {
          expect(total).toBe(15);
          told.push(progress);
          if (progress === 1) leaving.abort();
        },
      },
    );
    await expect(running).rejects.toThrow();
    await expect
      .poll(async () => (await agent.call('journal', { entry: 1 })).structured?.acts, { timeout: 20_000 })
      .toMatchObject([{ outcome: 'unknown' }]);
    expect(told[0]).toBe(0);
    expect((await agent.call('journal', { entry: 1 })).text).toContain(
      'of 15 steps were done; then this happened: The call was cancelled',
    );
    expect(await agent.confirmed('dns_apply', { ...harbor, resume: 1 })).toSucceed();
    expect(sameZone(await zone(), target)).toBe(true);
  });

  test('what was cut short is gone on with only on its own zone', async () => {
    await agent.call('dns_create', { ...harbor, host: 'x', type: 'A', content: '192.0.2.1' });
    expect(await agent.call('dns_apply', { ...harbor, resume: 1 })).toRefuse('not_found', /is no change of the zone/);
    expect(await agent.call('dns_apply', { ...harbor, resume: 99 })).toRefuse('not_found');
  });
});

describe('what others do meanwhile', () => {
  test('a record that is changed in its place before it is deleted is left alone', async () => {
    const preview = await agent.call('dns_apply', {
      ...harbor,
      records: [
        { host: '*.preview', type: 'A', content: '192.0.2.21' },
        { host: 'new', type: 'A', content: '192.0.2.1' },
      ],
    });
    agent.sandbox.faults.add({ on: 'dns_create', when: 'before', how: 'delay', ms: 1000 });
    const running = agent.call('dns_apply', {
      ...harbor,
      records: [
        { host: '*.preview', type: 'A', content: '192.0.2.21' },
        { host: 'new', type: 'A', content: '192.0.2.1' },
      ],
      confirm: preview.structured?.confirm,
    });
    await expect
      .poll(() => agent.sandbox.seen.some(request => request.includes('dns/create')), { timeout: 10_000 })
      .toBe(true);
    meddle("UPDATE records SET content = '203.0.113.77' WHERE name = '*.preview.harbor-bakery.com'");
    const cut = await running;
    expect(cut).toMatchObject({
      isError: true,
      text: expect.stringContaining('is not there any more: somebody else has changed it meanwhile'),
    });
    expect((await zone()).some(({ content }) => content === '203.0.113.77')).toBe(true);
  });

  // A name that passes here and not there, which nobody could see coming.
  const refusedMidway = {
    ...harbor,
    records: [
      { host: 'a', type: 'A', content: '192.0.2.1' },
      { host: 'shop', type: 'CNAME', content: 'foo.example.1a' },
    ],
  };

  test('a refusal in the middle of a swap puts back what was deleted for it', async () => {
    const before = await zone();
    const cut = await agent.confirmed('dns_apply', refusedMidway);
    expect(cut).toMatchObject({ isError: true, text: expect.stringContaining('1 of 3 steps stand') });
    expect(sameZone(await zone(), [...before, ...recs('a A 192.0.2.1')])).toBe(true);
  });

  test('and waits to put it back where the registrar asks to slow down', async () => {
    const before = await zone();
    const preview = await agent.call('dns_apply', refusedMidway);
    agent.sandbox.faults.add({ on: 'dns_create', when: 'before', how: 'status', status: 429, spare: 2 });
    expect((await agent.call('dns_apply', { ...refusedMidway, confirm: preview.structured?.confirm })).isError).toBe(
      true,
    );
    expect(sameZone(await zone(), [...before, ...recs('a A 192.0.2.1')])).toBe(true);
  });

  test('what is wrong already does not keep an act from being taken back', async () => {
    await agent.confirmed('dns_apply', { ...harbor, preset: 'no_mail' });
    meddle(
      `INSERT INTO records (domain_name, name, type, content, ttl, priority, create_date) VALUES ('harbor-bakery.com', 'harbor-bakery.com', 'TXT', '${'x'.repeat(600)}', 300, NULL, '2026-06-15 12:00:00')`,
    );
    expect(await agent.confirmed('undo', { entry: 1 })).toSucceed(/as planned/);
  });

  test('where the registrar asks to slow down in the middle of a swap, it is waited for', async () => {
    const args = { ...harbor, records: [{ host: 'shop', type: 'CNAME', content: 'new.storefront.example' }] };
    const preview = await agent.call('dns_apply', args);
    agent.sandbox.faults.add({ on: 'dns_create', when: 'before', how: 'status', status: 429 });
    expect(await agent.call('dns_apply', { ...args, confirm: preview.structured?.confirm })).toSucceed(/as planned/);
  });

  test('what can no longer stand beside what is there now is not put back', async () => {
    await agent.confirmed('dns_apply', { ...harbor, records: [{ host: 'shop', type: 'A', content: '192.0.2.2' }] });
    await agent.call('dns_create', { ...harbor, host: 'shop', type: 'TXT', content: 'verification' });
    expect(await agent.call('undo', { entry: 1 })).toRefuse(
      'conflict',
      /cannot become that: shop is given a CNAME and 1 other record/,
    );
  });

  test('records that the registrar has twice are told apart from a difference, and go together', async () => {
    meddle(
      "INSERT INTO records (domain_name, name, type, content, ttl, priority, create_date) SELECT domain_name, name, type, content, ttl, priority, create_date FROM records WHERE name = '*.preview.harbor-bakery.com'",
    );
    const records = (await zone()).filter(
      ({ host }, at, all) => all.findIndex(other => other.host === host) === at || host !== '*.preview',
    );
    expect(await agent.call('dns_apply', { ...harbor, mode: 'replace', records })).toRefuse(
      'conflict',
      /as wanted already/,
    );
    expect(
      await agent.confirmed('dns_apply', {
        ...harbor,
        mode: 'replace',
        records: records.filter(({ host }) => host !== '*.preview'),
      }),
    ).toSucceed(/1 removed[\s\S]*Read again and compared/);
  });

  test('where the zone cannot be read after a failure, it is said how to go on all the same', async () => {
    const preview = await agent.call('dns_apply', { ...harbor, preset: 'no_mail' });
    agent.sandbox.faults.add({ on: 'dns_delete', when: 'before', how: 'reset', spare: 1 });
    agent.sandbox.faults.add({ on: 'dns_list', when: 'before', how: 'status', status: 500, spare: 4, times: 10 });
    const cut = await agent.call('dns_apply', { ...harbor, preset: 'no_mail', confirm: preview.structured?.confirm });
    expect(cut.text).toMatch(
      /The zone of harbor-bakery\.com cannot be read to see what stands\. To go on from here, preview dns_apply for harbor-bakery\.com with resume 1/,
    );
    agent.sandbox.faults.clear();
    expect(await agent.confirmed('dns_apply', { ...harbor, resume: 1 })).toSucceed();
  });

  test('where it cannot be read after a success, that is said', async () => {
    const preview = await agent.call('dns_apply', {
      ...harbor,
      records: [{ host: 'a', type: 'A', content: '192.0.2.1' }],
    });
    agent.sandbox.faults.add({ on: 'dns_list', when: 'before', how: 'status', status: 500, spare: 3, times: 10 });
    const done = await agent.call('dns_apply', {
      ...harbor,
      records: [{ host: 'a', type: 'A', content: '192.0.2.1' }],
      confirm: preview.structured?.confirm,
    });
    expect(done).toSucceed(/Look at this: It could not be read again to compare/);
  });

  test('and where it reads as something else, too', async () => {
    const args = { ...harbor, records: [{ host: 'a', type: 'A', content: '192.0.2.1' }] };
    const preview = await agent.call('dns_apply', args);
    agent.sandbox.faults.add({ on: 'dns_create', when: 'after', how: 'delay', ms: 1000 });
    const running = agent.call('dns_apply', { ...args, confirm: preview.structured?.confirm });
    await expect.poll(async () => (await zone()).some(({ host }) => host === 'a'), { timeout: 10_000 }).toBe(true);
    meddle("UPDATE records SET content = '203.0.113.1' WHERE name = 'a.harbor-bakery.com'");
    expect(await running).toSucceed(/Look at this: Read again, the zone of harbor-bakery\.com is not what was planned/);
  });
});

describe('another process', () => {
  /** The entry of an apply that another process began, with some of its steps done. */
  async function begun(owner: string, target: readonly ZoneRecord[], before: readonly ZoneRecord[]): Promise<number> {
    const ledger = await agent.composed.ledger();
    const admitted = await ledger.begin({
      begun: {
        account: agent.account,
        caller: 'other',
        tool: 'dns_apply',
        word: 'destructive',
        names: [harbor.domain_name],
        args: {},
        at: noon.toISOString(),
        confirmed: 'by the agent',
        subject: { kind: 'zone', domain_name: DomainName.parse(harbor.domain_name) },
        before: [...stateOf(before)],
        target: [...stateOf(target)],
      },
      steps: { owner, until: '2026-06-15T12:05:00Z', claim: harbor.domain_name },
    });
    if (!('entry' in admitted)) throw new Error(admitted.refused);
    return admitted.entry;
  }

  test('that died in the middle is found, and its act can be gone on with or taken back', async () => {
    const before = await zone();
    const target = [...before.filter(({ host }) => host !== 'shop'), ...recs('one A 192.0.2.1', 'two A 192.0.2.2')];
    await begun('gone-host-that-is-this 0 x', target, before);
    meddle(
      "INSERT INTO records (domain_name, name, type, content, ttl, priority, create_date) VALUES ('harbor-bakery.com', 'one.harbor-bakery.com', 'A', '192.0.2.1', 300, NULL, '2026-06-15 12:00:00')",
    );
    const { thisPlace } = await import('#this-process.ts');
    const entry = await takenOver(`${thisPlace()} 999999999 x`, target, before);
    await agent.composed.kernel.settleLeft();
    const act = await agent.call('journal', { entry });
    expect(act.structured?.acts).toMatchObject([{ outcome: 'unknown' }]);
    expect(act.text).toContain('interrupted: the process ended in the middle. 1 of 3 steps stand.');
    expect(await agent.confirmed('dns_apply', { ...harbor, resume: entry })).toSucceed(/1 added, 0 changed, 1 removed/);
    expect(sameZone(await zone(), target)).toBe(true);
    expect(await agent.confirmed('undo', { entry })).toSucceed();
    expect(sameZone(await zone(), before)).toBe(true);
  });

  /** One domain has room for one: the first is ended by hand. */
  async function takenOver(
    owner: string,
    target: readonly ZoneRecord[],
    before: readonly ZoneRecord[],
  ): Promise<number> {
    const ledger = await agent.composed.ledger();
    for (const { act } of await ledger.underWay(agent.account))
      await ledger.end(act.entry, { at: noon.toISOString(), outcome: 'failed' });
    return await begun(owner, target, before);
  }

  test('that died after the last step had done all of it', async () => {
    const before = await zone();
    const { thisPlace } = await import('#this-process.ts');
    const entry = await begun(`${thisPlace()} 999999999 x`, before, before.slice(1));
    agent.sandbox.faults.add({ on: 'dns_list', when: 'before', how: 'status', status: 500, times: 3 });
    await agent.composed.kernel.settleLeft();
    expect((await agent.call('journal', { entry })).structured?.acts).toMatchObject([{ outcome: 'unfinished' }]);
    agent.sandbox.faults.clear();
    await agent.composed.kernel.settleLeft();
    expect((await agent.call('journal', { entry })).structured?.acts).toMatchObject([{ outcome: 'done' }]);
  });

  test('that has taken an act over is left to it: the first ends at the next safe point', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const args = { ...harbor, records: ['a', 'b', 'c'].map(host => ({ host, type: 'A', content: '192.0.2.1' })) };
    const preview = await agent.call('dns_apply', args);
    agent.sandbox.faults.add({ on: 'dns_create', when: 'after', how: 'delay', ms: 1000 });
    const running = agent.call('dns_apply', { ...args, confirm: preview.structured?.confirm });
    await expect.poll(async () => (await zone()).some(({ host }) => host === 'a'), { timeout: 10_000 }).toBe(true);
    const ledger = await agent.composed.ledger();
    const [{ until } = { until: '' }] = await ledger.underWay(agent.account);
    expect(await ledger.endCut(1, until, { at: noon.toISOString(), outcome: 'unknown' })).toBe(true);
    vi.advanceTimersByTime(60_000);
    const ended = await running;
    vi.useRealTimers();
    expect(ended).toMatchObject({ isError: true, text: expect.stringContaining('1 of 3 steps stand') });
    expect((await zone()).some(({ host }) => host === 'b')).toBe(false);
  });

  test('that is at it is not interfered with', async () => {
    const before = await zone();
    await begun('another-machine 1 x', before.slice(1), before);
    expect(await agent.call('dns_create', { ...harbor, host: 'x', type: 'A', content: '192.0.2.1' })).toRefuse(
      'in_progress',
      /Another change of the zone is under way/,
    );
    expect(await agent.confirmed('dns_apply', { ...harbor, preset: 'no_mail' })).toRefuse(
      'in_progress',
      /Another change of the zone is under way \(journal entry 1\)/,
    );
    expect(await agent.confirmed('dns_apply', { domain_name: 'nightbus.app', preset: 'no_mail' })).toSucceed();
  });
});

describe('a zone that reads as empty', () => {
  test('is never planned from, where it is known to have had records', async () => {
    await agent.call('dns_create', { ...harbor, host: 'x', type: 'A', content: '192.0.2.1' });
    meddle("DELETE FROM records WHERE domain_name = 'harbor-bakery.com'");
    for (const args of [
      { preset: 'no_mail' },
      { mode: 'replace', records: [{ host: '@', type: 'A', content: '192.0.2.1' }] },
    ])
      expect(await agent.call('dns_apply', { ...harbor, ...args })).toRefuse(
        'conflict',
        /reads as empty, and by the journal it is not/,
      );
  });

  test('by an act on the whole zone, and what was changed after it', async () => {
    await agent.confirmed('dns_apply', {
      ...harbor,
      mode: 'replace',
      records: [{ host: 'only', type: 'A', content: '192.0.2.1' }],
    });
    const ids = await agent.call('dns_list', { ...harbor, host: 'only' });
    const [{ record_id } = { record_id: '' }] = z
      .array(z.object({ record_id: z.string() }))
      .parse(ids.structured?.records);
    await agent.confirmed('dns_delete', { ...harbor, record_id, type: 'A', host: 'only', content: '192.0.2.1' });
    // What is known to have been emptied may be filled.
    expect(
      await agent.call('dns_apply', { ...harbor, records: [{ host: '@', type: 'A', content: '192.0.2.1' }] }),
    ).toAskFirst();
    await agent.call('dns_create', { domain_name: 'nightbus.app', host: 'x', type: 'A', content: '192.0.2.1' });
    await agent.confirmed('domain_update_nameservers', {
      ...harbor,
      nameservers: ['ns1.dns-elsewhere.example', 'ns2.dns-elsewhere.example'],
    });
    expect(
      await agent.call('dns_apply', { ...harbor, records: [{ host: '@', type: 'A', content: '192.0.2.1' }] }),
    ).toAskFirst();
  });

  test('that never had any is begun', async () => {
    expect(await agent.confirmed('dns_apply', { domain_name: 'tall-ships.com', preset: 'no_mail' })).toSucceed();
  });
});

describe('hazards on a real account whose agent confirms', () => {
  const parked = { ...harbor, preset: 'no_mail' };

  async function real(changes = {}, surroundings = {}) {
    await agent.close();
    agent = await openWorld({ confirm: 'agent', hazards: [], ...changes }, surroundings);
  }

  test('a plan without one is confirmed by the agent', async () => {
    await real({}, { pagesAt: undefined });
    expect(
      await agent.confirmed('dns_apply', { ...harbor, records: [{ host: 'a', type: 'A', content: '192.0.2.1' }] }),
    ).toSucceed();
  });

  test('one with a hazard is refused where no person can be asked, and the refusal hands over nothing that helps', async () => {
    await real({}, { pagesAt: undefined });
    const refused = await agent.call('dns_apply', parked);
    expect(refused).toRefuse(
      'confirm_impossible',
      /A person must decide about this, whatever the agent confirms[\s\S]*The last MX record of the domain itself goes/,
    );
    expect(refused.text).not.toMatch(/REGISTRAR_|last_mx|confirm:/);
  });

  test('a person accepts it in a dialog, with the hazard in view, by typing the name', async () => {
    await real();
    const asked: Parameters<Person['answer']>[0][] = [];
    const type = (domain_name: string): Person => ({
      capabilities: { elicitation: { form: {} } },
      answer: params => {
        asked.push(params);
        return { action: 'accept', content: { domain_name } };
      },
    });
    expect(await agent.call('dns_apply', parked, await agent.connect(type('yes')))).toRefuse(
      'declined',
      /had to type harbor-bakery\.com/,
    );
    expect(await agent.call('dns_apply', parked, await agent.connect(type('harbor-bakery.com')))).toSucceed();
    expect(asked[0]?.message).toMatch(/HAZARD: The last MX record[\s\S]*To accept, type harbor-bakery\.com\./);
    expect((await agent.call('journal', { entry: 1 })).text).toContain('by a person in a dialog');
  });

  test('or on the approval page', async () => {
    await real();
    const preview = await agent.call('dns_apply', parked);
    expect(preview.structured).toMatchObject({
      status: 'needs_approval',
      plan: { hazards: [{ kind: 'mass_change' }, { kind: 'last_mx' }] },
    });
    const { confirm, approve_at } = z.object({ confirm: z.string(), approve_at: z.string() }).parse(preview.structured);
    expect(await agent.call('dns_apply', { ...parked, confirm })).toRefuse('not_approved_yet');
    const page = await decide(agent, approve_at, { decision: 'approve' });
    expect(page.text).toContain('Danger:');
    expect(await agent.call('dns_apply', { ...parked, confirm })).toSucceed();
  });

  test('what the agent made good does not suffice once the plan has a hazard', async () => {
    await real();
    const args = { ...harbor, records: [{ host: '@', type: 'TXT', content: 'x' }] };
    const preview = await agent.call('undo', { entry: 1 }).then(() => agent.call('dns_apply', args));
    expect(preview).toAskFirst();
    // Meanwhile the record of another tool comes into it.
    meddle(
      "INSERT INTO records (domain_name, name, type, content, ttl, priority, create_date) VALUES ('harbor-bakery.com', 'harbor-bakery.com', 'TXT', 'x', 600, NULL, '2026-06-15 12:00:00'), ('harbor-bakery.com', 'harbor-bakery.com', 'TXT', 'heritage=external-dns,external-dns/owner=k8s', 300, NULL, '2026-06-15 12:00:00')",
    );
    const again = await agent.call('dns_apply', {
      ...args,
      records: [{ host: '@', type: 'TXT', content: 'x', ttl: 300 }],
      confirm: preview.structured?.confirm,
    });
    expect(again.isError || again.structured?.status === 'needs_approval').toBe(true);
    expect(acts(again)).toEqual([]);
  });

  test('the environment allows a hazard by its name', async () => {
    await real({ hazards: ['last_mx', 'mass_change'] }, { pagesAt: undefined });
    const preview = await agent.call('dns_apply', parked);
    expect(preview).toAskFirst();
    expect(planOf(preview).hazards).toMatchObject([{ kind: 'mass_change' }, { kind: 'last_mx' }]);
    expect(await agent.call('dns_apply', { ...parked, confirm: preview.structured?.confirm })).toSucceed();
    expect(
      await agent.call('dns_apply', {
        ...harbor,
        mode: 'replace',
        records: [{ host: 'a', type: 'A', content: '192.0.2.1' }],
      }),
    ).toRefuse('confirm_impossible', /whatever the agent confirms[\s\S]*The last address of the domain itself goes/);
  });

  test.each<[string, (world: World) => Promise<Record<string, unknown>>]>([
    [
      'dns_delete',
      async world => {
        const { structured } = await world.call('dns_list', {
          domain_name: 'fjord-kayak.org',
          host: '@',
          type: 'ANAME',
        });
        const [{ record_id } = { record_id: '' }] = z
          .array(z.object({ record_id: z.string() }))
          .parse(structured?.records);
        return {
          domain_name: 'fjord-kayak.org',
          record_id,
          type: 'ANAME',
          host: '@',
          content: 'sites.hosting.example',
        };
      },
    ],
    [
      'undo',
      async world => {
        await world.confirmed('dns_apply', {
          domain_name: 'tall-ships.com',
          records: [{ host: '@', type: 'MX', content: 'mx.example.net', priority: 1 }],
        });
        return { entry: 1 };
      },
    ],
  ])('%s has hazards like any other plan', async (tool, prepare) => {
    await real({}, { pagesAt: undefined });
    expect(await agent.call(tool, await prepare(agent))).toRefuse('confirm_impossible', /goes:/);
  });
});

test('an export can be applied again, in every page of it: nothing differs', async () => {
  for (let at = 0; at < 60; at += 1)
    await agent.call('dns_create', {
      ...harbor,
      host: `h${at}`,
      type: 'TXT',
      content: `${'long text '.repeat(20)}${at}`,
    });
  for (const format of ['master_file', 'json']) {
    let cursor: unknown;
    let pages = 0;
    do {
      const page = await agent.call('dns_export', { ...harbor, format, ...(typeof cursor === 'string' && { cursor }) });
      expect(page.text.length).toBeLessThan(25_000);
      const file = String(page.structured?.file);
      const given = format === 'json' ? { records: JSON.parse(file) } : { master_file: file };
      expect(await agent.call('dns_apply', { ...harbor, ...given })).toRefuse('conflict', /is as wanted already/);
      cursor = page.structured?.next_cursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(pages).toBeGreaterThan(1);
  }
  const whole = await agent.call('dns_export', { ...harbor, limit: 500 });
  expect(await agent.call('dns_apply', { ...harbor, mode: 'replace', master_file: whole.structured?.file })).toRefuse(
    'conflict',
    /is as wanted already/,
  );
});

test('records that are deleted at once do not take a hazard apart: each is planned from what the others left', async () => {
  const guarded = await openWorld({ hazards: [] });
  const domain_name = 'harbor-bakery.com';
  const { structured } = await guarded.call('dns_list', { domain_name });
  const mail = z
    .object({
      records: z.array(z.object({ record_id: z.string(), type: z.string(), host: z.string(), content: z.string() })),
    })
    .parse(structured)
    .records.filter(({ type }) => type === 'MX');
  const calls: Record<string, unknown>[] = [];
  for (const record of mail) {
    const preview = await guarded.call('dns_delete', { domain_name, ...record });
    calls.push({ domain_name, ...record, confirm: preview.structured?.confirm });
  }
  const answers = await Promise.all(calls.map(args => guarded.call('dns_delete', args)));
  expect(answers.filter(({ structured: done }) => done?.status === 'done')).toHaveLength(1);
  const left = calls[answers.findIndex(({ structured: done }) => done?.status !== 'done')] ?? {};
  expect((await guarded.call('dns_delete', left)).structured).toMatchObject({
    status: 'needs_approval',
    plan: { hazards: [{ kind: 'last_mx' }] },
  });
  await guarded.close();
});
