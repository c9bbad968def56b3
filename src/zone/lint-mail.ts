import { createPublicKey, type KeyObject } from 'node:crypto';
import { comparable, type ZoneRecord } from '../model/record.ts';
import { quote } from '../model/text.ts';
import { error, type Finding } from './finding.ts';
import { isSpf, lookupTerms, mostLookups, spfProblems } from './spf.ts';
import { byHost } from './zone.ts';

/** What mail servers would stumble over: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), and CAA (RFC 8659) written as text. */
export function lintMail(zone: readonly ZoneRecord[], domain: string): Finding[] {
  const texts = zone
    .filter(({ type }) => type === 'TXT')
    .map(record => ({ ...record, content: comparable('TXT', record.content) }));
  return [
    ...[...byHost(texts.filter(({ content }) => /^\s*v=spf1/i.test(content)))].flatMap(([host, records]) =>
      lintSpf(host, records, domain),
    ),
    ...[...byHost(texts.filter(isDkim))].flatMap(([host, records]) => lintDkim(host, records)),
    ...[...byHost(texts.filter(isDmarc))].flatMap(([host, records]) => lintDmarc(host, records)),
    ...zone.filter(({ type }) => type === 'CAA').flatMap(lintCaa),
    ...texts.filter(({ content }) => /^\d+ (?:issue|issuewild|iodef) /.test(content)).flatMap(misplacedCaa),
  ];
}

/** That an SPF record costs more lookups than mail servers make. */
export function tooManyLookups(host: string, lookups: number): Finding[] {
  return lookups <= mostLookups
    ? []
    : [
        error(
          'spf_lookups',
          host,
          `The SPF record needs ${lookups} lookups or more; ${mostLookups} are allowed, and mail servers stop there.`,
          'Take out senders that are not used.',
        ),
      ];
}

function lintSpf(host: string, records: readonly ZoneRecord[], domain: string): Finding[] {
  const own = records.filter(isSpf);
  const broken = records
    .filter(record => !isSpf(record))
    .map(() =>
      error(
        'spf',
        host,
        'A text begins like SPF and is not read as such.',
        'It begins with "v=spf1" and a space, and nothing before it.',
      ),
    );
  if (own.length > 1)
    return [
      ...broken,
      error(
        'spf_twice',
        host,
        `There are ${own.length} SPF records; mail servers then use none.`,
        'Make them one: give one to dns_apply, which merges SPF records.',
      ),
    ];
  const name = host === '@' ? domain : `${host}.${domain}`;
  return [
    ...broken,
    ...own.flatMap(record => {
      const itself = lookupTerms(record).some(({ follows }) => follows === name);
      return [
        ...[...spfProblems(record), ...(itself ? ['it includes itself'] : [])].map(problem =>
          error('spf', host, `The SPF record has a mistake: ${problem}.`, 'Correct it.'),
        ),
        ...tooManyLookups(host, lookupTerms(record).length),
      ];
    }),
  ];
}

const selector = /(?:^|\.)_domainkey(?:\.|$)/;

function isDkim({ host, content }: ZoneRecord): boolean {
  return selector.test(host) || /^v=DKIM1\b/.test(content);
}

function lintDkim(host: string, records: readonly ZoneRecord[]): Finding[] {
  if (!selector.test(host))
    return [
      error(
        'dkim',
        host,
        'A DKIM key stands where no mail server looks for one.',
        'It belongs at SELECTOR._domainkey.',
      ),
    ];
  // What stands at `_domainkey` itself is an old policy, and no key.
  if (host.startsWith('_domainkey')) return [];
  if (records.length > 1)
    return [error('dkim', host, `There are ${records.length} DKIM keys under one selector.`, 'Keep one.')];
  return records
    .flatMap(({ content }) => dkimProblems(content))
    .map(problem =>
      error(
        'dkim',
        host,
        `The DKIM record has a mistake: ${problem}.`,
        'Copy it anew from the mail provider, in one piece.',
      ),
    );
}

function dkimProblems(content: string): string[] {
  const tags = tagsOf(content);
  const [first] = tags;
  const value = (name: string) => tags.find(([tag]) => tag === name)?.[1];
  const algorithm = value('k') ?? 'rsa';
  const key = value('p')?.replace(/\s+/g, '');
  return [
    ...(value('v') !== undefined && (first?.[0] !== 'v' || value('v') !== 'DKIM1')
      ? ['it does not begin with v=DKIM1']
      : []),
    ...repeated(tags),
    ...(algorithm === 'rsa' || algorithm === 'ed25519'
      ? []
      : [`${quote(algorithm)} is no kind of key; there are rsa and ed25519`]),
    ...(key === undefined ? ['it has no key (p=)'] : []),
    // An empty key is a withdrawn one.
    ...(key ? keyProblems(key, algorithm) : []),
  ];
}

