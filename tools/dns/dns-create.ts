import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { Fault, refuse } from '#model/fault.ts';
import {
  contentOf,
  describeRecord,
  type Host,
  parseHost,
  parseRecordData,
  priorityOf,
  type RecordData,
  type RecordType,
  recordTypes,
  type StoredRecord,
} from '#model/record.ts';
import { tool } from '#tool/define.ts';
import { isSpf } from '#zone/spf.ts';
import { Row } from './dns-list.ts';

export default tool.write({
  name: 'dns_create',
  title: 'Add a DNS record',
  description:
    'Adds one record to a zone kept here; nothing that exists is touched. To change a record, add the new one and delete the old with dns_delete.',
  input: z.strictObject({
    domain_name: DomainName,
    host: z.string().max(254).describe('"@" for the domain itself, or "www"'),
    type: z.enum(recordTypes),
    content: z.string().max(2000).describe('Address, full target name, or text; SRV: "weight port target"'),
    ttl: z.int().min(300).max(2_147_483_647).default(300).describe('Seconds, 300 or more'),
    priority: z.int().min(0).max(65_535).optional().describe('MX and SRV only'),
  }),
  output: Row.extend({ served: z.boolean().optional() }),
  touches: input => ({
    subject: {
      kind: 'records',
      domain_name: input.domain_name,
      host: recordOf(input).owner,
      type: input.type,
    },
  }),
  async run(input, { registrar }) {
    const { domain_name, type, ttl } = input;
    const { owner, data } = recordOf(input);
    if (isSpf({ type, content: contentOf(data), host: owner, ttl }))
      refuseSecondSpf(await registrar.dns_list({ domain_name }), owner);
    const record = await registrar.dns_create({
      domain_name,
      hostname: owner,
      type,
      content: contentOf(data),
      ttl,
      priority: priorityOf(data),
    });
    // The record is there by now: that the domain cannot be read must not look like a failure.
    const domain = await registrar.domain_get({ domain_name }).catch(() => undefined);
    return { ...record, served: domain?.hosted };
  },
  summary: record =>
    `Added ${describeRecord(record)}.${record.served === false ? ' It is NOT SERVED: the nameservers of the domain are elsewhere.' : ''}`,
});

/** Of two SPF records mail servers use none (RFC 7208, 4.5). */
function refuseSecondSpf(zone: readonly StoredRecord[], host: Host): void {
  const there = zone.find(record => record.host === host && isSpf(record));
  if (there)
    refuse(
      'conflict',
      `${host} has an SPF record already (${describeRecord(there)}), and of two mail servers use none. Nothing was added.`,
      'Give this record to dns_apply, which merges SPF records.',
    );
}

interface Wanted {
  readonly domain_name: DomainName;
  readonly host: string;
  readonly type: RecordType;
  readonly content: string;
  readonly priority?: number | undefined;
}

/** The record that is wanted; refuses with all reasons what cannot be stored, before anything is sent or written. */
function recordOf({ domain_name, host, type, content, priority }: Wanted): { owner: Host; data: RecordData } {
  const owner = parseHost(host, domain_name);
  const data = parseRecordData(type, content, priority);
  const apex = 'ok' in owner && owner.ok === '@';
  const reasons = [
    'problem' in owner && `host: ${owner.problem}.`,
    'problem' in data && `${data.problem[0]?.toUpperCase()}${data.problem.slice(1)}.`,
    apex &&
      type === 'CNAME' &&
      `A CNAME cannot stand at ${domain_name} itself, beside its NS records (RFC 1034); use an ANAME there.`,
    apex &&
      type === 'NS' &&
      `The NS records of ${domain_name} itself follow its nameservers; use domain_update_nameservers.`,
  ].filter(reason => reason !== false);
  if ('problem' in owner || 'problem' in data || reasons.length > 0)
    throw new Fault('invalid_input', reasons.join(' '), 'Nothing was sent. Correct the arguments and call again.');
  return { owner: owner.ok, data: data.ok };
}
