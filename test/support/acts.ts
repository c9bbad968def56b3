import { expect } from 'vitest';
import type { Ledger } from '#ledger/ledger.ts';
import { DomainName } from '#model/domain-name.ts';
import { usd } from '#model/money.ts';

/** An act as the ledger is told of it. */
export const at = '2026-06-15T12:00:00Z';
const domain_name = DomainName.decode('fresh-loaf.com');
export const request = { account: 'a', caller: 'c', tool: 't', word: 'paid' as const, names: [domain_name], args: {} };
export const begun = { ...request, at, confirmed: 'by the agent' };
export const nonce = (value: string) => ({ value, expires: '2026-06-15T12:10:00Z' });
export const purchase = (cents = 999, perDay = 2000) => ({
  lines: [{ what: 'A name', order_type: 'domain/create' as const, domain_name, years: 1, cost: usd(cents) }],
  cost: usd(cents),
  credit: usd(25_000),
  plannedAt: '2026-06-15T11:59:59.500Z',
  plannedAfter: 0,
  limits: { perDay: usd(perDay) },
  owner: 'here 1 x',
  until: '2026-06-15T12:05:00Z',
});

export async function entryOf(admission: ReturnType<Ledger['begin']>): Promise<number> {
  const admitted = await admission;
  return 'entry' in admitted ? admitted.entry : expect.unreachable(admitted.refused);
}
