import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIP, isIPv6 } from 'node:net';
import {
  type Answer,
  type DecodedPacket,
  decode,
  encode,
  type Packet,
  type RecordType,
  streamEncode,
} from 'dns-packet';
import ipaddr from 'ipaddr.js';
import type { Nameserver } from './nameserver.ts';
import { rcodeOf } from './packets.ts';
import type { DnsAnswer, Resolver, Served } from './resolver.ts';

export interface DnsOptions {
  /** Who is asked for what the world sees. */
  readonly resolvers: readonly Nameserver[];
  /** Where nameservers listen. */
  readonly port: number;
  /** Which addresses may be asked as nameservers: a name could be pointed inside our network to make us ask there. */
  readonly mayAsk?: (address: string) => boolean;
  /** How long one try may take, in milliseconds, and how many there are. */
  readonly timeout?: number;
  readonly tries?: number;
}

/** The most that an answer over UDP is said to hold (DNS flag day 2020). */
const udpSize = 1232;

/** Asks nameservers over UDP, and over TCP where an answer does not fit (RFC 1035, RFC 7766). */
export function openDns({ resolvers, port, mayAsk = isPublic, timeout = 2_000, tries = 2 }: DnsOptions): Resolver {
  /** Nameservers that do not know EDNS. */
  const plain = new Set<string>();
  const fits = ({ address, port: at }: Nameserver) => !plain.has(`${address} ${at}`);

  async function ask(
    server: Nameserver,
    name: string,
    type: string,
    signal: AbortSignal,
    recurse = false,
  ): Promise<DnsAnswer> {
    const question = questionFor(name, type, recurse);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const asked = fits(server) ? question : { ...question, additionals: [] };
        const reply = await overUdp(server, asked, timeout, signal);
        if (rcodeOf(reply) === 'FORMERR' && fits(server)) {
          // Nameservers from before EDNS refuse what they do not know (RFC 6891, 7).
          plain.add(`${server.address} ${server.port}`);
          continue;
        }
        return answerOf(reply.flag_tc ? await overTcp(server, asked, timeout, signal) : reply, type);
      } catch (error) {
        if (attempt >= tries || signal.aborted) throw error;
      }
    }
  }

  async function lookup(name: string, type: string, signal: AbortSignal): Promise<DnsAnswer> {
    const [first, ...others] = resolvers;
    if (!first) throw new Error('no resolver is known; set REGISTRAR_DNS_RESOLVERS');
    let last: unknown;
    for (const server of [first, ...others]) {
      try {
        const answer = await ask(server, name, type, signal, true);
        if (answer.code === 'NOERROR' || answer.code === 'NXDOMAIN') return answer;
        last = new Error(`${server.address} answered ${answer.code}`);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  async function locate(hostname: string, signal: AbortSignal): Promise<readonly Nameserver[]> {
    const found = await Promise.allSettled(['A', 'AAAA'].map(type => lookup(hostname, type, signal)));
    const answers = found.flatMap(each => (each.status === 'fulfilled' ? each.value.answers : []));
    const addresses = answers.map(({ content }) => content).filter(content => isIP(content) !== 0);
    const failed = found.find(each => each.status === 'rejected');
    if (addresses.length === 0 && failed)
      throw new Error(
        `${hostname} cannot be found: ${failed.reason instanceof Error ? failed.reason.message : 'nobody knows'}`,
      );
    const allowed = addresses.filter(mayAsk);
    if (addresses.length === 0) throw new Error(`${hostname} has no address`);
    if (allowed.length === 0)
      throw new Error(
        `${hostname} is at ${addresses.join(', ')}, where no nameserver of the world can be: it is not asked`,
      );
    // IPv4 first: not every machine reaches the other.
    return allowed.sort((a, b) => Number(isIPv6(a)) - Number(isIPv6(b))).map(address => ({ address, port }));
  }

  return { ask: (server, name, type, signal) => ask(server, name, type, signal), lookup, locate };
}

function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast';
}

function questionFor(name: string, type: string, recurse: boolean): Packet {
  if (name.length > 253 || !name.split('.').every(label => /^[!-~]{1,63}$/.test(label)))
    throw new Error(`"${name.slice(0, 80)}" is no name`);
  return {
    type: 'query',
    id: randomInt(65_536),
    flags: recurse ? 0x0100 : 0,
    questions: [{ name, type: typed(type), class: 'IN' }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: udpSize,
        flags: 0,
        flag_do: false,
        extendedRcode: 0,
        ednsVersion: 0,
        options: [],
      },
    ],
  };
}

