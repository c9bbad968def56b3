import { setTimeout as pause } from 'node:timers/promises';
import { callBody, callHeaders, onTheWire, openWire, type Wire } from '../support/wire.ts';

/** How a rude client behaves, how many of its kind there are at once, and what may come back: HTTP statuses, or nothing. */
export interface Rude {
  readonly atOnce: number;
  readonly hears: readonly string[];
  act(wire: Wire, given: { readonly url: URL; readonly token: string }): void | Promise<void>;
}

const mebibyte = 1024 * 1024;
const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });

const call = (url: URL, token: string, name: string, domain_name: string) =>
  onTheWire(url, callHeaders(name, 'former', token), callBody(name, { domain_name }, 'former'));
const listing = (url: URL, headers: Record<string, string>) =>
  onTheWire(url, { ...callHeaders('', 'former'), ...headers }, list);

/** Several, since what changes one name waits for its turn. */
const changed = ['harbor-bakery.net', 'quiet-metrics.dev', 'tall-ships.com', 'paper-lantern.shop', 'fjord-kayak.org'];

/** Long enough for a call to be under way, and mostly too short for its answer. */
const moment = () => pause(5 + Math.random() * 100);

export const rudeness: Readonly<Record<string, Rude>> = {
  'is idle': { atOnce: 1000, hears: ['nothing', '408'], act: ({ ended }) => ended },
  'vanishes in its request': {
    atOnce: 4,
    hears: ['nothing'],
    async act(wire, { url, token }) {
      wire.send(call(url, token, 'domain_get', 'nightbus.app').slice(0, -10));
      await moment();
      wire.leave();
    },
  },
  'vanishes in its read': {
    atOnce: 10,
    hears: ['nothing', '200', '503'],
    async act(wire, { url, token }) {
      wire.send(call(url, token, 'domain_get', 'nightbus.app'));
      await moment();
      wire.leave();
    },
  },
  'vanishes in its change': {
    atOnce: 4,
    hears: ['nothing', '200', '503'],
    async act(wire, { url, token }) {
      wire.send(call(url, token, 'domain_lock', changed[Math.floor(Math.random() * changed.length)] ?? ''));
      await moment();
      wire.leave();
    },
  },
  'vanishes in its answer': {
    atOnce: 2,
    hears: ['nothing', '200', '503'],
    async act(wire, { url, token }) {
      wire.send(listing(url, { Authorization: `Bearer ${token}` }));
      await Promise.race([wire.spoken, wire.ended]);
      wire.leave();
    },
  },
  'dribbles its headers': {
    atOnce: 50,
    hears: ['nothing', '408'],
    act(wire, { url }) {
      wire.send(`POST /mcp HTTP/1.1\r\nHost: ${url.host}\r\n`);
      wire.dribble('X-Header: y\r\n', 500);
    },
  },
  'dribbles its body': {
    atOnce: 300,
    hears: ['nothing', '408'],
    act(wire, { url, token }) {
      wire.send(call(url, token, 'domain_get', 'nightbus.app').slice(0, -300));
      wire.dribble(' ', 1000);
    },
  },
  'does not read': {
    atOnce: 6,
    hears: ['nothing', '200', '503'],
    act(wire, { url, token }) {
      wire.stopReading();
      wire.send(listing(url, { Authorization: `Bearer ${token}` }).repeat(300));
    },
  },
  'sends large headers': {
    atOnce: 1,
    hears: ['nothing', '431'],
    act: (wire, { url }) => wire.send(onTheWire(url, { 'X-Large': 'x'.repeat(20_000) }, '')),
  },
  'sends a large body': {
    atOnce: 1,
    hears: ['nothing', '413', '503'],
    act: (wire, { url, token }) =>
      wire.send(onTheWire(url, callHeaders('', 'former', token), 'x'.repeat(2 * mebibyte))),
  },
  'sends a large body without saying so': {
    atOnce: 1,
    hears: ['nothing', '413', '503'],
    act(wire, { url, token }) {
      const headers = { Authorization: `Bearer ${token}`, 'Transfer-Encoding': 'chunked', Host: url.host };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      wire.send(`POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n200000\r\n${'x'.repeat(2 * mebibyte)}\r\n`);
    },
  },
  'has a foreign host': {
    atOnce: 1,
    hears: ['403'],
    act: (wire, { url }) => wire.send(listing(url, { Host: 'evil.example', Connection: 'close' })),
  },
  'has a foreign origin': {
    atOnce: 1,
    hears: ['403'],
    act: (wire, { url }) => wire.send(listing(url, { Origin: 'https://evil.example', Connection: 'close' })),
  },
  'has no such token': {
    atOnce: 2,
    hears: ['401'],
    act: (wire, { url }) => wire.send(listing(url, { Authorization: 'Bearer wrong', Connection: 'close' })),
  },
  'speaks no HTTP': { atOnce: 1, hears: ['400'], act: wire => wire.send('\x16\x03\x01 EHLO\r\n\r\n') },
  'speaks no JSON': {
    atOnce: 1,
    hears: ['400', '503'],
    act: (wire, { url, token }) =>
      wire.send(onTheWire(url, { ...callHeaders('', 'former', token), Connection: 'close' }, '{"jsonrpc":')),
  },
};

/** Has clients of these kinds behave as they do until the signal; gives how often each kind heard what. */
export async function beRude(
  url: URL,
  tokens: readonly string[],
  until: AbortSignal,
  kinds: readonly string[] = Object.keys(rudeness),
): Promise<Map<string, number>> {
  const heard = new Map<string, number>();
  const wires = new Set<Wire>();
  until.addEventListener('abort', () => {
    for (const wire of wires) wire.leave();
  });
  const one = async (kind: string, act: Rude['act'], token: string) => {
    while (!until.aborted) {
      const wire = await openWire(url);
      wires.add(wire);
      if (until.aborted) wire.leave();
      else await act(wire, { url, token });
      await wire.ended;
      wires.delete(wire);
      const what = /^HTTP\/1\.1 (\d+)/.exec(wire.received())?.[1] ?? 'nothing';
      // What the end of it all interrupted says nothing.
      if (!until.aborted) heard.set(`${kind}: ${what}`, (heard.get(`${kind}: ${what}`) ?? 0) + 1);
      await pause(50);
    }
  };
  await Promise.all(
    kinds.flatMap(kind => {
      const { atOnce, act } = rudeness[kind] ?? { atOnce: 0, act: () => undefined };
      return Array.from({ length: atOnce }, (_, at) => one(kind, act, tokens[at % tokens.length] ?? ''));
    }),
  );
  return heard;
}
