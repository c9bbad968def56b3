import * as z from 'zod';
import { DomainName, shownName } from '#model/domain-name.ts';
import { Fault, refuse } from '#model/fault.ts';
import { recordTypes, type StoredRecord, type ZoneRecord } from '#model/record.ts';
import { oneOf } from '#model/text.ts';
import { tool } from '#tool/define.ts';
import type { Records } from '#tool/records.ts';
import { restore } from '#tool/state.ts';
import { cutShort, readZone, zoneEarlier } from '#tool/zone-history.ts';
import { counted, planZone } from '#tool/zone-plan.ts';
import { goneOn, recordsOf, stateOf } from '#tool/zone-state.ts';
import { type Desired, readDesired } from '#zone/desired.ts';
import { isEmpty } from '#zone/diff.ts';
import { newMistakes } from '#zone/lint.ts';
import { presetNames } from '#zone/presets/index.ts';

export default tool.destructive({
  name: 'dns_apply',
  title: 'Change a zone as a whole',
  description:
    'Brings a zone to a desired state: shows the difference, asks once, applies it, reads it back. Give one of records, master_file, preset or resume; remove alone or besides. merge changes only the names and types given (SPF is merged); replace makes it the whole zone. undo takes it back.',
  input: z.strictObject({
    domain_name: DomainName,
    records: z
      .array(
        z.strictObject({
          host: z.string().max(254),
          type: z.enum(recordTypes),
          content: z.string().max(4000),
          ttl: z.int().min(300).max(2_147_483_647).optional(),
          priority: z.int().min(0).max(65_535).optional(),
        }),
      )
      .min(1)
      .max(5000)
      .optional()
      .describe('As in dns_create'),
    master_file: z.string().max(900_000).optional().describe('RFC 1035'),
    preset: z.enum(presetNames).optional(),
    parameters: z.record(z.string(), z.string().max(600)).optional().describe("The preset's; it names what it lacks"),
    remove: z
      .array(
        z.strictObject({
          host: z.string().max(254),
          type: z.enum(recordTypes).optional(),
          content: z.string().max(4000).optional(),
        }),
      )
      .min(1)
      .max(500)
      .optional()
      .describe('What goes'),
    mode: z.enum(['merge', 'replace']).default('merge'),
    resume: z.int().min(1).optional().describe('Journal entry that was cut short'),
  }),
  output: z.object({
    domain_name: DomainName,
    added: z.int(),
    changed: z.int(),
    removed: z.int(),
    afterwards: z.array(z.string()).optional(),
    served: z.boolean().optional(),
  }),

  async plan(input, { registrar, records, now }) {
    const { domain_name, resume } = input;
    refuseUnlessOne(input);
    const ledger = await records();
    const zone = await readZone(registrar, ledger, domain_name);
    const wanted = resume === undefined ? desired(input, zone) : await rest(ledger, domain_name, resume, zone);
    const earlier = await zoneEarlier(ledger, domain_name, zone, now);
    const planned = planZone(domain_name, zone, wanted.zone, earlier);
    if (isEmpty(planned.difference))
      refuse(
        'conflict',
        `The zone of ${domain_name} is as wanted already. Nothing was done.`,
        'There is nothing to apply.',
      );
    const cut = resume === undefined ? await cutShort(ledger, domain_name) : undefined;
    const { hosted } = await registrar.domain_get({ domain_name });
    const { removed, changed } = planned.difference;
    const mistakes = newMistakes(zone, recordsOf(planned.target), domain_name).slice(0, mostMistakes);
    return {
      ...planned,
      does: `${wanted.does}: ${counted(planned.difference)}.`,
      loses: [
        ...mistakes.map(({ host, what, fix }) => `${host}: ${what} ${fix}`),
        ...(removed.length + changed.length > 0
          ? ['What is removed or changed stops being served as soon as caches forget it.']
          : []),
        ...(cut
          ? [
              `Entry ${cut.entry} of the journal was cut short on this zone: preview resume ${cut.entry} to go on with it, or undo it, before other changes.`,
            ]
          : []),
      ],
      notes: [
        ...wanted.notes,
        ...planned.notes,
        ...(hosted
          ? []
          : [`The nameservers of ${shownName(domain_name)} are elsewhere: what is saved here is not served.`]),
      ],
      afterwards: wanted.afterwards,
      hosted,
    };
  },

  async apply({ domain_name }, { subject, from, target, difference, afterwards, hosted }, context) {
    await restore(context, subject, from, target);
    const { added, changed, removed } = difference;
    return {
      domain_name,
      added: added.length,
      changed: changed.length,
      removed: removed.length,
      afterwards,
      served: hosted,
    };
  },
  summary: ({ domain_name, added, changed, removed, afterwards = [], served }) =>
    [
      `Applied to ${shownName(domain_name)}: ${added} added, ${changed} changed, ${removed} removed.`,
      ...(served === false ? ['It is NOT SERVED: the nameservers of the domain are elsewhere.'] : []),
      ...(afterwards.length > 0 ? ['Still to be done at the other end, by the person: see afterwards.'] : []),
    ].join(' '),
});

