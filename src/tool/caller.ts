import type { Permit } from '../model/permit.ts';
import type { Answered, Asks } from './gate.ts';

/** Who calls, what their client can show a person, and whether they still wait. */
export interface Caller {
  readonly id: string;
  readonly signal: AbortSignal;
  /** What they may do; everything that the deployment does where it does not say. */
  readonly permit?: Permit | undefined;
  /** The client, as it calls itself. */
  readonly client?: string | undefined;
  readonly asks?: Asks | undefined;
  /** What a question of ours brought back. */
  readonly answered?: Answered | undefined;
  /** Told how far long work is, where the caller wants to know. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}
