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
    const reply = respond(db, host, message, true);
    if (reply) datagrams.send(reply, from.port, from.address);
  });
  // An asker who is gone is no reason to stop.
  datagrams.on('error', () => undefined);

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
        socket.write(Buffer.concat([length, reply]));
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
  const opt = query.additionals?.find(({ type }) => type === 'OPT');
  const base: Packet = {
    id: query.id ?? 0,
    type: 'response',
    questions: question ? [question] : [],
    additionals: opt
      ? [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: udp.most,
            flags: 0,
            flag_do: false,
            extendedRcode: 0,
            ednsVersion: 0,
            options: [],
          },
        ]
      : [],
  };
  const flags = (query.flags ?? 0) & RECURSION_DESIRED;
  if (((query.flags ?? 0) >> 11) & 0xf) return encode({ ...base, flags: flags | rcodes.NOTIMP });
  if (!question || others.length > 0) return encode({ ...base, flags: flags | rcodes.FORMERR });
  if (question.class !== 'IN' || question.type === 'AXFR' || question.type === 'IXFR')
    return encode({ ...base, flags: flags | rcodes.REFUSED });
  try {
    const { code, authoritative, answers, authorities, additionals } = answer(db, host, {
      name: question.name,
      type: question.type,
      recurse: flags !== 0,
    });
    const told = flags | rcodes[code] | (authoritative ? AUTHORITATIVE_ANSWER : 0);
    const whole = { ...base, answers: [...answers], authorities: [...authorities] };
    const limit = !datagram
      ? 65_535
      : opt?.type === 'OPT'
        ? Math.min(Math.max(opt.udpPayloadSize, udp.least), udp.most)
        : udp.least;
    return fitting(
      limit,
      told,
      { ...whole, additionals: [...additionals, ...(base.additionals ?? [])] },
      base.additionals ?? [],
    );
  } catch {
    return encode({ ...base, flags: flags | rcodes.SERVFAIL });
  }
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
