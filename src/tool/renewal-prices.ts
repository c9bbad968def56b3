import { endingOf } from '../model/ending.ts';
import { type Money, usd } from '../model/money.ts';
import { majority } from './majority.ts';
import type { Holding } from './readings.ts';

/**
 * What a year more costs under each ending, as far as the account tells: what more than half of its names there renew for,
 * so that a premium one among them sets no price. The registrar says it of no name that is not held.
 */
export function renewalPrices(holdings: readonly Holding[]): ReadonlyMap<string, Money> {
  const cents = new Map<string, number[]>();
  for (const { domain_name, renewal } of holdings) {
    if (!renewal) continue;
    const ending = endingOf(domain_name);
    const known = cents.get(ending);
    if (known) known.push(renewal.cents);
    else cents.set(ending, [renewal.cents]);
  }
  return new Map(
    [...cents].flatMap(([ending, all]) => {
      const usual = majority(all);
      return usual === undefined ? [] : [[ending, usd(usual)] as const];
    }),
  );
}
