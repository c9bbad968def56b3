import type { DomainName } from '../model/domain-name.ts';
import { Fault } from '../model/fault.ts';
import { describeRecord, recordTypes, type StoredRecord, storedHost, type ZoneRecord } from '../model/record.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { diffZones } from '../zone/diff.ts';
import { stepsFor } from '../zone/steps.ts';
import { identity } from '../zone/zone.ts';
import { insisting } from './insisting.ts';

/** A request of a change that takes several. */
export interface Step {
  run(): Promise<unknown>;
  /** Takes back what was deleted to make room for it: it is the second half of a swap, before which there is no safe point to stop. */
  back?(): Promise<unknown>;
}

/** How many steps the zone is gone on from one reading of it before it is looked at again, ahead of a deletion. */
const stepsPerReading = 20;

/**
 * The requests that lead from some records to others. What is deleted is known by its number, and only deleted while that
 * is still the record that was planned: the zone is read again before the first deletion that other steps came before, and
 * every so often.
 */
export function zoneSteps(
  registrar: Registrar<'destructive'>,
  domain_name: DomainName,
  current: readonly StoredRecord[],
  from: readonly ZoneRecord[],
  to: readonly ZoneRecord[],
): Step[] {
  const steps = stepsFor(diffZones(from, to));
  let reading = current;
  let readAt = 0;
  let deleting = false;
  const remove = async (record: ZoneRecord, at: number) => {
    if (at - readAt >= stepsPerReading || (!deleting && at > 0)) {
      reading = await registrar.dns_list({ domain_name });
      readAt = at;
    }
    deleting = true;
    const found = reading.filter(known => identity(known) === identity(record));
    if (found.length === 0)
      throw new Fault(
        'conflict',
        `${describeRecord(record)} is not there any more: somebody else has changed it meanwhile.`,
        'Preview again to see what it would do now.',
      );
    for (const { record_id } of found) await registrar.dns_delete({ domain_name, record_id });
  };
  /** One after the other; what cannot be put back now is seen when the zone is read, and is resume's or undo's. */
  const putBack = async (records: readonly ZoneRecord[]) => {
    for (const record of records)
      await insisting(() => addRecord(registrar, domain_name, record)).catch(() => undefined);
  };
  return steps.map(({ act, record }, at): Step => {
    if (act === 'delete') return { run: () => remove(record, at) };
    const add = () => addRecord(registrar, domain_name, record);
    const makesRoom = (step?: (typeof steps)[number]) => step?.act === 'delete' && step.record.host === record.host;
    let first = at;
    while (makesRoom(steps[first - 1])) first -= 1;
    const deleted = steps.slice(first, at).reverse();
    if (deleted.length === 0) return { run: add };
    return { run: () => insisting(add), back: () => putBack(deleted.map(step => step.record)) };
  });
}

async function addRecord(
  registrar: Registrar<'destructive'>,
  domain_name: DomainName,
  { host, type: known, ...record }: ZoneRecord,
): Promise<void> {
  const hostname = storedHost(host);
  const type = recordTypes.find(each => each === known);
  if (hostname === undefined || type === undefined)
    throw new Fault(
      'not_found',
      `A ${known} record at ${host} cannot be made through this API.`,
      'A person has to put it back at the registrar.',
    );
  await registrar.dns_create({ domain_name, hostname, type, ...record });
}
