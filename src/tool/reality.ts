import type { Resolver } from '../dns/resolver.ts';
import type { Domain } from '../model/domain.ts';
import type { ZoneRecord } from '../model/record.ts';
import { count, oneOf, quote } from '../model/text.ts';
import type { Finding } from '../zone/finding.ts';
import {
  type Asked,
  answeredHere,
  compareServed,
  delegation,
  findNameservers,
  type RecordSet,
  sameNameservers,
  type Unlike,
} from './served.ts';

/** A zone as the world is served it. */
export interface Reality {
  readonly findings: readonly Finding[];
  readonly nameservers: readonly {
    readonly name: string;
    readonly address?: string | undefined;
    readonly serves: string;
  }[];
  readonly unlike: readonly Unlike[];
  /** Whether every nameserver serves all of the sets that were asked for. */
  readonly all: boolean;
}

type Delegated = Pick<Domain, 'domain_name' | 'nameservers' | 'hosted'>;

/** Asks the nameservers that the world is told to ask, all of them side by side, for every one of some sets of a zone. */
export async function askTheWorld(
  resolver: Resolver,
  domain: Delegated,
  { sets, zone }: { readonly sets: readonly RecordSet[]; readonly zone: readonly ZoneRecord[] },
  { signal, progress }: { readonly signal: AbortSignal; progress(done: number, total: number): void },
): Promise<Reality> {
  const { domain_name } = domain;
  const { names, code } = await delegation(resolver, domain, signal);
  const nameservers = await findNameservers(resolver, names, domain_name, signal);
  const own = answeredHere(sets, zone);
  const answering = nameservers.flatMap(({ name, server }) => (server ? [{ name, server }] : []));
  let done = 0;
  const told = () => {
    done += 1;
    progress(done, own.length * answering.length);
  };
  const compared = new Map(
    await Promise.all(
      answering.map(
        async asked =>
          [asked.name, await compareServed(resolver, asked, own, domain_name, { signal, progress: told })] as const,
      ),
    ),
  );
  const rows = nameservers.map(asked => ({ asked, found: compared.get(asked.name) }));
  const signed = domain.hosted && (await isSigned(resolver, domain_name, signal));
  return {
    findings: [
      ...(domain.hosted ? [] : [elsewhere(domain)]),
      ...(code === undefined ? [] : [undelegated(domain, code)]),
      ...(code === undefined && !sameNameservers(domain.nameservers, names) ? [moving(domain, names)] : []),
      ...(signed ? [signedAbove(domain)] : []),
      ...(nameservers.every(({ problem }) => problem !== undefined) ? [unreachable(nameservers)] : []),
    ],
    nameservers: rows.map(({ asked: { name, server, problem }, found }) => ({
      name,
      address: server?.address,
      serves: verdict(problem ?? found?.problem, found?.unlike.length ?? 0, own.length),
    })),
    unlike: rows.flatMap(({ found }) => found?.unlike ?? []),
    all:
      rows.length > 0 &&
      rows.every(({ asked, found }) => !asked.problem && found && !found.problem && found.unlike.length === 0),
  };
}

async function isSigned(resolver: Resolver, name: string, signal: AbortSignal): Promise<boolean> {
  return await resolver.lookup(name, 'DS', signal).then(
    ({ answers }) => answers.length > 0,
    () => false,
  );
}

function verdict(problem: string | undefined, unlike: number, sets: number): string {
  if (problem !== undefined) return `not known: ${problem}`;
  if (sets === 0) return 'nothing to compare';
  if (unlike === 0) return `all ${count(sets, 'record set')}`;
  return unlike === sets ? 'none of what is saved' : `${sets - unlike} of ${count(sets, 'record set')}`;
}

function elsewhere({ domain_name, nameservers }: Delegated): Finding {
  return {
    severity: 'error',
    rule: 'elsewhere',
    host: '@',
    what: `The nameservers of ${domain_name} are ${oneOf(nameservers, 'and')}: edits here do not matter to the world.`,
    fix: 'Edit the zone where those nameservers are, or bring the domain here with domain_update_nameservers.',
  };
}

function undelegated({ domain_name }: Delegated, code: string): Finding {
  return {
    severity: 'error',
    rule: 'undelegated',
    host: '@',
    what: `The world is not told whom to ask for ${domain_name}: ${quote(code, 120)}.`,
    fix: 'Where the resolvers work for other names, the domain may be expired, on hold, or wrongly signed: a person should look at the registrar.',
  };
}

function moving({ nameservers }: Delegated, names: readonly string[]): Finding {
  return {
    severity: 'warning',
    rule: 'delegation',
    host: '@',
    what: `The registrar has the nameservers ${oneOf(nameservers, 'and')}, and the world is still told ${oneOf(names, 'and')}.`,
    fix: 'After a change of nameservers this takes up to two days; if it lasts, a person should look at the registry.',
  };
}

function signedAbove({ domain_name }: Delegated): Finding {
  return {
    severity: 'warning',
    rule: 'ds',
    host: '@',
    what: `The registry has a DS record for ${domain_name}: if its nameservers do not sign the zone with that key, validating resolvers find nothing.`,
    fix: "After a move of nameservers, a person should remove a stale DS record on the registrar's own pages.",
  };
}

function unreachable(asked: readonly Asked[]): Finding {
  return {
    severity: 'error',
    rule: 'unreachable',
    host: '@',
    what: `None of the nameservers can be asked: ${asked.map(({ problem = '' }) => quote(problem, 120)).join('; ')}.`,
    fix: 'Check the nameservers (domain_get), their host records (host_list), and the network of this server.',
  };
}
