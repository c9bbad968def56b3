import { describe, expect, test } from 'vitest';
import { overBudget, unlikeJournal } from '#ledger/budget.ts';
import { pagesOf } from '#ledger/database.ts';
import { actOf, chained, type Link, origin, verifyChain } from '#ledger/journal.ts';
import { usd } from '#model/money.ts';
import { at, begun, purchase } from '../support/acts.ts';

/** What proves that a journal is whole, and that the budget is what it says. */
describe('the books of the budget', () => {
  const bought = { entry: 3, word: 'paid', outcome: 'done', charged: usd(999) } as const;
  const act = (changes: object) => ({ ...begun, confirmed: '', at, ...bought, ...changes });
  const row = (changes: object) => ({
    ...purchase(),
    entry: 3,
    tool: 't',
    at,
    state: 'settled' as const,
    reserved: usd(999),
    charged: usd(999),
    owner: '',
    until: at,
    ...changes,
  });

  test('are those of the journal', () => {
    expect(unlikeJournal([act({})], [row({})])).toEqual([]);
    expect(unlikeJournal([act({ outcome: 'failed', charged: undefined })], [row({ charged: usd(0) })])).toEqual([]);
    for (const outcome of ['unknown', 'unfinished'])
      expect(
        unlikeJournal([act({ outcome, charged: undefined })], [row({ state: 'unknown', charged: undefined })]),
      ).toEqual([]);
    expect(unlikeJournal([act({ outcome: 'declined' }), act({ entry: 4, word: 'write' })], [])).toEqual([]);
  });

  test('and where they are not, that is found', () => {
    expect(unlikeJournal([act({})], [])).toEqual(['Entry 3 is not in them.']);
    expect(unlikeJournal([], [row({})])).toEqual(['Entry 3 of them is no purchase of the journal.']);
    expect(unlikeJournal([act({})], [row({ charged: usd(0) })])).toEqual([
      'Entry 3 is settled in them, and done in the journal.',
    ]);
    expect(unlikeJournal([act({})], [row({ state: 'reserved', charged: undefined })])).toHaveLength(1);
    expect(unlikeJournal([act({ outcome: 'unknown' })], [row({})])).toHaveLength(1);
  });
});

describe('the chain', () => {
  function chain(count: number): Link[] {
    const links: Link[] = [];
    for (let entry = 1; entry <= count; entry += 1) {
      const link = { entry, body: `{"n":${entry}}` };
      links.push({ ...link, hash: chained(links.at(-1)?.hash ?? origin, link) });
    }
    return links;
  }
  const whole = chain(4);
  const [first, second, third, fourth] = whole.map(link => [link]);

  test('is followed to its head', () => {
    expect(verifyChain(whole, { written: 4, head: whole[3]?.hash ?? '' })).toEqual({
      entries: 4,
      head: whole[3]?.hash,
    });
    expect(verifyChain(whole, { written: 4, noted: whole[1]?.hash })).toMatchObject({ entries: 4 });
    expect(verifyChain([], { written: 0, head: origin })).toEqual({ entries: 0, head: origin });
  });

  test.each([
    ['missing', [...(first ?? []), ...(third ?? [])], 4, /Entry 2 is missing/],
    [
      'changed',
      whole.map(link => ({ ...link, body: link.body.replace('3', '9') })),
      4,
      /Entry 3 is not what was written/,
    ],
    ['more than was written', whole, 3, /4 entries are there, and only 3 were written/],
    ['cut off', [...(first ?? []), ...(second ?? [])], 4, /4 entries were written, and only 2/],
    ['reordered', [...(second ?? []), ...(first ?? []), ...(third ?? []), ...(fourth ?? [])], 4, /Entry 1 is missing/],
  ])('one that is %s is found', (_what, links, written, says) => {
    expect(verifyChain(links, { written })).toEqual({ problem: expect.stringMatching(says) });
  });

  test('a whole one that replaces another is found against a noted hash', () => {
    expect(verifyChain(whole, { written: 4, noted: 'f'.repeat(64) })).toEqual({
      problem: expect.stringMatching(/No entry has the hash/),
    });
  });

  test('one that does not end as it was left is found', () => {
    expect(verifyChain(whole, { written: 4, head: origin })).toEqual({
      problem: expect.stringMatching(/written last/),
    });
  });

  test('what does not begin an act is none', () => {
    expect(actOf(2, { kind: 'ended', at, of: 1, outcome: 'done' }, [])).toBeUndefined();
  });
});

test('all rows come, however many are read at a time', async () => {
  const rows = Array.from({ length: 5 }, (_, at) => ({ entry: at + 1 }));
  for (const size of [1, 2, 5, 6]) {
    const asked: number[] = [];
    const page = async (after: number, limit: number) => {
      asked.push(after);
      return rows.filter(({ entry }) => entry > after).slice(0, limit);
    };
    expect(await Array.fromAsync(pagesOf(page, size))).toEqual(rows);
    expect(asked.length).toBe(Math.floor(5 / size) + 1);
  }
});

test('a limit that is not set limits nothing', () => {
  const nothing = { charged: usd(0), reserved: usd(0), unknown: usd(0) };
  expect(overBudget(usd(1_000_000), {}, nothing)).toBeUndefined();
  expect(overBudget(usd(1), { perOrder: usd(0) }, nothing)?.message).toContain('REGISTRAR_ORDER_LIMIT');
});
