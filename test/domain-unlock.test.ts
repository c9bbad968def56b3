import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from './support/world.ts';

let agent: World;
beforeAll(async () => {
  agent = await openWorld();
});
afterAll(async () => await agent.close());

const glue = { domain_name: 'glue-works.net' };

test('a lock comes off after a preview that says what it keeps out, and comes back', async () => {
  const preview = await agent.call('domain_unlock', glue);
  expect(preview).toAskFirst({ does: /Take the transfer lock off glue-works\.net[\s\S]*can move it/ });
  const unlocked = await agent.call('domain_unlock', { ...glue, confirm: preview.structured?.confirm });
  expect(unlocked).toSucceed(/^Unlocked glue-works\.net\. Lock again with domain_lock/);
  expect(await agent.call('domain_unlock', glue)).toRefuse('conflict', /is unlocked already/);

  expect(await agent.confirmed('undo', { entry: unlocked.structured?.entry })).toSucceed();
  expect((await agent.call('domain_get', glue)).structured).toMatchObject({ locked: true });
});
