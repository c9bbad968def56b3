import type { Requested } from './journal.ts';

/** What waits for a person on the approval page. Its id is the nonce of the confirmation that it would make good. */
export interface Approval {
  readonly id: string;
  readonly at: string;
  readonly expires: string;
  readonly request: Requested;
  readonly state: 'waiting' | 'approved' | 'refused';
  /** Whether the decision came with the approval code, or from a person who was signed in. */
  readonly proven: boolean;
  /** How it was decided. */
  readonly by?: string | undefined;
}

/** So many wrong codes within so many minutes, and none is looked at until they have passed. */
export const wrongCodes = { most: 5, minutes: 10 } as const;
