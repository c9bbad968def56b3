import type { Requested } from '../ledger/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What was touched by an act of this process: names on an account, and the entry of the journal that says so. */
export interface Change {
  /** The account, as callers name it. */
  readonly account: string;
  readonly names: readonly string[];
  readonly entry?: number | undefined;
}

type Listener = (change: Change) => void;
type Touching = Pick<Requested, 'account' | 'names'>;

/**
 * Tells of acts whose end has been written, whether they succeeded or not: after a failure too what was known is not known
 * any more. `nameOf`: how callers name the account with a key.
 */
export function openChanges(nameOf: (key: string) => string | undefined) {
  const listeners = new Set<Listener>();
  /** The acts that have begun here, and purchases whose outcome is not known yet. */
  const open = new Map<number, Touching & { readonly paid: boolean }>();

  function tell({ account: key, names }: Touching, entry?: number): void {
    const account = nameOf(key);
    if (account === undefined) return;
    const change = { account, names, entry };
    for (const listener of listeners) {
      try {
        listener(change);
      } catch {
        // An act has ended as it has, whoever could not be told of it.
      }
    }
  }

  return {
    /** Gives what to call when nothing more is to be told. */
    subscribe(listener: Listener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    /** A ledger that tells what is written to it here. */
    watch(ledger: Ledger): Ledger {
      return {
        ...ledger,
        async begin(beginning) {
          const admission = await ledger.begin(beginning);
          const { account, names } = beginning.begun;
          if ('entry' in admission)
            open.set(admission.entry, { account, names, paid: beginning.purchase !== undefined });
          return admission;
        },
        async end(entry, ending) {
          const begun = open.get(entry);
          if (ending.outcome !== 'unknown' || !begun?.paid) open.delete(entry);
          await ledger.end(entry, ending).finally(() => begun && tell(begun, entry));
        },
        async settle(entry, settling) {
          const settled = await ledger.settle(entry, settling);
          const begun = open.get(entry);
          open.delete(entry);
          if (settled && begun) tell(begun, entry);
          return settled;
        },
        async decline(request, ...rest) {
          await ledger.decline(request, ...rest);
          tell({ account: request.account, names: [] });
        },
      };
    },
  };
}

export type Changes = ReturnType<typeof openChanges>;
