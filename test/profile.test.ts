import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '#config/config.ts';
import { DomainName } from '#model/domain-name.ts';
import { profiles } from '#model/profile.ts';
import { openClient } from '#registrar/client.ts';
import { toolsets } from '../tools/index.ts';
import { call } from './support/calls.ts';
import { freshState, run, serveHttp } from './support/server-process.ts';
import { openWorld } from './support/world.ts';

/** For whoever takes no server that spends: a named set of tools, in which there is none that does. */
const name = (text: string) => DomainName.decode(text);
const tools = toolsets.flatMap(toolset => toolset.tools);
const harmless = tools.filter(({ risk }) => risk !== 'paid').map(tool => tool.name);
const paid = tools.filter(({ risk }) => risk === 'paid').map(tool => tool.name);

test('no-purchases has every tool but those that spend, and says so', async () => {
  const agent = await openWorld({ profile: 'no-purchases' });
  expect(paid).toContain('order_create');
  expect((await agent.client.listTools()).tools.map(tool => tool.name)).toEqual(harmless);
  for (const tool of paid)
    await expect(agent.call(tool, { domain_name: 'fresh-loaf.com' })).rejects.toThrow(
      `The tool ${tool} is switched off: REGISTRAR_PROFILE is no-purchases, and it is a paid tool.`,
    );
  expect(agent.sandbox.seen).toEqual([]);
  expect(agent.composed.instructions).toContain('This server buys nothing.');
  expect(agent.composed.instructions).not.toContain('Purchases are real');
  expect(await agent.confirmed('dns_apply', { domain_name: 'harbor-bakery.com', preset: 'no_mail' })).toSucceed();
  await agent.close();
});

test('below the tools, too: a request that spends is never sent, whoever asks for it', async () => {
  const { sandbox, close } = await openWorld();
  const client = openClient({
    url: sandbox.url,
    credentials: sandbox.credentials,
    auth: 'token',
    limits: { perSecond: Number.POSITIVE_INFINITY, perHour: Number.POSITIVE_INFINITY },
    withheld: profiles['no-purchases'],
  });
  const { paid: registrar } = client.registrars();
  await expect(registrar.domain_get({ domain_name: name('harbor-bakery.com') })).resolves.toBeDefined();
  const before = sandbox.seen.length;
  await expect(
    registrar.order({ items: [{ order_type: 'domain/create', domain_name: name('fresh-loaf.com'), period: 1 }] }),
  ).rejects.toMatchObject({ code: 'not_permitted', message: 'This server sends nothing that is paid.' });
  expect(sandbox.seen).toHaveLength(before);
  await client.close();
  await close();
});

test('it is a setting or an option, also over HTTP; one that is not known is refused with those that are', async () => {
  const { env, remove } = freshState();
  const profile = ['--profile', 'no-purchases'];
  for (const { stdout } of [
    await run(['tools', ...profile], env),
    await run(['tools'], { ...env, REGISTRAR_PROFILE: 'no-purchases' }),
  ])
    expect(
      stdout
        .trim()
        .split('\n')
        .map(line => line.split(' ')[0]),
    ).toEqual(harmless);
  const server = await serveHttp(env, profile);
  const refused = await call(server.url, undefined, 'domain_create', { domain_name: 'fresh-loaf.com' });
  expect(refused.text).toContain('REGISTRAR_PROFILE is no-purchases');
  expect(await server.stop()).toBe(0);
  expect(await run(['tools', '--profile', 'frugal'], env)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('REGISTRAR_PROFILE must be no-purchases.'),
  });
  // From a script whose variable is empty: without it, what was not to be sold would be.
  expect(await run(['tools', '--profile', ''], env)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--profile is given and names nothing.'),
  });
  expect(() => readConfig({ REGISTRAR_PROFILE: 'x' }, { readFile: () => '', toolsets: [] })).toThrow(ConfigError);
  remove();
});
