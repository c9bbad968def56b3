import type { DomainName } from '../model/domain-name.ts';
import {
  comparable,
  contentOf,
  parseHost,
  parseRecordData,
  priorityOf,
  type RecordType,
  recordTypes,
  type ZoneRecord,
} from '../model/record.ts';
import { count, quote } from '../model/text.ts';
import { type Problem, type Token, tokenize } from './tokens.ts';
import { inOrder } from './zone.ts';

/** The least TTL that the registrar takes, in seconds, and what it takes where none is said. */
export const leastTtl = 300;

type Parsed =
  | { readonly records: readonly ZoneRecord[]; readonly notes: readonly string[] }
  | { readonly problems: readonly string[] };

/** Types that zones have and this registrar cannot hold. */
const elsewhere =
  'AFSDB APL CAA CERT CSYNC DNAME DNSKEY DS EUI48 EUI64 HINFO HIP HTTPS KEY KX LOC NAPTR NSEC NSEC3 NSEC3PARAM OPENPGPKEY PTR RP RRSIG SMIMEA SPF SSHFP SVCB TLSA URI'.split(
    ' ',
  );

interface State {
  readonly zone: DomainName;
  /** Absolute, without the last dot. */
  origin: string;
  /** What `$TTL` says; in seconds. */
  ttl: number | undefined;
  /** What the SOA says where nothing else does. */
  minimum: number | undefined;
  /** The TTL last given to a record (RFC 1035). */
  last: number | undefined;
  /** The name that the last record stands at, in full. */
  owner: string | undefined;
  readonly notes: Set<string>;
}

/**
 * Reads a master file (RFC 1035, RFC 2308) of a zone: `$ORIGIN`, `$TTL`, relative and absolute names, several lines in
 * parentheses, quotes and escapes, comments, the class IN, TTL units. What it cannot take is refused with every reason
 * at once and its line: `$INCLUDE`, other classes, RFC 3597's unknown types, types that this registrar does not hold. The SOA
 * is the registrar's own; only its default TTL is read.
 */
export function parseMasterFile(text: string, zone: DomainName): Parsed {
  const { entries, problems } = tokenize(text);
  const state: State = {
    zone,
    origin: zone,
    ttl: undefined,
    minimum: undefined,
    last: undefined,
    owner: undefined,
    notes: new Set(),
  };
  const records: ZoneRecord[] = [];
  const wrong: Problem[] = [...problems];
  for (const { line, tokens } of entries) {
    const [first] = tokens;
    const what =
      first && !first.quoted && first.start && first.text.startsWith('$')
        ? directive(tokens, state)
        : entry(tokens, state);
    if (typeof what === 'string') wrong.push({ line, what });
    else if (what) records.push(what);
  }
  if (records.length === 0 && wrong.length === 0) return { problems: ['There are no records in it.'] };
  return wrong.length === 0
    ? { records, notes: [...state.notes] }
    : { problems: wrong.sort((a, b) => a.line - b.line).map(problem => `Line ${problem.line}: ${problem.what}.`) };
}

/** A problem in words, or nothing. */
function directive(tokens: readonly Token[], state: State): string | undefined {
  const [name = '', value, ...more] = tokens.map(({ text }) => text);
  switch (name.toUpperCase()) {
    case '$ORIGIN': {
      const origin = value === undefined || more.length > 0 ? undefined : absolute(value, state);
      if (origin === undefined) return '$ORIGIN needs one name';
      state.origin = origin;
      return undefined;
    }
    case '$TTL': {
      const ttl = more.length > 0 ? undefined : seconds(value ?? '');
      if (ttl === undefined) return '$TTL needs one time such as 3600 or 1h';
      state.ttl = ttl;
      return undefined;
    }
    case '$INCLUDE':
      return '$INCLUDE is not read: files of this machine stay where they are. Put the records in';
    default:
      return `${quote(name)} is no directive of RFC 1035 or 2308`;
  }
}

/** A record, or a problem in words; nothing for what the registrar keeps by itself. */
function entry(tokens: readonly Token[], state: State): ZoneRecord | string | undefined {
  const rest = [...tokens];
  const [first] = rest;
  if (first?.start) {
    rest.shift();
    state.owner = first.escaped ? undefined : absolute(first.text, state);
    if (state.owner === undefined) return `${quote(first.text)} is no name`;
  }
  const { owner } = state;
  if (owner === undefined) return 'the first record has no name';
  const head = readHead(rest);
  if (typeof head === 'string') return head;
  const { type, data } = head;
  if (head.ttl !== undefined) state.last = head.ttl;
  const host = parseHost(`${owner}.`, state.zone);
  if ('problem' in host) return host.problem;
  if (type === 'SOA')
    return host.ok === '@' ? start(data, state) : `this is the zone of ${owner}, not of ${state.zone}`;
  const known = recordTypes.find(name => name === (type === 'ALIAS' ? 'ANAME' : type));
  if (known === undefined)
    return elsewhere.includes(type)
      ? `${type} records cannot be kept at this registrar; leave it out, or keep the zone where it is`
      : `${quote(type)} is no record type`;
  const said = rdata(known, data, state);
  if (typeof said === 'string') return said;
  const parsed = parseRecordData(known, said.content, said.priority);
  if ('problem' in parsed) return parsed.problem;
  const ttl = head.ttl ?? state.ttl ?? state.last ?? state.minimum ?? leastTtl;
  if (ttl < leastTtl)
    state.notes.add(`TTLs below ${leastTtl} seconds become ${leastTtl}, the least that the registrar takes.`);
  return {
    host: host.ok,
    type: known,
    content: contentOf(parsed.ok),
    ttl: Math.max(ttl, leastTtl),
    priority: priorityOf(parsed.ok),
  };
}

