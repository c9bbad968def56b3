import { comparable, describeRecord, type ZoneRecord } from '../model/record.ts';
import { count, oneOf } from '../model/text.ts';
import { isSpf, mergeSpf } from './spf.ts';
import { byHost, contentIn, editable, identity, points, recordSets, saying } from './zone.ts';

/** A zone as it will be, and what to hesitate over; or why it cannot be. */
export type Wanted = { readonly zone: ZoneRecord[]; readonly notes: string[] } | { readonly problems: string[] };

/** The whole zone as given; only the NS records of the apex stay as they are. Every reason why it cannot be, at once. */
export function replacing(given: readonly ZoneRecord[]): Wanted {
  const zone = editable(given);
  const doubled = [...byHost(zone.filter(isSpf))].filter(([, records]) => records.length > 1);
  const problems = [
    ...unholdable(zone),
    ...doubled.map(([host]) => `${host} is given several SPF records, of which mail servers use none; give one.`),
  ];
  return problems.length > 0 ? { problems } : { zone, notes: [] };
}

/** Why the registrar could not hold a zone after a change at some names; what is wrong there already is not the change's to mend. */
export function newlyUnholdable(
  before: readonly ZoneRecord[],
  after: readonly ZoneRecord[],
  hosts: ReadonlySet<string>,
): string[] {
  const isMeant = ({ host }: ZoneRecord) => hosts.has(host);
  const known = new Set(unholdable(before.filter(isMeant)));
  return unholdable(after.filter(isMeant)).filter(problem => !known.has(problem));
}

/** Why the registrar could not hold records together. */
function unholdable(zone: readonly ZoneRecord[]): string[] {
  return [...byHost(zone)].flatMap(([host, records]) => [
    ...aliasProblems(host, records),
    ...(records.length === 1 ? setProblems(records) : [...recordSets(records).values()].flatMap(setProblems)),
  ]);
}

function aliasProblems(host: string, records: readonly ZoneRecord[]): string[] {
  const flat = new Set(records.filter(({ type }) => type === 'ANAME').map(saying));
  if (flat.size > 1) return [`${host} is given ${flat.size} ANAME records; it can have one.`];
  if (!records.some(({ type }) => type === 'CNAME')) return [];
  if (host === '@')
    return ['A CNAME cannot stand at the domain itself, beside its NS records (RFC 1034); use an ANAME there.'];
  const others = new Set(records.map(record => `${record.type} ${saying(record)}`)).size - 1;
  return others === 0
    ? []
    : [`${host} is given a CNAME and ${count(others, 'other record')}; a CNAME stands alone at its name (RFC 1034).`];
}

/** What one set cannot hold: the same with two TTLs or priorities, which the registrar takes for the same; a text that is too long. */
function setProblems(set: readonly ZoneRecord[]): string[] {
  const met = new Map<string, ZoneRecord>();
  const problems: string[] = [];
  for (const record of set) {
    const key = contentIn(record);
    const other = met.get(key);
    met.set(key, record);
    if (other && identity(other) !== identity(record))
      problems.push(
        `${describeRecord(other)} and ${describeRecord(record)} are one record to the registrar; give one of them.`,
      );
    if (record.type === 'TXT' && Buffer.byteLength(key) > 512)
      problems.push(`The text at ${record.host} would have ${Buffer.byteLength(key)} bytes; 512 can be kept.`);
  }
  return problems;
}

/**
 * The zone with what is given in it: each name and type that is given ends up as given, and nothing else is touched. Where a
 * name is made to point elsewhere, what it pointed at before goes (a CNAME takes the place of addresses, and the other way
 * round). TXT records stand beside each other, each kind that there can be one of in its own's place; SPF is merged into one.
 */