const askable = [
  'A',
  'AAAA',
  'CNAME',
  'MX',
  'NS',
  'SOA',
  'SRV',
  'TXT',
  'CAA',
  'DS',
] as const satisfies readonly RecordType[];

function typed(type: string): RecordType {
  const known = askable.find(each => each === type);
  if (known === undefined) throw new Error(`${type} records cannot be asked for`);
  return known;
}

async function overUdp(
  server: Nameserver,
  question: Packet,
  timeout: number,
  signal: AbortSignal,
): Promise<DecodedPacket> {
  const bytes = encode(question);
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
  try {
    return await inTime(server, timeout, signal, (resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', message => {
        const reply = read(message);
        // What does not answer this question was sent by somebody else.
        if (reply && answers(reply, question)) resolve(reply);
      });
      // A connected socket takes only what comes from where the question went. Where there is no way to there, the callback says so.
      socket.connect(server.port, server.address, (error?: Error) => (error ? reject(error) : socket.send(bytes)));
    });
  } finally {
    socket.close();
  }
}

async function overTcp(
  server: Nameserver,
  question: Packet,
  timeout: number,
  signal: AbortSignal,
): Promise<DecodedPacket> {
  const socket = connect({ host: server.address, port: server.port });
  try {
    return await inTime(server, timeout, signal, (resolve, reject) => {
      let received = Buffer.alloc(0);
      socket.on('error', reject);
      socket.on('close', () => reject(new Error(`${server.address} closed the connection`)));
      socket.on('connect', () => socket.write(streamEncode(question)));
      socket.on('data', chunk => {
        received = Buffer.concat([received, chunk]);
        const length = received.length < 2 ? Number.POSITIVE_INFINITY : received.readUInt16BE(0) + 2;
        if (received.length < length) return;
        const reply = read(received.subarray(2, length));
        if (reply && answers(reply, question)) resolve(reply);
        else reject(new Error(`${server.address} answered something else`));
      });
    });
  } finally {
    socket.destroy();
  }
}

async function inTime<T>(
  { address }: Nameserver,
  timeout: number,
  signal: AbortSignal,
  work: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(
    () => reject(new Error(`${address} did not answer within ${timeout / 1000} seconds`)),
    timeout,
  );
  const stop = () => reject(new Error('the call was cancelled'));
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  else work(resolve, reject);
  return await promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  });
}

function read(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}

function answers(reply: DecodedPacket, { id, questions = [] }: Packet): boolean {
  const [asked, echoed] = [questions[0], reply.questions?.[0]];
  return (
    reply.type === 'response' &&
    reply.id === id &&
    echoed?.type === asked?.type &&
    echoed?.name.toLowerCase() === asked?.name.toLowerCase()
  );
}

function answerOf(reply: DecodedPacket, type: string): DnsAnswer {
  const { answers = [], authorities = [] } = reply;
  return {
    code: rcodeOf(reply),
    authoritative: reply.flag_aa,
    // A name that is delegated away is answered with where to ask.
    answers: (type === 'NS' && answers.length === 0 ? authorities : answers).flatMap(served),
  };
}

/** A record as the registrar would write it; of the types that it does not keep, nothing. */
function served(answer: Answer): Served[] {
  const name = answer.name.toLowerCase();
  switch (answer.type) {
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'NS':
      return [{ name, type: answer.type, content: answer.data, ttl: answer.ttl ?? 0 }];
    case 'MX':
      return [
        {
          name,
          type: 'MX',
          content: answer.data.exchange,
          priority: answer.data.preference ?? 0,
          ttl: answer.ttl ?? 0,
        },
      ];
    case 'SRV': {
      const { weight = 0, port, target, priority = 0 } = answer.data;
      return [{ name, type: 'SRV', content: `${weight} ${port} ${target}`, priority, ttl: answer.ttl ?? 0 }];
    }
    case 'DS':
      return [{ name, type: 'DS', content: `${answer.data.keyTag}`, ttl: answer.ttl ?? 0 }];
    case 'TXT': {
      const parts = Array.isArray(answer.data) ? answer.data : [answer.data];
      return [
        {
          name,
          type: 'TXT',
          content: Buffer.concat(parts.map(part => Buffer.from(part))).toString('utf8'),
          ttl: answer.ttl ?? 0,
        },
      ];
    }
    default:
      return [];
  }
}
