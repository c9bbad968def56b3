import type { Money } from '../model/money.ts';
import type { Line } from '../model/purchase.ts';
import type { Approval } from './approvals.ts';
import type { Limits, Purchase, Spending } from './budget.ts';
import type { Act, Begun, Ended, Link, Requested, Settled } from './journal.ts';
import type { Token } from './tokens.ts';

/** What a confirmation is known by, and until when it could be used. */
export interface Nonce {
  readonly value: string;
  readonly expires: string;
}

/** What an act needs before it may leave. */
export interface Beginning {
  readonly begun: Omit<Begun, 'kind'>;
  /** The confirmation that it uses up. */
  readonly nonce?: Nonce | undefined;
  /** How many entries there were before the plan read the account; where nothing of its subject may have changed since. */
  readonly plannedAfter?: number | undefined;
  /** For an act of several steps: who carries it out, and what it has to itself meanwhile, such as the zone of a domain. */
  readonly steps?:
    | {
        readonly owner: string;
        readonly until: string;
        readonly claim: string;
      }
    | undefined;
  readonly purchase?:
    | {
        readonly lines: readonly Line[];
        readonly cost: Money;
        readonly credit: Money;
        /** Before the plan read the account: when, to the millisecond, and how many entries there were. */
        readonly plannedAt: string;
        readonly plannedAfter: number;
        readonly limits: Limits;
        /** The most that its caller may spend in a day. */
        readonly callerPerDay?: Money | undefined;
        readonly owner: string;
        readonly until: string;
      }
    | undefined;
}

/** Whether an act may leave. Where it may not, nothing was written and its confirmation is as good as before. */
export type Admission =
  | { readonly entry: number }
  | { readonly refused: 'used' }
  /** Another order for the same name is under way, unknown, or ended since the plan was made. */
  | { readonly refused: 'open'; readonly by: Purchase }
  /** An act of several steps with the same claim is under way, for one of its own or for a record of its zone. */
  | { readonly refused: 'busy'; readonly entry: number }
  /** What it is about was changed by an act that began or ended since the plan was made. */
  | { readonly refused: 'changed'; readonly entry: number }
  | { readonly refused: 'over_budget'; readonly message: string; readonly next: string };

export type Ending = Omit<Ended, 'kind' | 'of'>;
type Settling = Omit<Settled, 'kind' | 'of'>;

/** Whose spending it is. */
export type SpendingOf = { readonly account: string } | { readonly caller: string };

export interface ActQuery {
  readonly account: string;
  /** Entries before this one; the newest where there is none. */
  readonly before?: number | undefined;
  /** Acts from this instant on. */
  readonly since?: string | undefined;
  readonly limit: number;
  readonly domain_name?: string | undefined;
  readonly tool?: string | undefined;
  readonly outcome?: string | undefined;
}

/**
 * What must outlive a process, and is shared by all that share a state directory or a database: each method is one transaction, and
 * what it says has been written when it resolves. Rejects where the store cannot be written.
 */
export interface Ledger {
  /** The key that confirmations are sealed with. */
  readonly key: Buffer;

  /** The entry of the act that used a confirmation up; undefined where none has. */
  usedBy(nonce: string): Promise<number | undefined>;
  /** Lets an act begin: uses its confirmation up, reserves its cost, writes its entry; all of it or nothing. */
  begin(beginning: Beginning): Promise<Admission>;
  /** Writes how an act ended, and settles or keeps what it had reserved. */
  end(entry: number, ending: Ending): Promise<void>;
  /** Writes what was found of a purchase whose end was unknown; false where it has been settled meanwhile. */
  settle(entry: number, settling: Settling): Promise<boolean>;
  /** Marks a purchase that was under way in a process that is gone. */
  orphan(entry: number, at: string): Promise<void>;

  /** Acts of several steps that have not ended, with who carries them out, and until when they have said that they do. */
  underWay(account: string): Promise<{ readonly act: Act; readonly owner: string; readonly until: string }[]>;
  /** Says that an act of several steps is still being carried out; false where it has been ended as cut short meanwhile. */
  renew(entry: number, until: string): Promise<boolean>;
  /**
   * Writes how an act of several steps was found that nobody has carried out since `until`; false where it has ended
   * meanwhile, or somebody has said that they do.
   */
  endCut(entry: number, until: string, ending: Ending): Promise<boolean>;

  /** Purchases that are not settled. */
  openPurchases(account: string): Promise<Purchase[]>;
  /** Purchases that began after an instant, newest first. */
  purchasesSince(account: string, at: string): Promise<Purchase[]>;
  /** Whether no other purchase of the account was under way, or unknown, since this one's plan read the credit. */
  alone(account: string, entry: number): Promise<boolean>;
  /** What counts against a day's limit: of an account, or of a caller on whatever account. */
  spending(day: string, of: SpendingOf): Promise<Spending>;

  act(account: string, entry: number): Promise<Act | undefined>;
  /** Acts, newest first. */
  acts(query: ActQuery): Promise<Act[]>;
  /** How many entries were ever written. */
  written(): Promise<number>;
  /** The whole journal, oldest first, how many entries were ever written, and the hash of the last. */
  chain(): Promise<{ readonly links: Link[]; readonly written: number; readonly head: string }>;

  /** Keeps a token's hash; false where there is one of that name. */
  addToken(token: Token): Promise<boolean>;
  tokens(): Promise<Token[]>;
  /** The token with this hash, if it has not expired. */
  tokenOf(hash: string, now: string): Promise<Token | undefined>;
  /** Ends a token at once; false where there is none of that name. */
  revokeToken(name: string, at: string): Promise<boolean>;
  /** Whether there ever was one: a server that had tokens does not stand open once the last is revoked. */
  everMadeTokens(): Promise<boolean>;

  addApproval(approval: Omit<Approval, 'state' | 'by' | 'proven'>): Promise<void>;
  approval(id: string): Promise<Approval | undefined>;
  waiting(account: string, now: string): Promise<Approval[]>;
  /** Decides what waits; a refusal is written to the journal. False where it waits no more. */
  decide(id: string, decision: Pick<Approval, 'state' | 'by' | 'proven'>, at: string): Promise<boolean>;
  /** Writes that a person said no elsewhere than on the page, which uses the confirmation up; once for each. */
  decline(request: Requested, nonce: Nonce, by: string, at: string): Promise<void>;
  /** Whether an approval code may be looked at: fewer than `most` were wrong lately. A wrong one that is looked at is noted. */
  tryCode(right: boolean, most: number, at: string): Promise<boolean>;

  close(): Promise<void>;
}
