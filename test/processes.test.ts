import { afterEach, beforeEach, expect, test } from 'vitest';
import { endAll, start, stdioClient } from './bench/processes.ts';
import { executable } from './support/server-process.ts';
import { openWorld, type World } from './support/world.ts';

/** Many agents, each with a server process of its own, over one state directory. */
let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  endAll();
  await world.close();
});

test('of twenty processes that would all spend the last ten dollars, one does', async () => {
  const env = {
    REGISTRAR_URL: world.sandbox.url.origin,
    REGISTRAR_USERNAME: 'demo',
    REGISTRAR_API_TOKEN: 'demo-token',
    REGISTRAR_CONFIRM: 'agent',
    REGISTRAR_SPEND_LIMIT: '10.00',
    REGISTRAR_ORDER_LIMIT: '10.00',
    REGISTRAR_STATE_DIR: `${world.directory}/shared`,
  };
  const agents = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const client = stdioClient(start(executable, [], env));
      await client.initialize();
      const call = async (args: object) =>
        JSON.stringify(await client.request('tools/call', { name: 'domain_create', arguments: args }));
      const domain_name = `last-dollars-${at}.com`;
      const confirm = /"confirm":"([\w-]+)"/.exec(await call({ domain_name }))?.[1];
      return { call, args: { domain_name, confirm } };
    }),
  );
  const answers = await Promise.all(agents.map(({ call, args }) => call(args)));
  expect(answers.filter(answer => answer.includes('"status":"done"'))).toHaveLength(1);
  expect(answers.filter(answer => answer.includes('(over_budget)'))).toHaveLength(19);
  expect(world.sandbox.seen.filter(request => request === 'POST /api/domain/create')).toHaveLength(1);
});
