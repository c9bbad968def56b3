import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import type { Permit } from '#model/permit.ts';
import { defaultPatience } from '#server/connections.ts';
import { type HttpOptions, serveHttp } from '#server/http.ts';
import { type HoldingRegistrar, openHoldingRegistrar } from './support/holding-registrar.ts';
import { callBody, callHeaders, onTheWire, openWire } from './support/wire.ts';
import { openWorld } from './support/world.ts';

/** Clients that hold on to what others need: places, memory, the end of the process. */
const hasty = { ...defaultPatience, headers: 300, request: 600, answer: 400, look: 50, rest: 200 };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server of this process, in front of a sandbox or of a registrar that is given. */
async function serve({ registrar, ...options }: Partial<HttpOptions> & { registrar?: HoldingRegistrar } = {}) {
  const credentials = { username: 'x', apiToken: 'y' };
  const world = await openWorld(
    registrar && { registrar: { kind: 'account', url: registrar.url, place: 'test', credentials } },
  );
  const server = await serveHttp({
    factory: world.factory,
    host: '127.0.0.1',
    port: 0,
    hosts: [],
    onerror: () => undefined,
    ...options,
  });
  closers.push(async () => {
    registrar?.release();
    await server.close(0);
    await world.close();
    await registrar?.close();
  });
  /** The status of a call. */
  const call = async (name: string, args: object, token?: string): Promise<number> => {
    const headers = callHeaders(name, 'modern', token);
    const reply = await fetch(server.url, { method: 'POST', headers, body: callBody(name, args, 'modern') });
    await reply.text();
    return reply.status;
  };
  return { server, call, url: server.url };
}

/** What is to be seen in a while, also where the machine is busy. */
const seen = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });

const nightbus = { domain_name: 'nightbus.app' };
const request = (url: URL, name: string, args: object, era: 'modern' | 'former' = 'modern') =>
  onTheWire(url, callHeaders(name, era), callBody(name, args, era));

describe('a client that sends slowly', () => {
  test('is cut, in its headers and in its body', async () => {
    const { url } = await serve({ patience: hasty });
    const whole = request(url, 'domain_list', {});
    for (const half of [20, whole.length - 20]) {
      const wire = await openWire(url);
      wire.send(whole.slice(0, half));
      wire.dribble(half === 20 ? 'x-header: y\r\n' : ' ', 50);
      await wire.ended;
      expect(wire.received()).toMatch(/^HTTP\/1\.1 408 /);
    }
  });

  test('holds no place: 300 of them, and others are served', async () => {
    const { url, call } = await serve();
    const whole = request(url, 'domain_list', {});
    const wires = await Promise.all(Array.from({ length: 300 }, () => openWire(url)));
    for (const wire of wires) wire.send(whole.slice(0, -1));
    expect(await call('domain_list', {})).toBe(200);
    for (const wire of wires) wire.send('}');
    await seen(() => wires.every(wire => /^HTTP\/1\.1 (?:200|503) /.test(wire.received()))).toBe(true);
    for (const wire of wires) wire.leave();
  });

  test('holds what it has sent, which has a bound', async () => {
    const { url, call } = await serve();
    const body = `"${'x'.repeat(1024 * 1024 - 10)}`;
    const most = onTheWire(url, { ...callHeaders('domain_list', 'modern'), 'Content-Length': '1048576' }, body);
    const wires = await Promise.all(Array.from({ length: 40 }, () => openWire(url)));
    for (const wire of wires) wire.send(most);
    const away = () => wires.filter(wire => wire.received() !== '');
    await seen(() => away().length).toBe(8);
    for (const wire of away()) {
      await wire.ended;
      expect(wire.received()).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 1\r\n.*nothing was done/s);
    }
    for (const wire of wires) wire.leave();
    await seen(() => call('domain_list', {})).toBe(200);
  });
});

