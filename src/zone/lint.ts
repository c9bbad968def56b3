import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { shownName } from '../model/domain-name.ts';
import { comparable, ownerName, type ZoneRecord } from '../model/record.ts';
import { scriptWarning } from '../model/script.ts';
import { count, quote } from '../model/text.ts';
import { error, type Finding, warning } from './finding.ts';
import { lintMail } from './lint-mail.ts';
import { type AliasAt, aliasesOf, circles, wildcards } from './lint-names.ts';
import { hostIn, namesOf } from './names.ts';
import { byHost, isApexNs } from './zone.ts';

/** What lint may know of the rest of the account: whether a full name inside one of its domains has records. */
export interface LintContext {
  readonly domain: string;
  /** Undefined where the name is not in the account. */
  exists(name: string): boolean | undefined;
}

/** Looks a zone over: everything that resolvers or mail servers would stumble over, as far as the records alone tell. */
export function lintZone(zone: readonly ZoneRecord[], context: LintContext): Finding[] {
  const aliases = new Map(zone.filter(({ type }) => type === 'CNAME').map(record => [record.host, record]));
  const aliasAt = aliasesOf(aliases, zone);
  return [
    ...[...byHost(zone)].flatMap(([host, records]) => lintName(host, records)),
    ...zone.flatMap(record => lintRecord(record, context, aliasAt)),
    ...circles(aliases, context.domain),
    ...wildcards(zone),
    ...lintMail(zone, context.domain),
  ];
}

/** Looks a zone over by its own records, without the rest of the account. */
export function lintAlone(zone: readonly ZoneRecord[], domain: string): Finding[] {
  const names = namesOf(zone);
  const exists = (name: string) => {
    const host = hostIn(name, domain);
    return host === undefined ? undefined : names.has(host);
  };
  return lintZone(zone, { domain, exists });
}

/** What a zone would have wrong that it has not wrong now, by its own records. */
export function newMistakes(zone: readonly ZoneRecord[], wanted: readonly ZoneRecord[], domain: string): Finding[] {
  const known = new Set(lintAlone(zone, domain).map(told));
  return lintAlone(wanted, domain).filter(finding => !known.has(told(finding)));
}

function told({ rule, host, what }: Finding): string {
  return `${rule} ${host} ${what}`;
}

function lintName(host: string, records: readonly ZoneRecord[]): Finding[] {
  const aliases = records.filter(({ type }) => type === 'CNAME');
  const others = records.length - aliases.length;
  if (aliases.length === 0) return [];
  if (host === '@')
    return [
      error('cname_apex', host, 'A CNAME stands at the domain itself, beside its NS records.', 'Use an ANAME there.'),
    ];
  if (others > 0)
    return [
      error(
        'cname_beside',
        host,
        `A CNAME stands beside ${count(others, 'other record')}.`,
        'Keep the CNAME or the others; an ANAME can stand beside other types.',
      ),
    ];
  return aliases.length > 1 ? [error('cname_twice', host, 'A name has two CNAMEs.', 'Keep one.')] : [];
}

function lintRecord(record: ZoneRecord, context: LintContext, aliasAt: AliasAt): Finding[] {
  const { host, type, content, ttl, priority } = record;
  const found: Finding[] = [];
  const { domain } = context;
  if (ttl < 300 || ttl > 604_800)
    found.push(
      warning(
        'ttl',
        host,
        `${type} has a TTL of ${ttl} seconds.`,
        'Between 300 (five minutes) and 604800 (a week) is usual.',
      ),
    );
  if (host === domain || (host.startsWith('@') && host !== '@') || `.${host}.`.includes(`.${domain}.`))
    found.push(
      error(
        'doubled',
        host,
        `This name reads ${quote(ownerName(host, domain))} in full.`,
        `Give the part before ${domain}, or "@".`,
      ),
    );
  if ((type === 'MX' || type === 'SRV') && priority === undefined)
    found.push(error('priority', host, `${type} has no priority.`, 'Delete it and add it with one.'));
  if ((type === 'A' || type === 'AAAA') && isInside(content))
    found.push(
      warning(
        'private',
        host,
        `${content} is an address that the internet cannot reach.`,
        'Publish a public address, or keep this name in an internal zone.',
      ),
    );
  if (type === 'TXT' && Buffer.byteLength(comparable(type, content)) > 512)
    found.push(
      error(
        'txt_long',
        host,
        'The text is longer than the 512 bytes that are kept.',
        'Shorten it, or split its purpose over two names.',
      ),
    );
  if (!isApexNs(record)) found.push(...lintTarget(record, context, aliasAt));
  return found;
}

function lintTarget(record: ZoneRecord, { domain, exists }: LintContext, aliasAt: AliasAt): Finding[] {
  const { host, type, content } = record;
  const target = targetOf(record);
  if (target === undefined) return [];
  if (type === 'SRV' && !/^\d+ \d+ \S+$/.test(content.trim()))
    return [error('srv', host, `SRV reads ${quote(content)}.`, 'It is "weight port target".')];
  if (isIP(target) !== 0)
    return [
      error(
        'target_address',
        host,
        `${type} leads to the address ${target}, and must lead to a name.`,
        'Give the address an A record, and that name here.',
      ),
    ];
  const passing = scriptWarning(target);
  if (passing !== undefined)
    return [
      warning(
        'mixed_script',
        host,
        `${type} leads to ${shownName(target)}: ${passing}`,
        'Ask the person whether this is the name that they mean.',
      ),
    ];
  const inside = hostIn(target, domain);
  const alias = inside === undefined ? undefined : aliasAt(inside);
  if (alias && (type === 'MX' || type === 'NS' || type === 'SRV'))
    return [
      error(
        'target_cname',
        host,
        `${type} leads to ${target}, which is a CNAME (RFC 2181, 10.3).`,
        'Lead it to the name behind that one.',
      ),
    ];
  return exists(target) === false
    ? [
        error(
          'dangling',
          host,
          `${type} leads to ${target}, and there are no records at that name in this account.`,
          'Add them, or remove this record: nobody may claim it meanwhile.',
        ),
      ]
    : [];
}

/** The name that a record leads to. */
export function targetOf({ type, content }: ZoneRecord): string | undefined {
  const text = comparable(type, content);
  switch (type) {
    case 'ANAME':
    case 'CNAME':
    case 'MX':
    case 'NS':
      return text;
    case 'SRV':
      return text.split(' ').at(-1);
    default:
      return undefined;
  }
}

/** Private, loopback, link-local and the like; the blocks that are kept for documents are what examples are made of. */
function isInside(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat', 'unspecified', 'broadcast'].includes(
    ipaddr.process(address).range(),
  );
}
