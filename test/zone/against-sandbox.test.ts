import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import type { ZoneRecord } from '#model/record.ts';
import { comparable } from '#model/record.ts';
import { inOrder, sameZone } from '#zone/zone.ts';
import { openWorld, type World } from '../support/world.ts';
import { anyZone } from '../support/zones.ts';

/** What holds for zones as values holds through the protocol, against a registrar: for any two zones, of every type. */
let agent: World;
beforeAll(async () => {
  agent = await openWorld();
});
afterAll(async () => await agent.close());

const domain_name = 'tall-ships.com';
const Records = z.array(
  z.object({ host: z.string(), type: z.string(), content: z.string(), ttl: z.int(), priority: z.int().optional() }),
);

async function zone(): Promise<ZoneRecord[]> {
  const { structured } = await agent.call('dns_export', { domain_name, format: 'json', limit: 500 });
  return Records.parse(JSON.parse(String(structured?.file)));
}

/** What a plan would refuse as the mistake of whoever made the zone is no zone for this test: several SPF records at a name. */
const sound = anyZone.map(records =>
  records.filter(
    (record, at) =>
      !record.content.startsWith('v=spf1') ||
      records.findIndex(other => other.host === record.host && other.content.startsWith('v=spf1')) === at,
  ),
);

const given = (records: readonly ZoneRecord[]) =>
  inOrder(records).map(record => ({ ...record, content: comparable(record.type, record.content) }));

test('a zone is replaced by any other, read back as that, undone to what it was, and undone again', async () => {
  await fc.assert(
    fc.asyncProperty(sound, async records => {
      const before = await zone();
      fc.pre(records.length > 0 && !sameZone(before, records));
      const done = await agent.confirmed('dns_apply', { domain_name, mode: 'replace', records: given(records) });
      expect(done, done.text).toMatchObject({ structured: { status: 'done', verified: true } });
      expect(sameZone(await zone(), records)).toBe(true);

      const undone = await agent.confirmed('undo', { entry: done.structured?.entry });
      expect(undone, undone.text).toMatchObject({ structured: { status: 'done', verified: true } });
      expect(sameZone(await zone(), before)).toBe(true);

      const redone = await agent.confirmed('undo', { entry: undone.structured?.entry });
      expect(redone, redone.text).toMatchObject({ structured: { status: 'done', verified: true } });
      expect(sameZone(await zone(), records)).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test('what is exported, in every form that is read, is what is there', async () => {
  await fc.assert(
    fc.asyncProperty(sound, fc.constantFrom('json', 'master_file'), async (records, format) => {
      fc.pre(records.length > 0);
      const now = await zone();
      if (!sameZone(now, records))
        await agent.confirmed('dns_apply', { domain_name, mode: 'replace', records: given(records) });
      const { structured } = await agent.call('dns_export', { domain_name, format, limit: 500 });
      const file = String(structured?.file);
      const again = await agent.call('dns_apply', {
        domain_name,
        mode: 'replace',
        ...(format === 'json' ? { records: JSON.parse(file) } : { master_file: file }),
      });
      expect(again).toRefuse('conflict', /is as wanted already/);
    }),
    { numRuns: 15 },
  );
});
