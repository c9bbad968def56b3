import * as z from 'zod';
import type { Binding, Confirmations } from '../ledger/confirmations.ts';
import { refuse } from '../model/fault.ts';
import { agreement, Plan } from '../model/plan.ts';
import { type Answer, presentPlan } from './render.ts';

/** What stands before a destructive or paid act. */
export interface Request<A> {
  readonly binding: Binding;
  readonly confirm: string | undefined;
  plan(): Promise<{ readonly plan: Plan; apply(): Promise<A> }>;
}

const anew = 'Nothing was done. Call again without confirm to see a fresh preview.';

/**
 * Lets a call through only with a value that was issued for the same tool, arguments and caller, for the plan as it
 * still is, and that nobody has used. Without one it answers with the plan and such a value. `apply` is called nowhere else.
 */
export async function gate(
  { binding, confirm, plan: makePlan }: Request<Answer>,
  confirmations: Confirmations,
): Promise<Answer> {
  if (confirm !== undefined) admit(confirm, binding, confirmations);
  const { plan, apply } = await makePlan();
  const agreed = agreement(plan);
  if (confirm !== undefined) {
    switch (confirmations.redeem(confirm, binding, agreed)) {
      case 'agreed':
        return await apply();
      case 'used':
        return refuse('confirm_used', 'This confirm value has been used; each is good for one call.', anew);
      case 'expired':
        return refuse('confirm_expired', 'The confirm value expired while the plan was made.', anew);
      case 'invalid':
        return refuse('confirm_invalid', 'The confirm value was not issued for this call.', anew);
      case 'changed':
        break;
    }
  }
  return presentPlan(
    binding.tool,
    plan,
    z.encode(Plan, plan),
    confirmations.issue(binding, agreed),
    confirm !== undefined,
  );
}

function admit(confirm: string, binding: Binding, confirmations: Confirmations): void {
  switch (confirmations.admits(confirm, binding)) {
    case 'admitted':
      return;
    case 'expired':
      return refuse('confirm_expired', 'The confirm value has expired.', anew);
    case 'invalid':
      return refuse('confirm_invalid', 'The confirm value was not issued for this tool with these arguments.', anew);
  }
}
