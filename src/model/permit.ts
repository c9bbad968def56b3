import { createHash } from 'node:crypto';
import type { Money } from './money.ts';
import type { Risk } from './risk.ts';

/** What a caller may do: who they are, which words their calls may have, on which names, and for how much a day. */
export interface Permit {
  /** How the journal calls them: `token ci`, `oauth 3f2a…`. */
  readonly caller: string;
  readonly words: readonly Risk[];
  /** Lists of patterns of the names that they may change: a name fits one of each. */
  readonly names: readonly (readonly string[])[];
  /** The accounts that they may use; all of them where it does not say. */
  readonly accounts?: readonly string[] | undefined;
  /** Whether what their client says that its person answered counts: a caller's own word approves nothing of theirs. */
  readonly answers: boolean;
  /** Whether a person must accept what is gated, also where the deployment leaves it to the agent. */
  readonly human?: boolean | undefined;
  /** The most that they may spend in a day (UTC), on all accounts together, besides each account's own limit. */
  readonly perDay?: Money | undefined;
}

/** The caller that an access token is for, in the journal's length and letters: any other name is told from others by its hash. */
export function oauthCaller(sub: string): string {
  if (/^[!-~]{1,80}$/.test(sub) && !/#[0-9a-f]{16}$/.test(sub)) return `oauth ${sub}`;
  return `oauth ${sub.slice(0, 60).replace(/[^!-~]/g, '?')}#${createHash('sha256').update(sub).digest('hex').slice(0, 16)}`;
}

/** The scope of a word, as OAuth has it. */
export function scopeOf(word: Risk): string {
  return `registrar:${word}`;
}

/** A permit within what whoever runs the server says of its caller besides. */
export function narrowed(permit: Permit, by: Pick<Permit, 'perDay'> & Narrowing): Permit {
  return {
    ...permit,
    accounts: by.accounts,
    names: by.names.length > 0 ? [...permit.names, by.names] : permit.names,
    human: permit.human || by.human,
    perDay: [permit.perDay, by.perDay]
      .filter(most => most !== undefined)
      .sort((a, b) => a.cents - b.cents)
      .at(0),
  };
}

interface Narrowing {
  readonly accounts: readonly string[];
  readonly names: readonly string[];
  readonly human: boolean;
}
