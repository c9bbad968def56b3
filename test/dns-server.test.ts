import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import { decode, encode, type Packet } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDns } from '#dns/client.ts';
import { openWorld, type World } from './support/world.ts';

/** The sandbox serves its zones as the registrar's nameservers would: asked with dig and with Node's resolver. */
let agent: World;
let resolver: Resolver;
beforeAll(async () => {
  agent = await openWorld();
  resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${agent.sandbox.dns.port}`]);
  const harbor = { domain_name: 'harbor-bakery.com' };
  for (const record of [
    { host: 'a.deep.branch', type: 'A', content: '192.0.2.40' },
    { host: '*.branch', type: 'TXT', content: 'wild' },
    { host: 'loop', type: 'CNAME', content: 'pool.harbor-bakery.com' },
    { host: 'pool', type: 'CNAME', content: 'loop.harbor-bakery.com' },
    { host: 'across', type: 'CNAME', content: 'api.nightbus.app' },
    { host: 'lost', type: 'CNAME', content: 'nothing.nightbus.app' },
    { host: 'flat', type: 'ANAME', content: 'api.nightbus.app' },
    { host: 'flat', type: 'MX', content: 'mx1.mailhost.example', priority: 5 },
    { host: 'flatloop', type: 'ANAME', content: 'flatloop.harbor-bakery.com' },
    { host: 'flatlost', type: 'ANAME', content: 'nothing.nightbus.app' },
    { host: 'sub', type: 'NS', content: 'ns1.sub.harbor-bakery.com' },
    { host: 'sub', type: 'NS', content: 'ns.other.example' },
    { host: 'ns1.sub', type: 'A', content: '192.0.2.53' },
    { host: 'long', type: 'TXT', content: 'é'.repeat(250) },
  ])
    expect(await agent.call('dns_create', { ...harbor, ...record }), record.host).toSucceed();
  for (let at = 0; at < 60; at += 1)
    await agent.call('dns_create', { ...harbor, host: 'many', type: 'A', content: `192.0.2.${at}` });
});
afterAll(async () => await agent.close());

async function dig(...args: string[]) {
  const { stdout } = await promisify(execFile)('dig', [
    '@127.0.0.1',
    '-p',
    `${agent.sandbox.dns.port}`,
    '+tries=1',
    ...args,
  ]);
  const section = (name: string) =>
    (new RegExp(`;; ${name} SECTION:\\n([\\s\\S]*?)\\n\\n`).exec(stdout)?.[1] ?? '')
      .split('\n')
      .filter(line => line && !line.startsWith(';'))
      .map(line => line.replace(/\s+/g, ' '));
  return {
    status: /status: (\w+)/.exec(stdout)?.[1],
    flags: /flags: ([^;]*);/.exec(stdout)?.[1]?.split(' ') ?? [],
    answer: section('ANSWER'),
    authority: section('AUTHORITY'),
    additional: section('ADDITIONAL'),
    text: stdout,
  };
}

describe('answers to dig', () => {
  test('what the agent did can be seen', async () => {
    const { status, flags, answer } = await dig('harbor-bakery.com');
    expect([status, answer]).toEqual(['NOERROR', ['harbor-bakery.com. 300 IN A 192.0.2.10']]);
    expect(flags).toContain('aa');
  });

  test.each<[string, string[], string[]]>([
    [
      'MX',
      ['harbor-bakery.com', 'MX'],
      [
        'harbor-bakery.com. 300 IN MX 10 mx1.mailhost.example.',
        'harbor-bakery.com. 300 IN MX 20 mx2.mailhost.example.',
      ],
    ],
    [
      'SRV',
      ['_sip._tcp.harbor-bakery.com', 'SRV'],
      ['_sip._tcp.harbor-bakery.com. 300 IN SRV 10 5 5060 sip.voice.example.'],
    ],
    ['AAAA', ['harbor-bakery.com', 'AAAA'], ['harbor-bakery.com. 300 IN AAAA 2001:db8:10::10']],
    ['a wildcard', ['x.preview.harbor-bakery.com', 'A'], ['x.preview.harbor-bakery.com. 300 IN A 192.0.2.20']],
    [
      'a wildcard by its own name',
      ['*.preview.harbor-bakery.com', 'A'],
      ['*.preview.harbor-bakery.com. 300 IN A 192.0.2.20'],
    ],
    [
      'a wildcard over several labels',
      ['a.b.c.preview.harbor-bakery.com', 'A'],
      ['a.b.c.preview.harbor-bakery.com. 300 IN A 192.0.2.20'],
    ],
    [
      'a name in capitals, as it was asked',
      ['WWW.Harbor-Bakery.COM', 'CNAME'],
      ['WWW.Harbor-Bakery.COM. 300 IN CNAME harbor-bakery.com.'],
    ],
    [
      'a CNAME and what it leads to',
      ['www.harbor-bakery.com', 'A'],
      ['www.harbor-bakery.com. 300 IN CNAME harbor-bakery.com.', 'harbor-bakery.com. 300 IN A 192.0.2.10'],
    ],
    [
      'a CNAME into another zone of the box',
      ['across.harbor-bakery.com', 'A'],
      ['across.harbor-bakery.com. 300 IN CNAME api.nightbus.app.', 'api.nightbus.app. 300 IN A 198.51.100.8'],
    ],
    [
      'a CNAME out of the box',
      ['shop.harbor-bakery.com', 'A'],
      ['shop.harbor-bakery.com. 300 IN CNAME shops.storefront.example.'],
    ],
    [
      'an ANAME as the addresses behind it',
      ['flat.harbor-bakery.com', 'A'],
      ['flat.harbor-bakery.com. 300 IN A 198.51.100.8'],
    ],
    [
      'what stands beside an ANAME',
      ['flat.harbor-bakery.com', 'MX'],
      ['flat.harbor-bakery.com. 300 IN MX 5 mx1.mailhost.example.'],
    ],
    [
      'all of a name',
      ['_dmarc.harbor-bakery.com', 'ANY', '+notcp'],
      ['_dmarc.harbor-bakery.com. 300 IN TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@harbor-bakery.com"'],
    ],
    [
      "the registrar's own nameservers, which are all here",
      ['ns1qxy.name.com', 'A'],
      ['ns1qxy.name.com. 300 IN A 127.0.0.1'],
    ],
  ])('%s', async (_, question, answer) => {
    expect((await dig(...question)).answer).toEqual(answer);
  });

  test('an ANAME out of the box has addresses that follow from the name', async () => {
    const [a, again, aaaa] = await Promise.all([
      dig('fjord-kayak.org', 'A'),
      dig('fjord-kayak.org', 'A'),
      dig('fjord-kayak.org', 'AAAA'),
    ]);
    expect(a?.answer).toEqual([expect.stringMatching(/^fjord-kayak\.org\. 300 IN A 198\.51\.100\.\d+$/)]);
    expect(again?.answer).toEqual(a?.answer);
    expect(aaaa?.answer).toEqual([expect.stringMatching(/IN AAAA 2001:db8:/)]);
  });

  test('circles end', async () => {
    const { status, answer } = await dig('loop.harbor-bakery.com', 'A');
    expect(status).toBe('NOERROR');
    expect(answer.length).toBeLessThan(12);
    expect((await dig('flatloop.harbor-bakery.com', 'A')).answer).toEqual([]);
  });

  test('SOA and NS of a zone; the serial moves with every change', async () => {
    const serial = async () => Number(/support\.name\.com\. (\d+) /.exec((await dig('nightbus.app', 'SOA')).text)?.[1]);
    const before = await serial();
    expect((await dig('nightbus.app', 'NS')).answer).toHaveLength(4);
    await agent.call('dns_create', { domain_name: 'nightbus.app', host: 'x', type: 'A', content: '192.0.2.1' });
    expect(await serial()).toBe(before + 1);
  });

  test('NXDOMAIN where there is no name, NODATA where there is one without that type, with the SOA', async () => {
    for (const [name, type, status] of [
      ['nothing.nightbus.app', 'A', 'NXDOMAIN'],
      ['api.nightbus.app', 'AAAA', 'NOERROR'],
      ['deep.branch.harbor-bakery.com', 'TXT', 'NOERROR'],
      ['nightbus.app', 'DS', 'NOERROR'],
      ['flatlost.harbor-bakery.com', 'A', 'NOERROR'],
    ] as const) {
      const answer = await dig(name, type);
      expect([name, answer.status, answer.answer]).toEqual([name, status, []]);
      expect(answer.authority, name).toEqual([expect.stringContaining(' IN SOA ')]);
    }
    const lost = await dig('lost.harbor-bakery.com', 'A');
    expect([lost.status, lost.answer]).toEqual([
      'NXDOMAIN',
      ['lost.harbor-bakery.com. 300 IN CNAME nothing.nightbus.app.'],
    ]);
  });

  test('a wildcard does not reach what is below a name that is there (RFC 4592)', async () => {
    expect((await dig('x.branch.harbor-bakery.com', 'TXT')).answer).toHaveLength(1);
    expect((await dig('x.deep.branch.harbor-bakery.com', 'TXT')).status).toBe('NXDOMAIN');
  });

  test('a name that is delegated away gets a referral with its glue', async () => {
    const { flags, answer, authority, additional } = await dig('www.sub.harbor-bakery.com', 'A');
    expect(flags).not.toContain('aa');
    expect([answer, authority.length]).toEqual([[], 2]);
    expect(additional).toEqual(['ns1.sub.harbor-bakery.com. 3600 IN A 192.0.2.53']);
  });

  test('a domain whose nameservers are elsewhere is not served: the registry says where to ask, with the glue of host records', async () => {
    const { flags, answer, authority, additional } = await dig('glue-works.net', 'A', '+norecurse');
    expect(flags).not.toContain('aa');
    expect([answer, authority]).toEqual([
      [],
      ['glue-works.net. 3600 IN NS ns1.glue-works.net.', 'glue-works.net. 3600 IN NS ns2.glue-works.net.'],
    ]);
    expect(additional).toEqual([
      'ns1.glue-works.net. 3600 IN A 192.0.2.53',
      'ns1.glue-works.net. 3600 IN AAAA 2001:db8:53::1',
      'ns2.glue-works.net. 3600 IN A 198.51.100.53',
    ]);
    expect((await dig('ns1.glue-works.net', 'A')).answer).toEqual(['ns1.glue-works.net. 3600 IN A 192.0.2.53']);
  });

  test('after a change of nameservers to elsewhere a zone stops being served, and comes back with them', async () => {
    const move = (...nameservers: string[]) =>
      agent.confirmed('domain_update_nameservers', { domain_name: 'quiet-metrics.dev', nameservers });
    expect((await dig('docs.quiet-metrics.dev', 'CNAME')).answer).toHaveLength(1);
    await move('ns1.dns-elsewhere.example', 'ns2.dns-elsewhere.example');
    expect(await dig('docs.quiet-metrics.dev', 'CNAME')).toMatchObject({
      answer: [],
      authority: expect.arrayContaining([expect.stringContaining('ns1.dns-elsewhere.example.')]),
    });
    await move('ns1.name.com', 'ns2.name.com');
    expect((await dig('docs.quiet-metrics.dev', 'CNAME')).answer).toHaveLength(1);
  });

  test('what is none of its business is refused', async () => {
    for (const question of [
      ['example.org', 'A'],
      ['com', 'NS'],
      ['.', 'NS'],
      ['version.bind', 'TXT', 'CH'],
      ['harbor-bakery.com', 'AXFR', '+notcp'],
    ])
      expect((await dig(...question)).text, question.join(' ')).toMatch(/REFUSED|Transfer failed/);
    expect((await dig('harbor-bakery.com', '+opcode=2')).status).toBe('NOTIMP');
  });

  test('what does not fit is cut over UDP and whole over TCP', async () => {
    const cut = await dig('many.harbor-bakery.com', 'A', '+ignore', '+noedns');
    expect([cut.flags.includes('tc'), cut.answer]).toEqual([true, []]);
    expect((await dig('many.harbor-bakery.com', 'A', '+noedns')).answer).toHaveLength(60);
    expect((await dig('many.harbor-bakery.com', 'A', '+ignore', '+bufsize=4096')).flags).toContain('tc');
    expect((await dig('many.harbor-bakery.com', 'A', '+tcp')).answer).toHaveLength(60);
  });
});

test("Node's resolver reads it too", async () => {
  expect(await resolver.resolve4('www.harbor-bakery.com')).toEqual(['192.0.2.10']);
  expect(
    (await resolver.resolveMx('harbor-bakery.com')).map(({ priority, exchange }) => [priority, exchange]).sort(),
  ).toEqual([
    [10, 'mx1.mailhost.example'],
    [20, 'mx2.mailhost.example'],
  ]);
  expect((await resolver.resolveTxt('long.harbor-bakery.com')).map(parts => parts.join(''))).toEqual([
    expect.stringMatching(/^.+$/),
  ]);
  expect(await resolver.resolveSrv('_sip._tcp.harbor-bakery.com')).toMatchObject([
    { name: 'sip.voice.example', port: 5060, priority: 10, weight: 5 },
  ]);
  expect(await resolver.resolveSoa('harbor-bakery.com')).toMatchObject({ hostmaster: 'support.name.com' });
  await expect(resolver.resolve4('nothing.nightbus.app')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(resolver.resolve6('api.nightbus.app')).rejects.toMatchObject({ code: 'ENODATA' });
});

describe('what few clients send', () => {
  test('an EDNS of the future is told that it is too new', async () => {
    expect((await dig('harbor-bakery.com', '+edns=1', '+noednsneg')).status).toBe('BADVERS');
  });

  test('names that could not be written back are refused, byte for byte as they were asked', async () => {
    expect((await dig('\\255\\255.harbor-bakery.com')).status).toBe('REFUSED');
    expect((await dig('a\\.b.harbor-bakery.com')).status).toBe('REFUSED');
  });

  test('whether a name that is delegated away signs is for this zone to say', async () => {
    const { flags, status, authority } = await dig('sub.harbor-bakery.com', 'DS');
    expect([flags.includes('aa'), status, authority[0]]).toEqual([
      true,
      'NOERROR',
      expect.stringContaining(' IN SOA '),
    ]);
  });

  test('a crowd of ANAMEs takes no longer than one', async () => {
    for (let at = 0; at < 20; at += 1)
      await agent.call('dns_create', {
        domain_name: 'quiet-metrics.dev',
        host: `n${at}`,
        type: 'ANAME',
        content: `n${(at + 1) % 20}.quiet-metrics.dev`,
      });
    expect(
      await agent.call('dns_create', {
        domain_name: 'quiet-metrics.dev',
        host: 'n1',
        type: 'ANAME',
        content: 'n7.quiet-metrics.dev',
      }),
    ).toMatchObject({ isError: true });
    expect((await dig('n0.quiet-metrics.dev')).answer).toEqual([]);
  });

  test('who asks over TCP and does not read is not read from', async () => {
    const { port, address } = agent.sandbox.dns;
    const question = encode({ type: 'query', id: 9, questions: [{ name: 'many.harbor-bakery.com', type: 'A' }] });
    const framed = Buffer.concat([Buffer.from([0, question.length]), question]);
    const socket = connect(port, address);
    socket.on('error', () => undefined);
    socket.pause();
    socket.write(Buffer.concat(Array.from({ length: 20_000 }, () => framed)));
    await expect.poll(() => socket.writableLength > 0 || socket.bytesWritten > 0).toBe(true);
    expect((await dig('harbor-bakery.com')).answer).toHaveLength(1);
    let received = 0;
    socket.on('data', chunk => (received += chunk.length));
    socket.resume();
    await expect
      .poll(() => received, { timeout: 20_000 })
      .toBe(20_000 * (2 + question.length + 60 * ('many.harbor-bakery.com'.length + 2 + 14)));
    socket.destroy();
  });
});

describe('what no good client sends', () => {
  const server = () => ({ address: '127.0.0.1', port: agent.sandbox.dns.port });

  /** What came back over UDP within a moment, if anything did. */
  async function datagram(bytes: Buffer): Promise<ReturnType<typeof decode> | undefined> {
    const socket = createSocket('udp4');
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof decode> | undefined>();
    socket.on('message', message => resolve(decode(message)));
    socket.send(bytes, server().port, server().address);
    const timer = setTimeout(() => resolve(undefined), 150);
    const reply = await promise;
    clearTimeout(timer);
    socket.close();
    return reply;
  }

  async function stillAnswers(): Promise<void> {
    expect((await dig('harbor-bakery.com')).answer).toHaveLength(1);
  }

  test('garbage gets no answer, and stops nothing', async () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('hello'),
      Buffer.alloc(12, 0xff),
      Buffer.alloc(600, 0xc0),
      encode({ type: 'response', id: 1, questions: [] }),
    ])
      expect(await datagram(bytes)).toBeUndefined();
    await stillAnswers();
  });

  test('a question without a question, or with two, is malformed', async () => {
    const question = { name: 'harbor-bakery.com', type: 'A' as const };
    const packets: Packet[] = [
      { type: 'query', id: 7, questions: [] },
      { type: 'query', id: 7, questions: [question, question] },
    ];
    for (const packet of packets) expect(((await datagram(encode(packet)))?.flags ?? 0) & 0xf).toBe(1);
  });

  test('over TCP: pieces, several questions on one connection, garbage, silence', async () => {
    const { port, address } = server();
    const socket = connect(port, address);
    const question = encode({ type: 'query', id: 9, questions: [{ name: 'nightbus.app', type: 'A' }] });
    const framed = Buffer.concat([Buffer.from([0, question.length]), question]);
    const received: Buffer[] = [];
    socket.on('data', chunk => received.push(chunk));
    for (const byte of framed) socket.write(Buffer.from([byte]));
    socket.write(Buffer.concat([framed, framed]));
    await expect
      .poll(() => Buffer.concat(received).length)
      .toBe(3 * (2 + question.length + 'nightbus.app'.length + 2 + 14));
    const closed = new Promise(resolve => socket.on('close', resolve));
    socket.write(Buffer.from([0, 3, 1, 2, 3]));
    await closed;
    await stillAnswers();
  });

  test('a client that goes away in the middle', async () => {
    const { port, address } = server();
    for (let at = 0; at < 20; at += 1) {
      const socket = connect(port, address, () => {
        socket.write(Buffer.from([0, 200, 1]));
        socket.resetAndDestroy();
      });
      socket.on('error', () => undefined);
    }
    await stillAnswers();
  });
});

describe('our own client', () => {
  const signal = () => new AbortController().signal;
  const box = () =>
    openDns({
      resolvers: [agent.sandbox.dns],
      port: agent.sandbox.dns.port,
      mayAsk: address => address === '127.0.0.1',
      timeout: 200,
    });

  test('asks over UDP, and over TCP for what does not fit', async () => {
    expect((await box().ask(agent.sandbox.dns, 'many.harbor-bakery.com', 'A', signal())).answers).toHaveLength(60);
  });

  test('finds nameservers, and asks none that a nameserver of the world cannot be', async () => {
    expect(await box().locate('ns1abc.name.com', signal())).toEqual([
      { address: '127.0.0.1', port: agent.sandbox.dns.port },
    ]);
    await expect(box().locate('ns1.glue-works.net', signal())).rejects.toThrow(
      /192\.0\.2\.53, 2001:db8:53::1, where no nameserver of the world can be/,
    );
    await expect(box().locate('www.nothing.example', signal())).rejects.toThrow(
      /www\.nothing\.example cannot be found: 127\.0\.0\.1 answered REFUSED/,
    );
    await expect(box().locate('_dmarc.harbor-bakery.com', signal())).rejects.toThrow(/has no address/);
    const real = openDns({ resolvers: [agent.sandbox.dns], port: 53 });
    await expect(real.locate('ns1abc.name.com', signal())).rejects.toThrow(
      /127\.0\.0\.1, where no nameserver of the world can be/,
    );
  });

  test('says who did not answer, after as many tries as it may', async () => {
    const silent = createSocket('udp4');
    let heard = 0;
    silent.on('message', () => (heard += 1));
    await new Promise<void>(resolve => silent.bind(0, '127.0.0.1', resolve));
    const server = { address: '127.0.0.1', port: silent.address().port };
    await expect(box().ask(server, 'harbor-bakery.com', 'A', signal())).rejects.toThrow(
      '127.0.0.1 did not answer within 0.2 seconds',
    );
    expect(heard).toBe(2);
    const leaving = new AbortController();
    leaving.abort();
    await expect(box().ask(server, 'harbor-bakery.com', 'A', leaving.signal)).rejects.toThrow('the call was cancelled');
    // The next resolver is asked where one does not answer.
    const two = openDns({ resolvers: [server, agent.sandbox.dns], port: 53, timeout: 100, tries: 1 });
    expect((await two.lookup('nightbus.app', 'A', signal())).answers).toHaveLength(1);
    await expect(openDns({ resolvers: [], port: 53 }).lookup('a.example', 'A', signal())).rejects.toThrow(
      /REGISTRAR_DNS_RESOLVERS/,
    );
    await expect(box().ask(server, 'a.example', 'SOMETHING', signal())).rejects.toThrow(/cannot be asked for/);
    silent.close();
  });

  test('says so where there is no way to a nameserver', async () => {
    await expect(box().ask({ address: '255.255.255.255', port: 53 }, 'a.example', 'A', signal())).rejects.toThrow(
      /EACCES|ENETUNREACH|did not answer/,
    );
    await expect(box().ask(agent.sandbox.dns, 'a..b', 'A', signal())).rejects.toThrow('"a..b" is no name');
  });

  /** A nameserver of its own making, over UDP. */
  async function made(answer: (query: ReturnType<typeof decode>) => Packet | undefined) {
    const socket = createSocket('udp4');
    socket.on('message', (message, from) => {
      const reply = answer(decode(message));
      if (reply) socket.send(encode(reply), from.port, from.address);
    });
    await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
    return { socket, server: { address: '127.0.0.1', port: socket.address().port } };
  }

  test('asks a nameserver from before EDNS without it', async () => {
    let asked = 0;
    const { socket, server } = await made(query => {
      asked += 1;
      const odd = (query.additionals?.length ?? 0) > 0;
      return {
        id: query.id ?? 0,
        type: 'response',
        flags: odd ? 1 : 0x400,
        questions: query.questions ?? [],
        answers: odd ? [] : [{ type: 'A', name: 'a.example', ttl: 60, data: '192.0.2.1' }],
      };
    });
    const client = box();
    for (let at = 0; at < 2; at += 1)
      expect((await client.ask(server, 'a.example', 'A', signal())).answers).toHaveLength(1);
    expect(asked).toBe(3);
    socket.close();
  });

  test('finds a nameserver by one kind of address where the other fails, and reads every kind of record', async () => {
    const { socket, server } = await made(query => {
      const [question] = query.questions ?? [];
      const base: Packet = { id: query.id ?? 0, type: 'response', flags: 0x400, questions: query.questions ?? [] };
      switch (question?.type) {
        case 'A':
          return { ...base, answers: [{ type: 'A', name: question.name, ttl: 60, data: '127.0.0.1' }] };
        case 'DS':
          return {
            ...base,
            answers: [
              {
                type: 'DS',
                name: question.name,
                ttl: 60,
                data: { keyTag: 7, algorithm: 8, digestType: 2, digest: Buffer.alloc(32) },
              },
              { type: 'HINFO', name: question.name, ttl: 60, data: { cpu: 'x', os: 'y' } },
            ],
          };
        default:
          return { ...base, flags: 2 };
      }
    });
    const client = openDns({ resolvers: [server], port: 53, mayAsk: () => true, timeout: 200 });
    expect(await client.locate('ns.example', signal())).toEqual([{ address: '127.0.0.1', port: 53 }]);
    expect((await client.lookup('a.example', 'DS', signal())).answers).toEqual([
      { name: 'a.example', type: 'DS', content: '7', ttl: 60 },
    ]);
    await expect(client.lookup('a.example', 'TXT', signal())).rejects.toThrow('127.0.0.1 answered SERVFAIL');
    socket.close();
  });

  test('takes no half of an answer over TCP', async () => {
    const { socket, server } = await made(query => ({
      id: query.id ?? 0,
      type: 'response',
      flags: 0x200,
      questions: query.questions ?? [],
    }));
    let answers = 0;
    const streams = createServer(stream => {
      stream.on('error', () => undefined);
      stream.on('data', () => {
        answers += 1;
        if (answers === 1) stream.end(Buffer.from([0, 50, 1, 2, 3]));
        else stream.write(Buffer.from([0, 3, 1, 2, 3]));
      });
    });
    await new Promise<void>(resolve => streams.listen(server.port, '127.0.0.1', resolve));
    await expect(box().ask(server, 'a.example', 'A', signal())).rejects.toThrow(/answered something else/);
    expect(answers).toBe(2);
    streams.close();
    socket.close();
  });

  test('takes no answer to another question', async () => {
    const liar = createSocket('udp4');
    liar.on('message', (message, from) => {
      const query = decode(message);
      const lies: Packet[] = [
        { ...query, type: 'response', id: ((query.id ?? 0) + 1) & 0xffff },
        { ...query, type: 'response', questions: [{ name: 'other.example', type: 'A' }] },
        { ...query, type: 'query' },
      ];
      for (const lie of lies) liar.send(encode({ ...lie, additionals: [] }), from.port, from.address);
      liar.send(Buffer.from('garbage'), from.port, from.address);
    });
    await new Promise<void>(resolve => liar.bind(0, '127.0.0.1', resolve));
    await expect(
      box().ask({ address: '127.0.0.1', port: liar.address().port }, 'harbor-bakery.com', 'A', signal()),
    ).rejects.toThrow(/did not answer/);
    liar.close();
  });
});
