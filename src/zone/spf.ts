import { comparable, type ZoneRecord } from '../model/record.ts';

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
  const last = [given, ...old].flatMap(spfTerms).find(isLast) ?? '~all';
  const terms = [...old, given].flatMap(spfTerms).flatMap(term => (key(term) === key(last) ? [] : included(term)));
  const seen = new Set<string>();
  const kept = terms.filter(term => !seen.has(key(term)) && seen.add(key(term)));
  const modifiers = kept.filter(term => /^exp=/i.test(term));
  const whole = [...kept.filter(term => !modifiers.includes(term)), last, ...modifiers.slice(0, 1)];
  const [only, ...others] = old;
  if (only && others.length === 0 && sameTerms(spfTerms(only), whole)) return { ...only, ttl: given.ttl };
  return { ...given, content: ['v=spf1', ...whole].join(' ') };
}

/** A term in the middle of a record: another end is left out, and a redirect, which only counts at the end, is included. */
function included(term: string): string[] {
  const [, target] = /^redirect=(.+)$/i.exec(term) ?? [];
  if (target !== undefined) return [`include:${target}`];
  return isLast(term) ? [] : [term];
}

/** The terms of a record that cost a lookup; `include` and `redirect` cost what they lead to besides. */
export function lookupTerms(record: Pick<ZoneRecord, 'content'>): { readonly follows?: string | undefined }[] {
  return spfTerms(record).flatMap(term => {
    const [, mechanism = '', , value] =
      /^[+?~-]?(include|a|mx|ptr|exists|redirect)(?:([:=])([^/]*))?(?:\/.*)?$/i.exec(term) ?? [];
    if (mechanism === '') return [];
    return [{ follows: /^(?:include|redirect)$/i.test(mechanism) ? value?.toLowerCase() : undefined }];
  });
}

/** What is wrong with a record's terms, in words. */
export function spfProblems(record: Pick<ZoneRecord, 'content'>): string[] {
  const terms = spfTerms(record);
  const at = terms.findIndex(term => /^[+?~-]?all$/i.test(term));
  return [
    ...terms.filter(term => !isTerm(term)).map(term => `"${term.slice(0, 60)}" is no term of SPF`),
    ...(at >= 0 && at < terms.length - 1 && terms.slice(at + 1).some(term => !term.includes('='))
      ? ['what stands behind "all" is never looked at']
      : []),
    ...(terms.some(term => /^\+?all$/i.test(term)) ? ['it lets everybody send ("+all")'] : []),
  ];
}

const term =
  /^(?:[+?~-]?(?:all|include:\S+|a(?::\S+?)?(?:\/\d{1,3})?(?:\/\/\d{1,3})?|mx(?::\S+?)?(?:\/\d{1,3})?(?:\/\/\d{1,3})?|ptr(?::\S+)?|ip4:[\d./]+|ip6:[\da-f:./]+|exists:\S+)|[a-z][a-z0-9._-]*=\S*)$/i;

function isTerm(text: string): boolean {
  return term.test(text);
}

function isLast(text: string): boolean {
  return /^(?:[+?~-]?all|redirect=.*)$/i.test(text);
}

/** `+a` is `a`; case does not matter. */
function key(text: string): string {
  return text.toLowerCase().replace(/^\+/, '');
}

function sameTerms(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, at) => key(text) === key(b[at] ?? ''));
}
