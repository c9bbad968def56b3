import * as z from 'zod';
import type { Binding, Confirmations } from '../ledger/confirmations.ts';
import { refuse } from '../model/fault.ts';
import { agreement, Plan } from '../model/plan.ts';
import { type Answer, presentPlan } from './render.ts';

/** What stands before a destructive or paid act. */
export interface Request<A> {
  readonly binding: Binding;
  readonly confirm: string | undefined;
  /** Whether the caller still waits. */
  readonly signal: AbortSignal;
  plan(): Promise<{ readonly plan: Plan; apply(): Promise<A> }>;
}

const anew = 'This call did nothing. Call again without confirm to see a fresh preview.';

const refusals = {
  invalid: ['confirm_invalid', 'The confirm value was not issued for this tool with these arguments.'],
  expired: ['confirm_expired', 'The confirm value has expired.'],
  used: [
    'confirm_used',
    'This confirm value has been used; each is good for one call. What the call that used it did can be read from the account.',
  ],
} as const;

/**
 * Lets a call through only with a value that was issued for the same tool, arguments and caller, for the plan as it
 * still is, and that nobody has used. Without one it answers with the plan and such a value. `apply` is called nowhere
 * else. A forged or expired value is turned away before anything is planned, so that it costs no request.
 */
export async function gate(
  { binding, confirm, signal, plan: makePlan }: Request<Answer>,
  confirmations: Confirmations,
): Promise<Answer> {
  if (confirm !== undefined) {
    const verdict = confirmations.admits(confirm, binding);
    if (verdict !== 'admitted') turnAway(verdict);
  }
  const { plan, apply } = await makePlan();
  const agreed = agreement(plan);
  if (signal.aborted)
    refuse('cancelled', 'The call was cancelled before anything was done.', 'Call again when it is wanted.');
  if (confirm !== undefined) {
    const verdict = confirmations.redeem(confirm, binding, agreed);
    if (verdict === 'agreed') return await apply();
    if (verdict !== 'changed') turnAway(verdict);
  }
  const issued = confirmations.issue(binding, agreed);
  return presentPlan(binding.tool, plan, z.encode(Plan, plan), issued, confirm !== undefined);
}

function turnAway(verdict: keyof typeof refusals): never {
  const [code, message] = refusals[verdict];
  refuse(code, message, anew);
}
