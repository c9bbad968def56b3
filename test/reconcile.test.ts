import { describe, expect, test } from 'vitest';
import type { Purchase } from '#ledger/budget.ts';
import { DomainName } from '#model/domain-name.ts';
import { Fault } from '#model/fault.ts';
import { usd } from '#model/money.ts';
import { type Line, settle } from '#model/purchase.ts';
import type { Registrar } from '#registrar/registrar.ts';
import { registrarsOver } from '#registrar/registrar.ts';
import { reconcile } from '#tool/reconcile.ts';
import { noon } from './support/world.ts';

/** What reading the account decides of a purchase whose end was unknown. */
const domain_name = DomainName.decode('fresh-loaf.com');
const line = (order_type: Line['order_type'], more: Partial<Line> = {}): Line => ({
  what: order_type,
  order_type,
  domain_name,
  cost: usd(999),
  ...more,
});

interface Shown {
  readonly credit?: number;
  readonly expires?: string;
  readonly privacy?: { enabled: boolean; expires?: string };
  readonly gone?: boolean;
  readonly unreadable?: boolean;
}

/** An account that shows this. */
function account({
  credit = 250,
  expires = '2027-06-15T00:00:00Z',
  privacy = { enabled: false },
  gone,
  unreadable,
}: Shown): Registrar<'read'> {
  return registrarsOver(async name => {
    if (name === 'account_get')
      return unreadable ? Promise.reject(new Error('x')) : { credit: usd(Math.round(credit * 100)) };
    if (unreadable) throw new Error('x');
    if (gone) throw new Fault('domain_not_in_account', 'It is not there.', '');
    return { expires, privacy };
  })().read;
}

async function found(lines: readonly Line[], shown: Shown, { minutes = 20, alone = true } = {}) {
  const purchase: Purchase = {
    entry: 1,
    tool: 't',
    at: noon.toISOString(),
    state: 'unknown',
    reserved: usd(999),
    lines,
    credit: usd(25_000),
    owner: 'here',
    until: noon.toISOString(),
    ended: noon.toISOString(),
  };
  const { charged, bought } = await reconcile(purchase, account(shown), {
    now: new Date(noon.getTime() + minutes * 60_000),
    alone,
  });
  if (!charged) return 'unknown';
  return bought ? `bought for ${charged.cents}` : 'not bought';
}

const create = line('domain/create');
const renew = line('domain/renew', { before: '2027-06-15T23:59:59Z', years: 2 });
const backorder = line('backorder/create', { cost: usd(4995) });

describe('what is decided', () => {
  test.each<[string, Line, Shown, string]>([
    ['a name that is there', create, {}, 'bought for 999'],
    ['a name that is not there', create, { gone: true }, 'not bought'],
    ['a name that is not there, while its price is missing', create, { gone: true, credit: 240.01 }, 'unknown'],
    ['an expiry that moved by the term', renew, { expires: '2029-06-15T00:00:00Z' }, 'bought for 999'],
    ['an expiry that moved by a day less', renew, { expires: '2029-06-14T00:00:00Z' }, 'bought for 999'],
    ['an expiry that did not move', renew, { expires: '2027-06-15T00:00:00Z' }, 'not bought'],
    ['an expiry that moved otherwise', renew, { expires: '2028-06-15T00:00:00Z' }, 'unknown'],
    ['an expiry that was not known', line('domain/renew'), {}, 'unknown'],
    ['a renewal of a name that has gone', renew, { gone: true }, 'unknown'],
    ['privacy that is on', line('whois_privacy/create'), { privacy: { enabled: true } }, 'bought for 999'],
    ['privacy that is off', line('whois_privacy/create'), {}, 'not bought'],
    [
      'privacy that ends later',
      line('whois_privacy/renew', { before: '2027-01-01T00:00:00Z' }),
      { privacy: { enabled: true, expires: '2028-01-01T00:00:00Z' } },
      'bought for 999',
    ],
    [
      'privacy without an end',
      line('whois_privacy/renew', { before: '2027-01-01T00:00:00Z' }),
      { privacy: { enabled: true } },
      'unknown',
    ],
    ['a backorder whose price is missing', backorder, { credit: 200.05 }, 'bought for 4995'],
    ['a backorder, and a credit that did not fall', backorder, {}, 'unknown'],
    ['an account that cannot be read', create, { unreadable: true }, 'unknown'],
  ])('%s', async (_what, bought, shown, verdict) => {
    expect(await found([bought], shown)).toBe(verdict);
  });
});

test('what does not show yet has a quarter of an hour', async () => {
  expect(await found([create], { gone: true }, { minutes: 14 })).toBe('unknown');
  expect(await found([create], { gone: true }, { minutes: 15 })).toBe('not bought');
});

test('where others were buying, the credit tells nothing', async () => {
  expect(await found([backorder], { credit: 200.05 }, { alone: false })).toBe('unknown');
  expect(await found([create], { gone: true, credit: 240.01 }, { alone: false })).toBe('not bought');
});

test('a fall beyond the price counts while it is fresh', async () => {
  expect(await found([create], { credit: 230 }, { minutes: 5 })).toBe('bought for 2000');
  expect(await found([create], { credit: 230 }, { minutes: 60 })).toBe('bought for 999');
});

test('of figures that differ the higher counts', () => {
  const result = { success: true, order_type: 'domain/create', domain_name, price: usd(500) };
  expect(settle([create], [result], undefined)).toMatchObject({
    charged: usd(999),
    warning: expect.stringContaining('5.00 USD'),
  });
  expect(settle([create], [result], usd(500))).toMatchObject({ charged: usd(500) });
  expect(settle([create], [{ ...result, success: false }], undefined)).toEqual({ charged: usd(0), warning: undefined });
  expect(settle([create], undefined, usd(400)).warning).toMatch(
    /fell by 4\.00 USD, which is 5\.99 USD less than the price/,
  );
});
