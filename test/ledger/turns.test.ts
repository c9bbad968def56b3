import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '#ledger/postgres.ts';
import { openLedger } from '#ledger/store/ledger.ts';
import { openTurns } from '#ledger/turns.ts';
import { openLimiter } from '#registrar/limits.ts';
import { openPostgresServer, type PostgresServer } from '../support/postgres.ts';

/** Turns among replicas that share a database. */
let server: PostgresServer;
beforeAll(async () => {
  server = await openPostgresServer();
});
afterAll(() => server.close());

async function replicas(count: number) {
  const url = await server.database();
  await (await openLedger(openPostgres(url))).close();
  const databases = Array.from({ length: count }, () => openPostgres(url));
  return {
    turns: databases.map(({ query }) => openTurns(query, 'demo')),
    other: openTurns(openPostgres(url).query, 'another'),
    close: () => Promise.all(databases.map(database => database.close())),
  };
}

const wanted = { perSecond: 20, perHour: Number.POSITIVE_INFINITY, margin: 0, patience: 60_000 };

test('each waits for the one that is so many before it, whoever took that', async () => {
  const { turns, other, close } = await replicas(3);
  const began = performance.now();
  const waits = await Promise.all(Array.from({ length: 60 }, (_, n) => turns[n % 3]?.(wanted)));
  const spent = performance.now() - began;
  const sorted = waits.map(turn => turn?.wait ?? Number.NaN).sort((a, b) => a - b);
  expect(sorted.slice(0, 20).every(wait => wait === 0)).toBe(true);
  for (const [from, to, second] of [
    [20, 40, 1000],
    [40, 60, 2000],
  ] as const)
    for (const wait of sorted.slice(from, to)) {
      expect(wait).toBeLessThanOrEqual(second);
      expect(wait).toBeGreaterThanOrEqual(second - spent);
    }
  expect(await other(wanted)).toMatchObject({ wait: 0 });
  await close();
});

test('the hour counts as well, and nobody takes a turn that they would not wait for', async () => {
  const { turns, close } = await replicas(1);
  const [take] = turns;
  const hourly = { ...wanted, perSecond: Number.POSITIVE_INFINITY, perHour: 3, patience: 20_000 };
  for (let n = 0; n < 3; n += 1) expect(await take?.(hourly)).toMatchObject({ wait: 0 });
  for (let n = 0; n < 3; n += 1) expect(await take?.(hourly)).toBeUndefined();
  expect((await take?.({ ...hourly, patience: 3_700_000 }))?.wait).toBeGreaterThan(3_590_000);
  await close();
});

/** A turn that is taken now. */
function turn(wait: number | undefined) {
  return wait === undefined ? undefined : { asked: performance.now(), wait };
}

test('where every turn comes too late it gives up, and does not use up the hour', async () => {
  let taken = 0;
  const far = openLimiter({ perSecond: 20, perHour: 3000 }, async () => {
    taken += 1;
    return { asked: performance.now() - 1_000, wait: 0 };
  });
  await expect(far()).rejects.toMatchObject({ code: 'registrar_busy', message: expect.stringMatching(/too slowly/) });
  expect(taken).toBe(5);
});

test('however many ask at once, each takes one turn', async () => {
  const { turns, close } = await replicas(1);
  let taken = 0;
  const [take] = turns;
  const limited = openLimiter({ perSecond: 1_000, perHour: 3_000 }, async asked => {
    taken += 1;
    return await take?.(asked);
  });
  await Promise.all(Array.from({ length: 200 }, () => limited()));
  expect(taken).toBe(200);
  await close();
});

test('a limiter waits for its turn, refuses what would wait too long, and says so where nobody can be asked', async () => {
  const limits = { perSecond: 20, perHour: 3000 };
  const waits = [0, 30];
  const slow = openLimiter(limits, async () => turn(waits.shift()));
  const began = performance.now();
  await slow();
  await slow();
  expect(performance.now() - began).toBeGreaterThan(25);
  await expect(slow()).rejects.toMatchObject({ code: 'registrar_busy' });
  const broken = openLimiter(limits, async () => {
    throw new Error('no database');
  });
  await expect(broken()).rejects.toMatchObject({ code: 'registrar_busy', cause: { message: 'no database' } });
});

test('whoever comes too late for a turn takes another', async () => {
  let asked = 0;
  const late = openLimiter({ perSecond: 20, perHour: 3000 }, async () => {
    asked += 1;
    const began = performance.now();
    const until = performance.now() + (asked === 1 ? 200 : 0);
    while (performance.now() < until);
    return { asked: began, wait: 0 };
  });
  await late();
  expect(asked).toBe(2);
});

test('without a limit no turn is taken, and one who gives up waits no longer', async () => {
  const never = () => expect.unreachable('nothing is limited');
  await openLimiter({ perSecond: Number.POSITIVE_INFINITY, perHour: Number.POSITIVE_INFINITY }, never)();
  const forever = openLimiter({ perSecond: 20, perHour: 3000 }, async () => turn(60_000));
  await expect(forever(AbortSignal.timeout(10))).rejects.toMatchObject({ name: 'AbortError' });
});
