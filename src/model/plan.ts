import * as z from 'zod';
import { Money } from './money.ts';

const change = z.strictObject({ what: z.string(), from: z.string().optional(), to: z.string().optional() });

/**
 * What a gated call will do, in words and figures, before it does it. All of it but `credit` is sealed into the
 * confirmation, so it must hold nothing that moves by itself: no ages, no "in 5 days".
 */
export const Plan = z.object({
  does: z.string().describe('What will happen'),
  cost: Money.optional(),
  items: z.array(z.strictObject({ what: z.string(), cost: Money })).optional(),
  changes: z.array(change).optional(),
  loses: z.array(z.string()).optional().describe('What is lost or at risk'),
  notes: z.array(z.string()).optional(),
  credit: z.strictObject({ now: Money, after: Money }).optional(),
});
export type Plan = z.output<typeof Plan>;
export type Change = z.output<typeof change>;

/** The part of a plan that is agreed to, as one string; equal plans give equal strings. */
export function agreement(plan: Plan): string {
  return JSON.stringify(z.encode(Plan.omit({ credit: true }), plan));
}
