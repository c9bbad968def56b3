import { comparable, type ZoneRecord } from '../model/record.ts';
import { quote } from '../model/text.ts';
import type { Finding } from './lint.ts';
import { isSpf, lookupTerms, mostLookups, spfProblems } from './spf.ts';
import { byHost } from './zone.ts';

/** What mail servers would stumble over: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), and CAA (RFC 8659) written as text. */
export function lintMail(zone: readonly ZoneRecord[]): Finding[] {
  const texts = zone
    .filter(({ type }) => type === 'TXT')
    .map(record => ({ ...record, content: comparable('TXT', record.content) }));
  return [
    ...[...byHost(texts.filter(isSpf))].flatMap(([host, records]) => lintSpf(host, records)),
    ...texts.filter(isDkim).flatMap(lintDkim),
    ...[...byHost(texts.filter(isDmarc))].flatMap(([host, records]) => lintDmarc(host, records)),
    ...[
      ...zone.filter(({ type }) => type === 'CAA'),
      ...texts.filter(({ content }) => /^\d+ (?:issue|issuewild|iodef) /.test(content)),
    ].flatMap(lintCaa),
  ];
}

function lintSpf(host: string, records: readonly ZoneRecord[]): Finding[] {
  if (records.length > 1)
    return [
      wrong(
        'spf_twice',
        host,
        `There are ${records.length} SPF records; mail servers then use none.`,
        'Make them one: dns_apply merges SPF records.',
      ),
    ];
  return records.flatMap(record => {
    const lookups = lookupTerms(record).length;
    return [
      ...spfProblems(record).map(problem =>
        wrong('spf', host, `The SPF record has a mistake: ${problem}.`, 'Correct it.'),
      ),
      ...(lookups > mostLookups
        ? [
            wrong(
              'spf_lookups',
              host,
              `The SPF record needs ${lookups} lookups or more; ${mostLookups} are allowed.`,
              'Take out senders that are not used.',
            ),
          ]
        : []),
    ];
  });
}

function isDkim({ host, content }: ZoneRecord): boolean {
  return /(?:^|\.)_domainkey(?:\.|$)/.test(host) || /^v=DKIM1\b/.test(content);
}

function lintDkim({ host, content }: ZoneRecord): Finding[] {
  const tags = tagsOf(content);
  const key = tags.get('p');
  if (!/(?:^|\.)_domainkey(?:\.|$)/.test(host))
    return [
      wrong(
        'dkim',
        host,
        'A DKIM key stands where no mail server looks for one.',
        'It belongs at SELECTOR._domainkey.',
      ),
    ];
  // A selector's policy record holds no key.
  if (host.startsWith('_domainkey')) return [];
  if (key === undefined)
    return [wrong('dkim', host, 'The DKIM record has no key (p=).', 'Copy it anew from the mail provider.')];
  const whole = key.replace(/\s+/g, '');
  const algorithm = tags.get('k') ?? 'rsa';
  const base64 = /^[A-Za-z0-9+/]*={0,2}$/.test(whole) && whole.length % 4 === 0;
  const bytes = Buffer.from(whole, 'base64').length;
  // An empty key is a withdrawn one.
  if (whole !== '' && (!base64 || (algorithm === 'rsa' ? bytes < 90 : bytes !== 32 && bytes !== 44)))
    return [
      wrong(
        'dkim',
        host,
        'The DKIM key is cut short or has a mistake in it.',
        'Copy it anew from the mail provider, in one piece.',
      ),
    ];
  return ['rsa', 'ed25519'].includes(algorithm)
    ? []
    : [wrong('dkim', host, `${quote(algorithm)} is no kind of DKIM key.`, 'It is rsa or ed25519.')];
}

function isDmarc({ host, content }: ZoneRecord): boolean {
  return /^_dmarc(?:\.|$)/.test(host) || /^v=DMARC1\b/i.test(content);
}

function lintDmarc(host: string, records: readonly ZoneRecord[]): Finding[] {
  if (!/^_dmarc(?:\.|$)/.test(host))
    return [wrong('dmarc', host, 'A DMARC policy stands where no mail server looks for one.', 'It belongs at _dmarc.')];
  if (records.length > 1)
    return [
      wrong('dmarc', host, `There are ${records.length} DMARC policies; mail servers then use none.`, 'Keep one.'),
    ];
  return records.flatMap(({ content }) => {
    const tags = tagsOf(content);
    const [[first, version] = ['', '']] = tags;
    const policies = ['p', 'sp'].flatMap(tag => tags.get(tag) ?? []);
    const addresses = ['rua', 'ruf'].flatMap(tag => tags.get(tag)?.split(',') ?? []);
    return [
      ...(first !== 'v' || version !== 'DMARC1' ? ['it does not begin with v=DMARC1'] : []),
      ...(tags.has('p') ? [] : ['it has no policy (p=)']),
      ...policies
        .filter(policy => !/^(?:none|quarantine|reject)$/i.test(policy))
        .map(policy => `${quote(policy)} is no policy; there are none, quarantine and reject`),
      ...addresses
        .filter(address => !/^mailto:[^@\s]+@[^@\s]+$/i.test(address.trim()))
        .map(address => `${quote(address)} is no address to report to; it begins with mailto:`),
      ...(/^(?:100|\d{1,2})$/.test(tags.get('pct') ?? '100') ? [] : ['pct is a number from 0 to 100']),
    ].map(problem => wrong('dmarc', host, `The DMARC policy has a mistake: ${problem}.`, 'Correct it.'));
  });
}

function lintCaa({ host, type, content }: ZoneRecord): Finding[] {
  if (type !== 'CAA')
    return [
      wrong(
        'caa',
        host,
        'A CAA record is written as text, which no certificate authority reads.',
        'This registrar keeps no CAA records; remove the text.',
      ),
    ];
  return /^\d{1,3} (?:issue|issuewild|issuemail|iodef) ("?)[^"]*\1$/.test(content)
    ? []
    : [
        wrong(
          'caa',
          host,
          `CAA reads ${quote(content)}.`,
          'It is FLAGS TAG "VALUE", such as 0 issue "letsencrypt.org".',
        ),
      ];
}

/** `k=v; k=v` as it stands in DKIM and DMARC. */
function tagsOf(text: string): Map<string, string> {
  return new Map(
    text.split(';').flatMap(part => {
      const at = part.indexOf('=');
      return at < 0 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()] as const];
    }),
  );
}

function wrong(rule: string, host: string, what: string, fix: string): Finding {
  return { severity: 'error', rule, host, what, fix };
}