export function merging(zone: readonly ZoneRecord[], given: readonly ZoneRecord[]): Wanted {
  const lone = replacing(given);
  if ('problems' in lone) return lone;
  const problems: string[] = [];
  const notes: string[] = [];
  const before = byHost(editable(zone));
  const after: ZoneRecord[] = [];
  const wanted = byHost(lone.zone);
  const hosts = new Set(wanted.keys());
  for (const [host, old] of before) {
    const fresh = wanted.get(host);
    wanted.delete(host);
    after.push(...(fresh ? mergedHost(host, old, fresh, { problems, notes }) : old));
  }
  for (const [host, fresh] of wanted) after.push(...mergedHost(host, [], fresh, { problems, notes }));
  if (problems.length === 0) problems.push(...newlyUnholdable(editable(zone), after, hosts));
  return problems.length > 0 ? { problems } : { zone: after, notes };
}

function mergedHost(
  host: string,
  old: readonly ZoneRecord[],
  fresh: readonly ZoneRecord[],
  { problems, notes }: { problems: string[]; notes: string[] },
): ZoneRecord[] {
  const given = new Set(fresh.map(({ type }) => type));
  const alias = given.has('CNAME');
  const others = old.filter(record => !points(record));
  if (alias && others.length > 0) {
    const types = [...new Set(others.map(({ type }) => type))];
    problems.push(
      `${host} has ${oneOf(types, 'and')} records, beside which no CNAME can stand (RFC 1034). Delete them first, or use A, AAAA or ANAME.`,
    );
  }
  if (!fresh.some(points) && old.some(({ type }) => type === 'CNAME'))
    problems.push(
      `${host} is a CNAME, beside which nothing can stand (RFC 1034). Put these records where it leads, or give an address too.`,
    );
  const address = given.has('A') || given.has('AAAA');
  const stays = ({ type }: ZoneRecord) =>
    !given.has(type) &&
    !(alias && (type === 'A' || type === 'AAAA' || type === 'ANAME')) &&
    !(given.has('ANAME') && (type === 'A' || type === 'AAAA')) &&
    !(address && type === 'ANAME') &&
    !(fresh.some(points) && type === 'CNAME');
  const kept = old.filter(stays);
  for (const type of ['A', 'AAAA'])
    if (address && kept.some(record => record.type === type))
      notes.push(`${host} keeps its ${type} records, which were not given: some visitors will still be sent there.`);
  const sets = [...recordSets(fresh)].flatMap(([, set]) =>
    set[0]?.type === 'TXT'
      ? mergedTexts(
          old.filter(({ type }) => type === 'TXT'),
          set,
          notes,
        )
      : set,
  );
  return [...kept, ...sets];
}

/** Texts beside each other; of those kinds that a name can have one of, the new one. */
function mergedTexts(old: readonly ZoneRecord[], fresh: readonly ZoneRecord[], notes: string[]): ZoneRecord[] {
  const spf = old.filter(isSpf);
  const [given] = fresh.filter(isSpf);
  const merged = given ? [mergeSpf(spf, given)] : spf;
  const told = new Set([...spf, ...fresh].map(({ content }) => content));
  for (const record of merged)
    if (spf.length > 0 && !told.has(record.content))
      notes.push(
        `The SPF record of ${record.host} is merged with the one that is there, since a name may have only one.`,
      );
  const kinds = new Set(fresh.map(kindOf).filter(kind => kind !== undefined));
  const said = new Set(fresh.map(saying));
  const beside = old.filter(record => {
    if (isSpf(record)) return false;
    const kind = kindOf(record);
    return !(kind !== undefined && kinds.has(kind)) && !said.has(saying(record));
  });
  return [...beside, ...merged, ...fresh.filter(record => !isSpf(record))];
}

/** What a text is for, where a name has only one of the kind: `v=DMARC1`, `v=DKIM1` or another version, `did=`. */
function kindOf({ host, type, content }: ZoneRecord): string | undefined {
  const text = comparable(type, content);
  if (/^[^.]+(?:\.[^.]+)*?\._domainkey(?:\.|$)/.test(host)) return 'dkim';
  return /^(?:v=[a-z]+\d+(?=[\s;]|$)|did=)/i.exec(text)?.[0].toLowerCase();
}
