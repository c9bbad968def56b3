import type { Nameserver } from '../dns/nameserver.ts';
import type { DnsAnswer, Resolver } from '../dns/resolver.ts';
import type { Domain } from '../model/domain.ts';
import { ownerName, type ZoneRecord } from '../model/record.ts';
import { plainNameserver } from '../registrar/quirks.ts';
import { cutsOf, upwards } from '../zone/names.ts';
import { isSpf, lookupTerms } from '../zone/spf.ts';
import { saying } from '../zone/zone.ts';
import { abreast } from './abreast.ts';

/** How many questions a nameserver is asked at once, and how many lookups an SPF record is followed for. */
const atOnce = 20;
const mostFollowed = 40;
/** How long an SPF record is followed, in milliseconds, and after how many silences a nameserver is left alone. */
const spfTimeout = 10_000;
const mostSilences = 3;

/** The records of one name and type. */
export type RecordSet = readonly [ZoneRecord, ...ZoneRecord[]];

/** A nameserver of a domain, as it was found; with several addresses the first that answers is asked. */
export interface Asked {
  readonly name: string;
  readonly server?: Nameserver | undefined;
  readonly problem?: string | undefined;
}

/** Whom the world is told to ask for a domain, and how that was found out. */
export interface Delegation {
  readonly names: readonly string[];
  /** What the resolvers said in place of nameservers. */
  readonly code?: string | undefined;
}

/** A record set that a nameserver serves otherwise than it is saved. */
export interface Unlike {
  readonly host: string;
  readonly type: string;
  readonly nameserver: string;
  readonly answered: string;
}

/** The nameservers that the world is told to ask for a domain; those that the registrar has where that cannot be found out. */
export async function delegation(
  resolver: Resolver,
  { domain_name, nameservers }: Pick<Domain, 'domain_name' | 'nameservers'>,
  signal: AbortSignal,
): Promise<Delegation> {
  const told = await resolver.lookup(domain_name, 'NS', signal).then(
    ({ code, answers }) => ({
      code,
      names: answers
        .filter(({ type }) => type === 'NS')
        .map(({ content }) => content.toLowerCase().replace(/\.$/, ''))
        .sort(),
    }),
    error => ({ code: said(error), names: [] }),
  );
  return told.names.length > 0 ? { names: told.names } : { names: nameservers, code: told.code };
}

/** Whether two lists name the same nameservers; the registrar's own are equal in both of their spellings. */
export function sameNameservers(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [a, b].map(names => [...new Set(names.map(plainNameserver))].sort().join(' '));
  return one === other;
}

/** Finds the nameservers of a domain that answer, side by side. */
export async function findNameservers(
  resolver: Resolver,
  names: readonly string[],
  zone: string,
  signal: AbortSignal,
): Promise<Asked[]> {
  return await Promise.all(
    names.map(async name => {
      try {
        return { name, server: await answering(resolver, await resolver.locate(name, signal), zone, signal) };
      } catch (error) {
        return { name, problem: said(error) };
      }
    }),
  );
}

