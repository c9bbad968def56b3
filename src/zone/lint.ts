import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { comparable, type ZoneRecord } from '../model/record.ts';
import { count, oneOf, quote } from '../model/text.ts';
import { lintMail } from './lint-mail.ts';
import { byHost, isApexNs, points } from './zone.ts';

/** What is wrong, or doubtful, about a record, and what to do about it. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly rule: string;
  readonly host: string;
  readonly what: string;
  readonly fix: string;
}

/** What lint may know of the rest of the account: whether a full name inside one of its domains has records. */
export interface LintContext {
  readonly domain: string;
  /** Undefined where the name is not in the account. */
  exists(name: string): boolean | undefined;
}

/** Looks a zone over: everything that resolvers or mail servers would stumble over, as far as the records alone tell. */
export function lintZone(zone: readonly ZoneRecord[], context: LintContext): Finding[] {
  return [
    ...[...byHost(zone)].flatMap(([host, records]) => lintName(host, records)),
    ...zone.flatMap(record => lintRecord(record, zone, context)),
    ...wildcards(zone),
    ...lintMail(zone),
  ];
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

function lintRecord(record: ZoneRecord, zone: readonly ZoneRecord[], context: LintContext): Finding[] {
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
        `This name reads ${quote(`${host}.${domain}`)} in full.`,
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
  if (!isApexNs(record)) found.push(...lintTarget(record, zone, context));
  return found;
}

function lintTarget(record: ZoneRecord, zone: readonly ZoneRecord[], { domain, exists }: LintContext): Finding[] {
  const { host, type, content } = record;
  const target = targetOf(record);
  if (target === undefined) return [];
  if (isIP(target) !== 0)
    return [
      error(
        'target_address',
        host,
        `${type} leads to the address ${target}, and must lead to a name.`,
        'Give the address an A record, and that name here.',
      ),
    ];
  const inside =
    target === domain ? '@' : target.endsWith(`.${domain}`) ? target.slice(0, -domain.length - 1) : undefined;
  if (
    (type === 'MX' || type === 'NS' || type === 'SRV') &&
    inside !== undefined &&
    zone.some(other => other.host === inside && other.type === 'CNAME')
  )
    return [
      error(
        'target_cname',
        host,
        `${type} leads to ${target}, which is a CNAME (RFC 2181, 10.3).`,
        'Lead it to the name behind that one.',
      ),
    ];
  if (exists(target) === false)
    return [
      error(
        'dangling',
        host,
        `${type} leads to ${target}, and there are no records at that name in this account.`,
        'Add them, or remove this record: nobody may claim it meanwhile.',
      ),
    ];
  return type === 'SRV' && !/^\d+ \d+ \S+$/.test(content.trim())
    ? [error('srv', host, `SRV reads ${quote(content)}.`, 'It is "weight port target".')]
    : [];
}

/** A wildcard does not reach names that have records of their own, of whatever type (RFC 4592). */
function wildcards(zone: readonly ZoneRecord[]): Finding[] {
  const hosts = byHost(zone);
  return [...hosts].flatMap(([host, records]) => {
    if (!/^\*(?:\.|$)/.test(host)) return [];
    const types = [...new Set(records.map(({ type }) => type))];
    const below = host === '*' ? '' : host.slice(2);
    const hidden = [...hosts].filter(
      ([other, own]) =>
        other !== '@' &&
        other !== host &&
        (below === '' ? !other.includes('.') : other.endsWith(`.${below}`)) &&
        records.some(points) &&
        !own.some(points) &&
        !other.startsWith('_'),
    );
    return hidden.length === 0
      ? []
      : [
          warning(
            'wildcard',
            host,
            `The wildcard's ${oneOf(types, 'and')} do not reach ${oneOf(
              hidden.slice(0, 5).map(([other]) => other),
              'and',
            )}, which ${hidden.length === 1 ? 'has' : 'have'} records of other types.`,
            'Give those names an address of their own, if they are to have one.',
          ),
        ];
  });
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

function error(rule: string, host: string, what: string, fix: string): Finding {
  return { severity: 'error', rule, host, what, fix };
}

function warning(rule: string, host: string, what: string, fix: string): Finding {
  return { severity: 'warning', rule, host, what, fix };
}
