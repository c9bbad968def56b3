import type { Money } from './money.ts';
import type { Risk } from './risk.ts';

/** What a caller may do: who they are, which words their calls may have, on which names, and for how much a day. */
export interface Permit {
  /** How the journal calls them: `token ci`, `oauth 3f2a…`. */
  readonly caller: string;
  readonly words: readonly Risk[];
  /** Patterns of the names that they may change; all of them where there are none. */
  readonly names: readonly string[];
  /** Whether what their client says that its person answered counts: a caller's own word approves nothing of theirs. */
  readonly answers: boolean;
  /** Whether a person must accept what is gated, also where the deployment leaves it to the agent. */
  readonly human?: boolean | undefined;
  /** The most that they may spend in a day (UTC), besides the deployment's own limit. */
  readonly perDay?: Money | undefined;
}

/** The scope of a word, as OAuth has it. */
export function scopeOf(word: Risk): string {
  return `registrar:${word}`;
}
