import { createHash } from 'node:crypto';
import { contactFields, contactFor, roles, type StoredContact } from '../model/contact.ts';
import type { DomainName } from '../model/domain-name.ts';
import { Fault, type FaultCode } from '../model/fault.ts';
import type { StoredRecord } from '../model/record.ts';
import type { Registrar } from '../registrar/registrar.ts';
import { lintAlone } from '../zone/lint.ts';
import { abreast } from './abreast.ts';
import type { Facts, Holding, Readings } from './readings.ts';

/** How deep a reading goes: the list alone, each domain by itself, or its zone too. */
export const depths = ['list', 'domains', 'zones'] as const;

export type Depth = (typeof depths)[number];

/** How many names are read at once: enough for the registrar's 20 requests a second, and others still get their turn. */
const atOnce = 8;

/** After so many failures that may be the registrar's own, without a success between them, the reading stops. */
const mostTroubles = 8;

interface Reader {
  readonly registrar: Pick<Registrar<'read'>, 'domain_list' | 'domain_get' | 'dns_list'>;
  readonly readings: Readings;
}

/** How a reading of names ended. `failed`: those that cannot be read; `stopped`: why the others were left. */
export interface ReadingEnd {
  readonly failed: readonly { readonly name: DomainName; readonly why: string }[];
  readonly stopped?: string | undefined;
}

/** The account's list as of an instant: remembered where it was read no earlier than `since`, else read. */
export async function readList({ registrar, readings }: Reader, { at, since }: { at: number; since: number }) {
  const known = readings.list;
  if (known && known.at >= since && known.at <= at) return known;
  const before = readings.changes;
  const holdings = (await registrar.domain_list({})).map(
    ({ domain_name, expires, privacy, prices }): Holding => ({
      domain_name,
      expires,
      privacy: privacy.enabled,
      renewal: prices.renew,
    }),
  );
  const read = { holdings, at };
  readings.keepList(read, before);
  return read;
}

/** Whether what is known of a domain is as deep as is wanted. A zone that is not served is not looked into. */
export function isRead(facts: Facts | undefined, depth: Depth): facts is Facts {
  return facts !== undefined && (depth !== 'zones' || !facts.hosted || facts.zone !== undefined);
}

/** Reads a domain by itself, with its zone where that is wanted and served. */
export async function readName(
  { registrar, readings }: Reader,
  domain_name: DomainName,
  { depth, at }: { readonly depth: Depth; readonly at: number },
): Promise<Facts> {
  const before = readings.changes;
  const domain = await registrar.domain_get({ domain_name });
  const records = depth === 'zones' && domain.hosted ? await registrar.dns_list({ domain_name }) : undefined;
  const facts: Facts = {
    locked: domain.locked,
    hosted: domain.hosted,
    nameservers: [...domain.nameservers].sort().join(' '),
    contacts: fingerprint(domain.contacts),
    registrant: labelOf(contactFor('registrant', domain.contacts)),
    zone: records && errorsIn(records, domain_name),
    at,
  };
  readings.keepFacts(domain_name, facts, before);
  return facts;
}

/**
 * Reads names by themselves, some at a time. A name that cannot be read is left out; where the registrar takes no more
 * requests the rest is left for later.
 */
export async function readNames(
  reader: Reader,
  names: readonly DomainName[],
  { depth, at, progress }: { readonly depth: Depth; readonly at: number; progress(done: number, total: number): void },
): Promise<ReadingEnd> {
  const failed: { name: DomainName; why: string }[] = [];
  let stopped: string | undefined;
  let troubles = 0;
  let done = 0;

  if (names.length > 0) progress(0, names.length);
  await abreast(names, atOnce, async name => {
    if (stopped !== undefined) return;
    try {
      // Another call may have read it meanwhile.
      if (!isRead(reader.readings.factsOf(name, at), depth)) await readName(reader, name, { depth, at });
      troubles = 0;
    } catch (error) {
      const kind = error instanceof Fault ? kinds.get(error.code) : undefined;
      if (!(error instanceof Fault) || kind === undefined) throw error;
      if (kind === 'of all') stopped ??= error.message;
      else {
        failed.push({ name, why: error.message });
        reader.readings.keepFailure(name, at);
        troubles += kind === 'perhaps of all' ? 1 : 0;
        if (troubles >= mostTroubles) stopped ??= error.message;
      }
    }
    done += 1;
    if (stopped === undefined) progress(done, names.length);
  });
  return { failed, stopped };
}

/** What a fault is about: the name alone, every request, or either, as far as one can tell. Any other ends the call. */
const kinds: ReadonlyMap<FaultCode, 'of the name' | 'perhaps of all' | 'of all'> = new Map([
  ['domain_not_in_account', 'of the name'],
  ['not_found', 'of the name'],
  ['registrar_refused', 'of the name'],
  ['registrar_unreadable', 'of the name'],
  ['registrar_failed', 'perhaps of all'],
  ['registrar_unreachable', 'perhaps of all'],
  ['registrar_busy', 'of all'],
]);

function errorsIn(records: readonly StoredRecord[], domain: DomainName): number {
  return lintAlone(records, domain).filter(({ severity }) => severity === 'error').length;
}

/** The same for the same people, whatever objects their roles are spread over. */
function fingerprint(contacts: readonly StoredContact[]): string {
  const byRole = roles.map(role => {
    const contact = contactFor(role, contacts);
    return contact && contactFields.map(field => contact[field].trim());
  });
  return createHash('sha256').update(JSON.stringify(byRole)).digest('base64url').slice(0, 22);
}

/** A contact in a few words. */
function labelOf(contact: StoredContact | undefined): string {
  if (!contact) return 'none';
  const { organization, first_name, last_name, email } = contact;
  return (organization.trim() || `${first_name} ${last_name}`.trim() || email).slice(0, 80);
}
