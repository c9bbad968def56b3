import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  type Packet,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import { rcodes } from '../../dns/packets.ts';
import type { Connection } from '../store.ts';
import { answer } from './answer.ts';

/** What answers hold over UDP: what every asker takes, and the most that is sent to those who take more. */
const udp = { least: 512, most: 1232 } as const;

/** Serves the zones of the box over DNS, on one port for UDP and TCP. */
export async function serveDns(db: Connection, { host, port }: { host: string; port: number }) {
  const { datagrams, streams, bound } = await bind(host, port);
  const open = new Set<Socket>();

  datagrams.on('message', (message, from) => {
    const reply = from.port > 0 ? respond(db, host, message, true) : undefined;
    if (reply) datagrams.send(reply, from.port, from.address, () => undefined);
  });
  // An asker who is gone is no reason to stop.
  datagrams.on('error', () => undefined);

  streams.maxConnections = 100;
  streams.on('connection', socket => {
    open.add(socket);
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    let waiting = Buffer.alloc(0);
    socket.on('data', chunk => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 2 && waiting.length >= waiting.readUInt16BE(0) + 2) {
        const end = waiting.readUInt16BE(0) + 2;
        const reply = respond(db, host, waiting.subarray(2, end), false);
        waiting = waiting.subarray(end);
        if (!reply) {
          socket.destroy();
          return;
        }
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        // Who does not read what they asked for is not read from.
        if (!socket.write(Buffer.concat([length, reply]))) {
          socket.pause();
          socket.once('drain', () => socket.resume());
        }
      }
    });
  });

  return {
    port: bound,
    async close(): Promise<void> {
      for (const socket of open) socket.destroy();
      await Promise.all([
        new Promise<void>(resolve => datagrams.close(() => resolve())),
        new Promise<void>(resolve => streams.close(() => resolve())),
      ]);
    },
  };
}

/** Both on one port: where any will do, one that is free for both. */
async function bind(host: string, port: number): Promise<{ datagrams: Datagrams; streams: Server; bound: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const datagrams = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    datagrams.bind(port, host);
    await once(datagrams, 'listening');
    const streams = createServer();
    const bound = datagrams.address().port;
    try {
      streams.listen(bound, host);
      await once(streams, 'listening');
      return { datagrams, streams, bound };
    } catch (error) {
      datagrams.close();
      if (port !== 0 || attempt >= 10) throw error;
    }
  }
}

/** The bytes to answer with; nothing for what is no question at all. */
function respond(db: Connection, host: string, message: Buffer, datagram: boolean): Buffer | undefined {
  let query: DecodedPacket;
  try {
    query = decode(message);
  } catch {
    return undefined;
  }
  if (query.type !== 'query') return undefined;
  const [question, ...others] = query.questions ?? [];
  // Its four bits are the opcode; only 0, a question, is answered.
  if ((((query.flags ?? 0) >> 11) & 0xf) !== 0) return echo(message, rcodes.NOTIMP);
  if (!question || others.length > 0) return echo(message, rcodes.FORMERR);
  const refused = question.class !== 'IN' || question.type === 'AXFR' || question.type === 'IXFR' || !isPlain(message);
  if (refused) return echo(message, rcodes.REFUSED);
  const opt = query.additionals?.find(({ type }) => type === 'OPT');
  const flags = (query.flags ?? 0) & RECURSION_DESIRED;
  const base = { id: query.id ?? 0, type: 'response', questions: [question] } satisfies Packet;
  const extension = (extendedRcode: number): Answer[] =>
    opt
      ? [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: udp.most,
            flags: 0,
            flag_do: false,
            extendedRcode,
            ednsVersion: 0,
            options: [],
          },
        ]
      : [];
  // BADVERS: its upper bits travel in the extension (RFC 6891, 6.1.3).
  if (opt?.type === 'OPT' && opt.ednsVersion > 0) return encode({ ...base, flags, additionals: extension(1) });
  try {
    const { code, authoritative, answers, authorities, additionals } = answer(db, host, {
      name: question.name,
      type: question.type,
      recurse: flags !== 0,
    });
    const told = flags | rcodes[code] | (authoritative ? AUTHORITATIVE_ANSWER : 0);
    const whole = {
      ...base,
      answers: [...answers],
      authorities: [...authorities],
      additionals: [...additionals, ...extension(0)],
    };
    const limit = !datagram
      ? 65_535
      : opt?.type === 'OPT'
        ? Math.min(Math.max(opt.udpPayloadSize, udp.least), udp.most)
        : udp.least;
    return fitting(limit, told, whole, extension(0));
  } catch {
    return echo(message, rcodes.SERVFAIL);
  }
}

/** The question as it came, byte for byte, with a code and nothing else. */
function echo(message: Buffer, code: number): Buffer {
  const questions = message.readUInt16BE(4) === 1 ? message.subarray(12, questionEnd(message)) : Buffer.alloc(0);
  const header = Buffer.from(message.subarray(0, 12));
  // QR is set; opcode and RD stay as they were.
  header.writeUInt16BE((header.readUInt16BE(2) & 0x7900) | 0x8000 | code, 2);
  for (const [at, count] of [questions.length > 0 ? 1 : 0, 0, 0, 0].entries()) header.writeUInt16BE(count, 4 + 2 * at);
  return Buffer.concat([header, questions]);
}

function questionEnd(message: Buffer): number {
  return labelsOf(message).end + 4;
}

/** Whether the name that is asked for has only characters that a name can be written with. */
function isPlain(message: Buffer): boolean {
  return labelsOf(message).labels.every(label => label.every(byte => byte > 0x20 && byte < 0x7f && byte !== 0x2e));
}

function labelsOf(message: Buffer): { readonly labels: Buffer[]; readonly end: number } {
  const labels: Buffer[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0 && length < 64; length = message.readUInt8(at)) {
    labels.push(message.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { labels, end: at + 1 };
}

/** An answer in at most so many bytes: without what is only added, or else cut, so that it is asked for again over TCP. */
function fitting(limit: number, flags: number, packet: Packet, least: readonly Answer[]): Buffer {
  const all = encode({ ...packet, flags });
  if (all.length <= limit) return all;
  const bare = encode({ ...packet, flags, additionals: [...least] });
  if (bare.length <= limit) return bare;
  return encode({
    ...packet,
    flags: flags | TRUNCATED_RESPONSE,
    answers: [],
    authorities: [],
    additionals: [...least],
  });
}
