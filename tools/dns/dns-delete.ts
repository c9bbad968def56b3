import * as z from 'zod';
import { DomainName, shownName } from '#model/domain-name.ts';
import { refuse } from '#model/fault.ts';
import {
  comparable,
  describeRecord,
  fullName,
  parseHost,
  recordTypes,
  relativeHost,
  type StoredRecord,
} from '#model/record.ts';
import { quote } from '#model/text.ts';
import { tool } from '#tool/define.ts';
import { zoneEarlier } from '#tool/zone-history.ts';
import { planZone } from '#tool/zone-plan.ts';

export default tool.destructive({
  name: 'dns_delete',
  title: 'Delete a DNS record',
  description:
    'Deletes one record. Give its id and what you believe it is, both from dns_list: where they do not agree, nothing is deleted.',
  input: z.strictObject({
    domain_name: DomainName,
    record_id: z.string().max(20),
    type: z.enum(recordTypes),
    host: z.string().max(254).describe('"@" or "www"'),
    content: z.string().max(4000),
  }),
  output: z.object({ record_id: z.string(), deleted: z.string() }),

  async plan({ domain_name, record_id, ...believed }, { registrar, records, now }) {
    const zone = await registrar.dns_list({ domain_name });
    const record = zone.find(known => known.record_id === record_id);
    if (!record)
      refuse('not_found', `There is no record ${quote(record_id)} in ${domain_name}.`, 'See dns_list for the ids.');
    const different = differences(record, believed, domain_name);
    if (different.length > 0) {
      refuse(
        'mismatch',
        `Record ${record_id} is ${describeRecord(record)}, which differs in ${different.join(' and ')} from what was given. Nothing was deleted.`,
        'Look at dns_list again and delete the record that is meant.',
      );
    }
    if (record.type === 'NS' && record.host === '@')
      refuse(
        'conflict',
        `The NS records of ${domain_name} itself follow its nameservers.`,
        'Use domain_update_nameservers.',
      );
    const deleted = describeRecord(record);
    const earlier = await zoneEarlier(await records(), domain_name, zone, now);
    const { hazards } = planZone(
      domain_name,
      zone,
      zone.filter(other => other !== record),
      earlier,
    );
    return {
      does: `Delete record ${record_id} of ${shownName(domain_name)}.`,
      changes: [{ what: `record ${record_id}`, from: deleted }],
      loses: ['What this record serves stops as soon as caches forget it.'],
      hazards,
      deleted,
      subject: { kind: 'records', domain_name, host: record.host, type: record.type },
    };
  },

  async apply({ domain_name, record_id }, { deleted }, { registrar }) {
    await registrar.dns_delete({ domain_name, record_id });
    return { record_id, deleted };
  },
  summary: ({ deleted }) => `Deleted ${deleted}.`,
});

function differences(
  record: StoredRecord,
  believed: Pick<StoredRecord, 'type' | 'host' | 'content'>,
  zone: DomainName,
): string[] {
  const host = parseHost(believed.host, zone);
  const owner = 'ok' in host ? relativeHost(fullName(host.ok, zone), zone) : believed.host.toLowerCase();
  return [
    record.type !== believed.type && 'type',
    record.host !== owner && record.host !== believed.host.toLowerCase().replace(/\.$/, '') && 'host',
    comparable(record.type, record.content) !== comparable(record.type, believed.content) && 'content',
  ].filter(field => field !== false);
}