async function answering(
  resolver: Resolver,
  servers: readonly Nameserver[],
  zone: string,
  signal: AbortSignal,
): Promise<Nameserver> {
  let problem: unknown;
  for (const server of servers) {
    try {
      await resolver.ask(server, zone, 'SOA', signal);
      return server;
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

/**
 * Asks one nameserver for every record set, some at a time, and tells which it serves otherwise. One that has been silent
 * several times is not asked on.
 */
export async function compareServed(
  resolver: Resolver,
  { name, server }: { readonly name: string; readonly server: Nameserver },
  sets: readonly RecordSet[],
  zone: string,
  { signal, progress }: { readonly signal: AbortSignal; progress(): void },
): Promise<{ readonly unlike: Unlike[]; readonly problem?: string | undefined }> {
  const unlike: Unlike[] = [];
  const silences: string[] = [];
  await abreast(sets, atOnce, async set => {
    if (silences.length >= mostSilences || signal.aborted) return;
    const [{ host, type }] = set;
    const asked = ownerName(host, zone);
    try {
      const answered = difference(set, asked, await ask(resolver, server, asked, type, signal));
      if (answered !== undefined) unlike.push({ host, type, nameserver: name, answered });
    } catch (error) {
      silences.push(said(error));
      unlike.push({ host, type, nameserver: name, answered: said(error) });
    }
    progress();
  });
  return silences.length >= mostSilences ? { unlike: [], problem: silences[0] } : { unlike };
}

/** The sets that a zone's own nameservers answer for: what is at or below a name that it delegates away is for others. */
export function answeredHere(sets: readonly RecordSet[], zone: readonly ZoneRecord[]): RecordSet[] {
  const cuts = cutsOf(zone);
  return cuts.size === 0
    ? [...sets]
    : sets.filter(
        ([{ host, type }]) => !upwards(host).some(name => cuts.has(name) && !(name === host && type === 'NS')),
      );
}

/** An ANAME has no type of its own in the name system: its addresses are asked for. */
async function ask(
  resolver: Resolver,
  server: Nameserver,
  name: string,
  type: string,
  signal: AbortSignal,
): Promise<DnsAnswer> {
  if (type !== 'ANAME') return await resolver.ask(server, name, type, signal);
  const answer = await resolver.ask(server, name, 'A', signal);
  return answer.answers.length > 0 ? answer : await resolver.ask(server, name, 'AAAA', signal);
}

/** What was answered in place of a set; nothing where it is served as saved. */
function difference(set: RecordSet, asked: string, { code, authoritative, answers }: DnsAnswer): string | undefined {
  const [{ type }] = set;
  if (code !== 'NOERROR') return code;
  // A name that is delegated away is answered with where to ask, and not with authority.
  if (!authoritative && type !== 'NS') return 'it does not serve this zone';
  const own = answers.filter(({ name }) => name === asked.toLowerCase());
  const alias = own.find(answer => answer.type === 'CNAME');
  if (alias && type !== 'CNAME') return `CNAME ${alias.content}`;
  if (type === 'ANAME') return own.length > 0 ? undefined : 'no address';
  const given = own.filter(answer => answer.type === type);
  if (given.length === 0) return 'no such records';
  const saved = new Set(set.map(saying));
  const served = new Set(given.map(({ content, priority }) => saying({ host: '', type, content, ttl: 0, priority })));
  const same = served.size === saved.size && [...served].every(each => saved.has(each));
  return same ? undefined : given.map(({ content }) => content).join(', ');
}

/**
 * Counts what a domain's SPF record costs in lookups, through all that it includes, as often as it does. Those whose answer
 * cannot be had count once; a circle ends.
 */
export async function countSpfLookups(resolver: Resolver, record: ZoneRecord, signal: AbortSignal): Promise<number> {
  const texts = new Map<string, Promise<ZoneRecord | undefined>>();
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(spfTimeout)]);
  let total = 0;
  function spfOf(name: string): Promise<ZoneRecord | undefined> {
    const found = resolver.lookup(name, 'TXT', inTime).then(
      ({ answers }) => answers.map(({ content }) => ({ host: '', type: 'TXT', content, ttl: 0 })).find(isSpf),
      () => undefined,
    );
    texts.set(name, found);
    return found;
  }
  async function count(of: Pick<ZoneRecord, 'content'>, path: readonly string[]): Promise<void> {
    for (const { follows } of lookupTerms(of)) {
      if (total >= mostFollowed) return;
      total += 1;
      if (follows === undefined || follows.includes('%') || path.includes(follows)) continue;
      const next = await (texts.get(follows) ?? spfOf(follows));
      if (next) await count(next, [...path, follows]);
    }
  }
  await count(record, []);
  return total;
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be asked';
}
