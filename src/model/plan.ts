import * as z from 'zod';
import { type DomainName, shownName } from './domain-name.ts';
import { Money } from './money.ts';
import type { Line } from './purchase.ts';

const change = z.object({ what: z.string(), from: z.string().optional(), to: z.string().optional() });

const credit = z.object({ now: Money, after: Money });
const hazard = z.object({ kind: z.string(), what: z.string() });
const earlier = z.object({ entry: z.int(), what: z.string() });

/**
 * What a gated call will do, in words and figures, before it does it. All of it is sealed into the confirmation but what
 * moves by itself: `credit`, `budget` and the age of what was bought earlier. So the rest must hold no ages, no "in 5 days".
 */
export const Plan = z.object({
  /** What will happen. */
  does: z.string(),
  cost: Money.optional(),
  items: z.array(z.object({ what: z.string(), cost: Money })).optional(),
  changes: z.array(change).optional(),
  /** What is lost or at risk. */
  loses: z.array(z.string()).optional(),
  /** What calls for a person, whoever else may confirm. */
  hazards: z.array(hazard).optional(),
  notes: z.array(z.string()).optional(),
  /** What of the same was bought lately, and when. */
  earlier: z.array(earlier).optional(),
  credit: credit.optional(),
  budget: z.string().optional(),
});
export type Plan = z.output<typeof Plan>;
export type Change = z.output<typeof change>;

/** The plan of a purchase: a price, the account's credit as it was read, and every thing that is bought. */
export interface Offer extends Plan {
  readonly cost: Money;
  readonly credit: z.output<typeof credit>;
  readonly lines: readonly Line[];
}

/** The part of a plan that is agreed to, as one string; equal plans give equal strings. */
export function agreement(plan: Plan): string {
  const { credit: _credit, budget: _budget, earlier: before = [], ...agreed } = z.encode(Plan, plan);
  return JSON.stringify({ ...agreed, earlier: before.map(({ entry }) => entry) });
}

/** The changes of many domains; those that are alike stand together, with the names that they are of. */
export function alike(all: readonly { readonly domain_name: DomainName; readonly change: Change }[]): Change[] {
  const groups = new Map<string, { readonly change: Change; readonly names: string[] }>();
  for (const { domain_name, change } of all) {
    const name = shownName(domain_name);
    const bare = { ...change, what: change.what.replace(` of ${name}`, '') };
    const key = JSON.stringify(bare);
    const group = groups.get(key) ?? { change: bare, names: [] };
    groups.set(key, group);
    group.names.push(name);
  }
  let last: string | undefined;
  return [...groups.values()].map(({ change, names }) => {
    const whose = names.join(', ');
    // Only of those of the line above: others can be as many.
    const again = names.length > 1 && last === whose;
    last = whose;
    return { ...change, what: `${change.what} of ${again ? `the same ${names.length} domains` : whose}` };
  });
}
