import { expect, test } from 'vitest';
import { remembered } from '#remembered.ts';

const clock = { now: 0 };
const now = () => new Date(clock.now);

test('what was asked for is not asked for again for a while, by however many', async () => {
  let asked = 0;
  const ask = remembered(async key => `${key} ${++asked}`, { ms: 1_000, now });
  expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['a 1', 'a 1', 'b 2']);
  clock.now += 999;
  expect(await ask('a')).toBe('a 1');
  clock.now += 1;
  expect(await ask('a')).toBe('a 3');
});

test('what fails is asked for anew', async () => {
  let asked = 0;
  const ask = remembered(
    async () => {
      asked += 1;
      if (asked === 1) throw new Error('not now');
      return asked;
    },
    { ms: 1_000, now },
  );
  await expect(ask('a')).rejects.toThrow('not now');
  expect(await ask('a')).toBe(2);
});

test('of too many the oldest are let go, so that nobody fills the memory by asking', async () => {
  const asked: string[] = [];
  const ask = remembered(async key => asked.push(key), { ms: 60_000, now });
  for (let at = 0; at <= 1_000; at += 1) await ask(`${at}`);
  await ask('1000');
  expect(asked).toHaveLength(1_001);
  await ask('0');
  expect(asked).toHaveLength(1_002);
});
