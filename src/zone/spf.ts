import { isIP, isIPv4, isIPv6 } from 'node:net';
import { comparable, type ZoneRecord } from '../model/record.ts';
import { quote } from '../model/text.ts';

/** More of these in one evaluation is a permanent error (RFC 7208, 4.6.4). */
export const mostLookups = 10;

export function isSpf(record: ZoneRecord): boolean {
  return record.type === 'TXT' && /^v=spf1(?:\s|$)/i.test(comparable('TXT', record.content));
}

/** An SPF record's terms, without its version. */
function spfTerms({ content }: Pick<ZoneRecord, 'content'>): string[] {
  return comparable('TXT', content).trim().split(/\s+/).slice(1);
}

/**
 * One SPF record out of those that are there and the one that is given: every term once, in the order in which they were
 * met; what is said of all others at the end, by the given record where it says so. A redirect that would lose its place
 * there is included instead. As it was, if nothing is new.
 */
export function mergeSpf(old: readonly ZoneRecord[], given: ZoneRecord): ZoneRecord {
  const last = [given, ...old].flatMap(heededTerms).find(isLast) ?? '~all';
  const terms = [...old, given].flatMap(heededTerms).flatMap(term => (key(term) === key(last) ? [] : included(term)));
  const seen = new Set<string>();
  const kept = terms.filter(term => !seen.has(key(term)) && seen.add(key(term)));
  const modifiers = kept.filter(term => /^exp=/i.test(term));
  const whole = [...kept.filter(term => !modifiers.includes(term)), last, ...modifiers.slice(0, 1)];
  const [only, ...others] = old;
  if (only && others.length === 0 && sameTerms(spfTerms(only), whole)) return { ...only, ttl: given.ttl };
  return { ...given, content: ['v=spf1', ...whole].join(' ') };
}

/** A record's terms as they are heeded: beside an `all` no redirect is (RFC 7208, 6.1). */
function heededTerms(record: Pick<ZoneRecord, 'content'>): string[] {
  const terms = spfTerms(record);
  const ends = terms.some(term => /^[+?~-]?all$/i.test(term));
  return ends ? terms.filter(term => !/^redirect=/i.test(term)) : terms;
}

/** A term in the middle of a record: another end is left out, and a redirect, which only counts at the end, is included. */
function included(term: string): string[] {
  const [, target] = /^redirect=(.+)$/i.exec(term) ?? [];
  if (target !== undefined) return [`include:${target}`];
  return isLast(term) ? [] : [term];
}

/**
 * The terms of a record that cost a lookup; `include` and `redirect` cost what they lead to besides. Beside an `all` a
 * redirect is not followed (RFC 7208, 6.1).
 */
export function lookupTerms(record: Pick<ZoneRecord, 'content'>): { readonly follows?: string | undefined }[] {
  const terms = spfTerms(record);
  const ends = terms.some(term => /^[+?~-]?all$/i.test(term));
  return terms.flatMap(term => {
    const [, mechanism = '', target] =
      /^[+?~-]?(include|a|mx|ptr|exists|redirect)(?:[:=]([^/]*))?(?:\/.*)?$/i.exec(term) ?? [];
    const redirects = /^redirect$/i.test(mechanism);
    if (mechanism === '' || (redirects && ends)) return [];
    return [{ follows: redirects || /^include$/i.test(mechanism) ? target?.toLowerCase() : undefined }];
  });
}

/** What is wrong with a record's terms, in words. */
export function spfProblems(record: Pick<ZoneRecord, 'content'>): string[] {
  const terms = spfTerms(record);
  const at = terms.findIndex(term => /^[+?~-]?all$/i.test(term));
  const behind = at < 0 ? [] : terms.slice(at + 1).filter(term => !/^[a-z][a-z0-9._-]*=/i.test(term));
  const twice = ['redirect', 'exp'].filter(
    name => terms.filter(term => term.toLowerCase().startsWith(`${name}=`)).length > 1,
  );
  return [
    ...terms.filter(term => !isTerm(term)).map(term => `${quote(term, 60)} is no term of SPF`),
    ...(behind.length > 0 ? ['what stands behind "all" is never looked at'] : []),
    ...twice.map(name => `${name} stands in it twice`),
    ...(terms.some(term => /^\+?all$/i.test(term) || /^\+?ip[46]:.*\/0$/i.test(term))
      ? ['it lets everybody send']
      : []),
  ];
}

/** One term: a mechanism with a qualifier before it, or a modifier. */
function isTerm(text: string): boolean {
  const [, name = '', sign = '', value = ''] = /^[+?~-]?([a-z][a-z0-9._-]*)([:=/]?)(.*)$/i.exec(text) ?? [];
  switch (name.toLowerCase()) {
    case 'all':
      return sign === '';
    case 'include':
    case 'exists':
      return sign === ':' && isDomainSpec(value);
    case 'redirect':
    case 'exp':
      return sign === '=' && isDomainSpec(value);
    case 'ptr':
      return sign === '' || (sign === ':' && isDomainSpec(value));
    case 'a':
    case 'mx': {
      const [, domain, four = '0', six = '0'] = /^(?::([^/]+))?(?:\/(\d{1,2}))?(?:\/\/(\d{1,3}))?$/.exec(
        `${sign}${value}`,
      ) ?? [undefined, ''];
      return (domain === undefined || isDomainSpec(domain)) && Number(four) <= 32 && Number(six) <= 128;
    }
    case 'ip4':
    case 'ip6': {
      const [, address = '', length = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
      const four = name.toLowerCase() === 'ip4';
      return sign === ':' && (four ? isIPv4(address) : isIPv6(address)) && Number(length) <= (four ? 32 : 128);
    }
    default:
      // A modifier that is not known is passed over by those who read it.
      return sign === '=';
  }
}

/** A name, or one with macros in it (RFC 7208, 7). */
function isDomainSpec(text: string): boolean {
  return (
    text.includes('%') ||
    (/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+\.?$/i.test(text) && isIP(text) === 0)
  );
}

function isLast(text: string): boolean {
  return /^(?:[+?~-]?all|redirect=.*)$/i.test(text);
}

/** `+a` is `a`; case does not matter. */
function key(text: string): string {
  return text.toLowerCase().replace(/^\+/, '');
}

function sameTerms(a: readonly string[], b: readonly string[]): boolean {
  return a.map(key).join(' ') === b.map(key).join(' ');
}
