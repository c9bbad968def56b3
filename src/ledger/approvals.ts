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

/**
 * So many wrong codes within so many minutes, and none is looked at until they have passed. To look it is fewer than to decide:
 * whoever can reach the pages, and knows of nothing that waits, must not keep a person from approving.
 */
export const wrongCodes = { most: { decide: 5, look: 3 }, minutes: 10 } as const;