/** TTL and class, in either order, then the type. */
function readHead(tokens: Token[]): { type: string; ttl: number | undefined; data: Token[] } | string {
  let ttl: number | undefined;
  let classed = false;
  for (;;) {
    const token = tokens.shift();
    if (token === undefined || token.quoted) return 'there is no record type';
    const word = token.text.toUpperCase();
    const time = ttl === undefined ? seconds(word) : undefined;
    if (time !== undefined) ttl = time;
    else if (!classed && word === 'IN') classed = true;
    else if (/^(?:CH|HS|CS|CLASS\d+)$/.test(word)) return `the class ${word} is not kept here; only IN is`;
    else if (/^TYPE\d+$/.test(word) || tokens[0]?.text === '\\#' || (tokens[0]?.text === '#' && tokens[0].escaped))
      return 'records written without their type (RFC 3597) cannot be checked; write the type by its name';
    else return { type: word, ttl, data: tokens };
  }
}

function start(data: readonly Token[], state: State): string | undefined {
  const minimum = seconds(data[6]?.text ?? '');
  if (data.length !== 7 || minimum === undefined) return 'an SOA record has two names and five numbers';
  state.minimum = minimum;
  state.notes.add("The SOA record is left out: the registrar writes the zone's own.");
  return undefined;
}

/** A record's content as the registrar takes it, from the words of the file. */
function rdata(
  type: RecordType,
  data: readonly Token[],
  state: State,
): { content: string; priority?: number } | string {
  const words = data.map(({ text }) => text);
  const [last = ''] = words.slice(-1);
  const expected = { A: 1, AAAA: 1, ANAME: 1, CNAME: 1, NS: 1, MX: 2, SRV: 4, TXT: undefined }[type];
  if (expected !== undefined && words.length !== expected)
    return `${type} takes ${count(expected, 'value')}, not ${words.length}`;
  switch (type) {
    case 'A':
    case 'AAAA':
      return { content: last };
    case 'TXT':
      return { content: words.join('') };
    default: {
      const target = last === '.' ? '.' : absolute(last, state);
      if (target === undefined || data.at(-1)?.escaped) return `${quote(last)} is no name`;
      const numbers = words.slice(0, -1).map(word => (/^\d{1,5}$/.test(word) ? Number(word) : 65_536));
      if (numbers.some(number => number > 65_535)) return `${type} takes numbers from 0 to 65535 before its name`;
      const [priority, ...more] = numbers;
      return { content: [...more, target].join(' '), ...(priority !== undefined && { priority }) };
    }
  }
}

/** A name in full and without the last dot; undefined for what is none. */
function absolute(name: string, { origin }: State): string | undefined {
  if (name === '@') return origin;
  if (name === '.') return '';
  const full = (name.endsWith('.') ? name.slice(0, -1) : origin === '' ? name : `${name}.${origin}`).toLowerCase();
  return full.length > 0 && full.split('.').every(label => label.length > 0 && label.length <= 63 && label !== '@')
    ? full
    : undefined;
}

/** `3600`, `1h30m`, `2D`: a time in seconds; undefined for what is none. */
function seconds(text: string): number | undefined {
  if (!/^(?:\d{1,10}|(?:\d{1,8}[smhdw])+)$/i.test(text)) return undefined;
  const parts = [...text.matchAll(/\d+[a-z]?/gi)].map(([part]) => part);
  const total = parts.reduce((sum, part) => sum + Number.parseInt(part, 10) * secondsIn(part.slice(-1)), 0);
  return total <= 2_147_483_647 ? total : undefined;
}

function secondsIn(unit: string): number {
  switch (unit.toLowerCase()) {
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86_400;
    case 'w':
      return 604_800;
    default:
      return 1;
  }
}

/** Writes a zone as a master file that reads back as the same zone. */
export function printMasterFile(records: readonly ZoneRecord[], zone: DomainName): string {
  const ttl = commonTtl(records);
  const lines = inOrder(records).map(record => {
    const own = record.ttl === ttl ? '' : `${record.ttl} `;
    return `${record.host} ${own}IN ${record.type} ${printed(record)}`;
  });
  return [`$ORIGIN ${zone}.`, `$TTL ${ttl}`, ...lines, ''].join('\n');
}

/** The TTL that most records have. */
export function commonTtl(records: readonly ZoneRecord[]): number {
  const times = new Map<number, number>();
  for (const { ttl } of records) times.set(ttl, (times.get(ttl) ?? 0) + 1);
  const [most = [leastTtl]] = [...times].sort(([a, m], [b, n]) => n - m || a - b);
  return most[0];
}

function printed({ type, content, priority }: ZoneRecord): string {
  const text = comparable(type, content);
  switch (type) {
    case 'A':
    case 'AAAA':
      return text;
    case 'TXT':
      return characterStrings(text).map(quoted).join(' ');
    default:
      return `${priority === undefined ? '' : `${priority} `}${text}.`;
  }
}

/** A text in strings of at most 255 bytes (RFC 1035, 3.3), never split inside a character. */
function characterStrings(text: string): string[] {
  const strings: string[] = [];
  let current = '';
  let bytes = 0;
  for (const character of text) {
    const size = Buffer.byteLength(character);
    if (bytes + size > 255) {
      strings.push(current);
      current = '';
      bytes = 0;
    }
    current += character;
    bytes += size;
  }
  return [...strings, current];
}

function quoted(text: string): string {
  const bytes = [...Buffer.from(text)].map(byte =>
    byte < 0x20 || byte > 0x7e
      ? `\\${String(byte).padStart(3, '0')}`
      : String.fromCharCode(byte).replace(/["\\]/, '\\$&'),
  );
  return `"${bytes.join('')}"`;
}