function keyProblems(key: string, algorithm: string): string[] {
  const cut = 'its key is cut short or has a mistake in it';
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key) || key.length % 4 !== 0) return [cut];
  const bytes = Buffer.from(key, 'base64');
  if (algorithm === 'ed25519') return bytes.length === 32 ? [] : [cut];
  const bits = rsaKey(bytes)?.asymmetricKeyDetails?.modulusLength;
  if (bits === undefined) return [cut];
  return bits < 1024 ? [`its key has ${bits} bits; 1024 are the least, and 2048 are usual (RFC 8301)`] : [];
}

/** An RSA key, as providers give it (SubjectPublicKeyInfo) or as RFC 6376 has it (RSAPublicKey); undefined for what is none. */
function rsaKey(der: Buffer): KeyObject | undefined {
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      return createPublicKey({ key: der, format: 'der', type });
    } catch {
      // It may be of the other kind.
    }
  }
  return undefined;
}

/** A policy, or what was meant as one: nothing else at the name is. What permits reports of other domains is none. */
function isDmarc({ host, content }: ZoneRecord): boolean {
  if (/(?:^|\.)_report\._dmarc(?:\.|$)/.test(host)) return false;
  return /^v\s*=\s*DMARC1\b/i.test(content) || (/^_dmarc(?:\.|$)/.test(host) && /(?:^|;)\s*p\s*=/i.test(content));
}

function lintDmarc(host: string, records: readonly ZoneRecord[]): Finding[] {
  if (!/^_dmarc(?:\.|$)/.test(host))
    return [error('dmarc', host, 'A DMARC policy stands where no mail server looks for one.', 'It belongs at _dmarc.')];
  if (records.length > 1)
    return [
      error('dmarc', host, `There are ${records.length} DMARC policies; mail servers then use none.`, 'Keep one.'),
    ];
  return records
    .flatMap(({ content }) => dmarcProblems(content))
    .map(problem => error('dmarc', host, `The DMARC policy has a mistake: ${problem}.`, 'Correct it.'));
}

/** What the tags of a policy may say (RFC 7489, 6.3; `np` is RFC 9091's). */
const policyTags: Readonly<Record<string, { readonly is: RegExp; readonly words: string }>> = {
  p: { is: /^(?:none|quarantine|reject)$/i, words: 'none, quarantine or reject' },
  sp: { is: /^(?:none|quarantine|reject)$/i, words: 'none, quarantine or reject' },
  np: { is: /^(?:none|quarantine|reject)$/i, words: 'none, quarantine or reject' },
  adkim: { is: /^[rs]$/i, words: 'r or s' },
  aspf: { is: /^[rs]$/i, words: 'r or s' },
  fo: { is: /^[01ds](?::[01ds])*$/i, words: '0, 1, d or s' },
  ri: { is: /^\d+$/, words: 'a number of seconds' },
  pct: { is: /^(?:100|\d{1,2})$/, words: 'a number from 0 to 100' },
  rua: {
    is: /^mailto:[^@\s,]+@[^@\s,]+(?:\s*,\s*mailto:[^@\s,]+@[^@\s,]+)*$/i,
    words: 'addresses that begin with mailto:',
  },
  ruf: {
    is: /^mailto:[^@\s,]+@[^@\s,]+(?:\s*,\s*mailto:[^@\s,]+@[^@\s,]+)*$/i,
    words: 'addresses that begin with mailto:',
  },
};

function dmarcProblems(content: string): string[] {
  const tags = tagsOf(content);
  const [first] = tags;
  return [
    ...(first?.[0] !== 'v' || first[1] !== 'DMARC1' ? ['it does not begin with v=DMARC1'] : []),
    ...repeated(tags),
    ...(tags.some(([tag]) => tag === 'p') ? [] : ['it has no policy (p=)']),
    ...tags.flatMap(([tag, value]) => {
      const rule = policyTags[tag];
      return rule && !rule.is.test(value) ? [`${tag} is ${quote(value)}, and must be ${rule.words}`] : [];
    }),
  ];
}

function lintCaa({ host, content }: ZoneRecord): Finding[] {
  return /^\d{1,3} (?:issue|issuewild|issuemail|iodef) ("?)[^"]*\1$/.test(content)
    ? []
    : [
        error(
          'caa',
          host,
          `CAA reads ${quote(content)}.`,
          'It is FLAGS TAG "VALUE", such as 0 issue "letsencrypt.org".',
        ),
      ];
}

function misplacedCaa({ host }: ZoneRecord): Finding[] {
  return [
    error(
      'caa',
      host,
      'A CAA record is written as text, which no certificate authority reads.',
      'This registrar keeps no CAA records; remove the text.',
    ),
  ];
}

/** `k=v; k=v` as it stands in DKIM and DMARC. */
function tagsOf(text: string): (readonly [name: string, value: string])[] {
  return text.split(';').flatMap(part => {
    const at = part.indexOf('=');
    return at < 0 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()] as const];
  });
}

function repeated(tags: readonly (readonly [string, string])[]): string[] {
  const names = tags.map(([name]) => name);
  const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  return [...twice].map(name => `${name} stands in it twice`);
}