test('what is too large is refused, whether it is announced or not', async () => {
  const { url } = await serve();
  const large = 'x'.repeat(1024 * 1024 + 1);
  const chunks = `${large.length.toString(16)}\r\n${large}\r\n`;
  for (const [text, status] of [
    [onTheWire(url, { 'X-Large': 'x'.repeat(20_000) }, ''), 431],
    [onTheWire(url, { 'Content-Type': 'application/json', 'Content-Length': '1048577' }, ''), 413],
    [`POST /mcp HTTP/1.1\r\nHost: ${url.host}\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`, 413],
  ] as const) {
    const wire = await openWire(url);
    wire.send(text);
    await wire.ended;
    expect(wire.received()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  }
});

test('a client that does not take its answers is cut; one that waits longer for an answer is not', async () => {
  const registrar = await openHoldingRegistrar(/domain\/list/, '"domains":[],"total":0');
  const { url, call } = await serve({ registrar, patience: { ...defaultPatience, answer: 500, look: 50 } });
  const waits = call('domain_list', {});
  await seen(registrar.came).toBe(1);
  const list = onTheWire(
    url,
    callHeaders('', 'former'),
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  );
  const wire = await openWire(url);
  wire.stopReading();
  wire.send(list.repeat(150));
  // Who does not read is not told of the end either, but for what it still sends.
  wire.dribble(list, 50);
  await wire.ended;
  registrar.release();
  expect(await waits).toBe(200);
});

describe('a client that goes away', () => {
  test.each(['modern', 'former'] as const)(
    'ends its read at the registrar (%s), even after a collection',
    async era => {
      const registrar = await openHoldingRegistrar(/domain\/get/);
      const { url } = await serve({ registrar });
      const wires = await Promise.all(Array.from({ length: 20 }, () => openWire(url)));
      for (const wire of wires) wire.send(request(url, 'domain_get', nightbus, era));
      await seen(registrar.came).toBe(20);
      setFlagsFromString('--expose-gc');
      runInNewContext('gc')();
      for (const wire of wires) wire.leave();
      await seen(registrar.givenUp).toBe(20);
    },
  );

  test('keeps its place for as long as what it began to change goes on', async () => {
    const registrar = await openHoldingRegistrar(
      /dns\/create/,
      '"record_id":7,"name":"nightbus.app","type":"TXT","content":"x","ttl":300,"records":[]',
    );
    const { url, call } = await serve({ registrar });
    // What changes the same name waits for its turn, so each has a name of its own.
    const create = (at: number) =>
      callBody('dns_create', { domain_name: `n${at}.app`, host: '@', type: 'TXT', content: 'x' }, 'former');
    const wires = await Promise.all(Array.from({ length: 5 }, () => openWire(url)));
    for (const [at, wire] of wires.entries()) {
      const batch = Array.from({ length: 50 }, (_, of) => create(at * 50 + of));
      wire.send(onTheWire(url, callHeaders('', 'former'), `[${batch}]`));
    }
    await seen(registrar.came).toBe(250);
    for (const wire of wires) wire.leave();
    expect(await call('hello', {})).toBe(503);
    registrar.release();
    await seen(() => call('hello', {})).toBe(200);
    expect(registrar.givenUp()).toBe(0);
  });

  test('while its token is looked at, keeps no place', async () => {
    const looked = Promise.withResolvers<void>();
    let asked = 0;
    const narrowed = (permit: Permit) => permit;
    const permitOf = async () => {
      asked += 1;
      await looked.promise;
      return { caller: 'token x', words: ['read' as const], names: [], answers: false };
    };
    const { url, call } = await serve({ authorization: { now: () => new Date(), permitOf, narrowed } });
    const wires = await Promise.all(Array.from({ length: 260 }, () => openWire(url)));
    for (const wire of wires)
      wire.send(onTheWire(url, callHeaders('hello', 'modern', 'x'), callBody('hello', {}, 'modern')));
    await seen(() => asked).toBe(260);
    for (const wire of wires) wire.leave();
    await Promise.all(wires.map(({ ended }) => ended));
    looked.resolve();
    await seen(() => call('hello', {}, 'x')).toBe(200);
  });
});

describe('when the server ends', () => {
  test('clients that never end their requests do not hold it, and a call that runs is answered', async () => {
    const registrar = await openHoldingRegistrar(/domain\/list/, '"domains":[],"total":0');
    const { url, server, call } = await serve({ registrar });
    const whole = request(url, 'domain_list', {});
    const wires = await Promise.all(Array.from({ length: 3 }, () => openWire(url)));
    for (const [at, wire] of wires.entries()) wire.send(whole.slice(0, [0, 30, -5][at]));
    for (const wire of wires.slice(1)) wire.dribble(' ', 50);
    const answer = call('domain_list', {});
    await seen(registrar.came).toBe(1);
    const closed = server.close();
    await Promise.all(wires.map(({ ended }) => ended));
    registrar.release();
    expect(await answer).toBe(200);
    await closed;
  });

  test('a call that does not end is cut at the deadline', async () => {
    const registrar = await openHoldingRegistrar(/domain\/list/);
    const { server, call } = await serve({ registrar });
    const answer = call('domain_list', {}).catch(() => 'cut');
    await seen(registrar.came).toBe(1);
    await server.close(100);
    expect(await answer).toBe('cut');
    await seen(registrar.givenUp).toBe(1);
  });
});
