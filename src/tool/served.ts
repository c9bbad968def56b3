import type { Nameserver } from '../dns/nameserver.ts';
import type { DnsAnswer, Resolver } from '../dns/resolver.ts';
import type { Domain } from '../model/domain.ts';
import type { ZoneRecord } from '../model/record.ts';
import { plainNameserver } from '../registrar/quirks.ts';
import { isSpf, lookupTerms } from '../zone/spf.ts';
import { saying } from '../zone/zone.ts';

/** How many questions a nameserver is asked at once, and how many lookups an SPF record is followed for. */
const atOnce = 20;
const mostFollowed = 40;

/** A nameserver of a domain, as it was found. */
export interface Asked {
  readonly name: string;
  readonly server?: Nameserver | undefined;
  readonly problem?: string | undefined;
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
): Promise<readonly string[]> {
  const told = await resolver.lookup(domain_name, 'NS', signal).then(
    ({ answers }) =>
      answers.filter(({ type }) => type === 'NS').map(({ content }) => content.toLowerCase().replace(/\.$/, '')),
    () => [],
  );
  return told.length > 0 ? told.sort() : nameservers;
}

/** Whether two lists name the same nameservers; the registrar's own are equal in both of their spellings. */
export function sameNameservers(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [a, b].map(names => [...new Set(names.map(plainNameserver))].sort().join(' '));
  return one === other;
}

/** Finds the nameservers of a domain, side by side. */
export async function findNameservers(
  resolver: Resolver,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Asked[]> {
  return await Promise.all(
    names.map(async name => {
      try {
        const [server] = await resolver.locate(name, signal);
        return { name, server };
      } catch (error) {
        return { name, problem: said(error) };
      }
    }),
  );
}

/** Asks one nameserver for every record set, some at a time, and tells which it serves otherwise. A nameserver that is down is not asked on. */
export async function compareServed(
  resolver: Resolver,
  { name, server }: Asked & { readonly server: Nameserver },
  sets: readonly (readonly [ZoneRecord, ...ZoneRecord[]])[],
  zone: string,
  { signal, progress }: { readonly signal: AbortSignal; progress(): void },
): Promise<{ readonly unlike: Unlike[]; readonly problem?: string | undefined }> {
  const unlike: Unlike[] = [];
  const waiting = sets.values();
  let problem: string | undefined;
  async function work(): Promise<void> {
    for (const set of waiting) {
      if (problem !== undefined || signal.aborted) return;
      const [{ host, type }] = set;
      try {
        const answer = await ask(resolver, server, host === '@' ? zone : `${host}.${zone}`, type, signal);
        const answered = difference(set, answer);
        if (answered !== undefined) unlike.push({ host, type, nameserver: name, answered });
      } catch (error) {
        problem = said(error);
      }
      progress();
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return { unlike, problem };
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
function difference(
  set: readonly [ZoneRecord, ...ZoneRecord[]],
  { code, authoritative, answers }: DnsAnswer,
): string | undefined {
  const [{ type }] = set;
  if (code !== 'NOERROR') return code;
  if (type === 'ANAME') return answers.length > 0 ? undefined : 'no address';
  const given = answers.filter(answer => answer.type === type);
  if (given.length === 0) return authoritative ? 'no such records' : 'it does not serve this zone';
  const saved = new Set(set.map(saying));
  const served = given.map(({ content, priority }) =>
    saying({ host: '', type, content, ttl: 0, priority: priority ?? undefined }),
  );
  return served.length === saved.size && served.every(each => saved.has(each))
    ? undefined
    : given.map(({ content }) => content).join(', ');
}

/**
 * Counts what a domain's SPF record costs in lookups, through all that it includes. Those whose answer cannot be had count
 * once; a circle ends.
 */
export async function countSpfLookups(resolver: Resolver, record: ZoneRecord, signal: AbortSignal): Promise<number> {
  const seen = new Set<string>();
  let total = 0;
  async function count(of: Pick<ZoneRecord, 'content'>): Promise<void> {
    for (const { follows } of lookupTerms(of)) {
      total += 1;
      if (follows === undefined || follows.includes('%') || seen.has(follows) || total > mostFollowed) continue;
      seen.add(follows);
      const texts = await resolver.lookup(follows, 'TXT', signal).then(
        ({ answers }) => answers.map(({ content }) => ({ host: '', type: 'TXT', content, ttl: 0 })),
        () => [],
      );
      const next = texts.find(isSpf);
      if (next) await count(next);
    }
  }
  await count(record);
  return total;
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be asked';
}