/** How many of the mistakes that a plan would make are told. */
const mostMistakes = 10;

function refuseUnlessOne({
  records,
  master_file,
  preset,
  resume,
  remove,
  parameters,
}: Readonly<
  Partial<Record<'records' | 'master_file' | 'preset' | 'resume' | 'remove' | 'parameters', unknown>>
>): void {
  if (resume !== undefined && remove !== undefined)
    throw invalid(['remove does not go with resume, which knows what was to go.']);
  const given = Object.entries({ records, master_file, preset, resume }).filter(([, value]) => value !== undefined);
  if (resume !== undefined && parameters !== undefined)
    throw invalid(['parameters belong to a preset; resume takes its own.']);
  if (given.length === 0 && remove !== undefined) return;
  if (given.length !== 1)
    refuse(
      'invalid_input',
      `Give one of records, master_file, preset, resume or remove, ${
        given.length === 0
          ? 'and there is none'
          : `not ${oneOf(
              given.map(([name]) => name),
              'and',
            )} together`
      }.`,
      'Nothing was sent. Correct the arguments and call again.',
    );
}

/** What a zone is to become, and how to say it. */
interface Goal {
  readonly does: string;
  readonly zone: readonly ZoneRecord[];
  readonly notes: readonly string[];
  readonly afterwards?: string[] | undefined;
}

function desired(
  {
    domain_name,
    mode,
    records,
    master_file,
    preset,
    parameters,
    remove,
  }: Omit<Desired, 'domain'> & { domain_name: DomainName },
  zone: readonly StoredRecord[],
): Goal {
  const read = readDesired({ domain: domain_name, mode, records, master_file, preset, parameters, remove }, zone);
  if ('problems' in read) throw invalid(read.problems);
  return {
    ...read,
    does: `${mode === 'replace' ? 'Replace the whole zone of' : 'Change the zone of'} ${shownName(domain_name)}${read.title ? ` for ${read.title}` : ''}`,
  };
}

/** What is left of an act that was cut short. */
async function rest(
  ledger: Records,
  domain_name: DomainName,
  entry: number,
  zone: readonly StoredRecord[],
): Promise<Goal> {
  const act = await ledger.act(entry);
  const { subject, before, target, outcome } = act ?? {};
  if (subject?.kind !== 'zone' || subject.domain_name !== domain_name || !before || !target)
    return refuse(
      'not_found',
      `Entry ${entry} of the journal is no change of the zone of ${domain_name} as a whole.`,
      'See journal for the entries.',
    );
  if (outcome === 'declined' || outcome === 'failed')
    return refuse('conflict', `Entry ${entry} changed nothing.`, 'Preview it anew with its own arguments.');
  return {
    does: `Go on with entry ${entry} on the zone of ${shownName(domain_name)}`,
    zone: goneOn({ before, target }, stateOf(zone)),
    notes: [`Entry ${entry} wanted a zone of ${recordsOf(target).length} records.`],
  };
}

function invalid(problems: readonly string[]): Fault {
  const shown = problems.slice(0, 20);
  const more = problems.length > shown.length ? [`There are ${problems.length - shown.length} more.`] : [];
  return new Fault(
    'invalid_input',
    [...shown, ...more].join(' '),
    'Nothing was sent. Correct the arguments and call again.',
  );
}
