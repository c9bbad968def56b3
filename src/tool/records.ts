import type { Limits, Purchase, Spending } from '../ledger/budget.ts';
import type { Act } from '../ledger/journal.ts';
import type { ActQuery } from '../ledger/ledger.ts';
import type { Money } from '../model/money.ts';

export type { Act } from '../ledger/journal.ts';

/** What tools may see of the ledger: the acts and the spending of the account that is served. */
export interface Records {
  readonly limits: Limits;
  /** Looks into what is not known first. `left` is missing where there is no limit. */
  spending(): Promise<Spending & { readonly left?: Money | undefined }>;
  openPurchases(): Promise<Purchase[]>;
  act(entry: number): Promise<Act | undefined>;
  acts(query: Omit<ActQuery, 'account'>): Promise<Act[]>;
}

/** Whether a person decided about an act, with its hazards in view. */
export function isAPersons({ confirmed }: Pick<Act, 'confirmed'>): boolean {
  return confirmed.startsWith('by a person');
}
