import { isFor, type Purchase } from '../ledger/budget.ts';
import { Fault, refuse } from '../model/fault.ts';
import { oneOf } from '../model/text.ts';
import { timestamp } from '../model/timestamp.ts';
import type { Registrar } from '../registrar/registrar.ts';
import type { ActsOptions, Carried } from './acts.ts';
import { quietMinutes, reconcile } from './reconcile.ts';

/** A purchase of many lines takes a request for each to look into: it rests for so long for each but the first, in milliseconds. */
const restPerLine = 500;

/**
 * Purchases whose end is not known: looked into by reading the account, at once, whenever the same name is touched again,
 * and after a restart; never sent again.
 */
export function openPurchases({ ledger, account, now, owner, cleared }: ActsOptions) {
  /** When this process last looked into a purchase, in milliseconds, and what it saw. */
  const looked = new Map<number, { readonly at: number; readonly why: string }>();

  /** Reads the account for a purchase that has just ended without an answer. */
  async function lookedInto(entry: number, error: unknown, read: Registrar<'read'>): Promise<Carried> {
    const purchase = (await ledger.openPurchases(account)).find(open => open.entry === entry);
    if (!purchase) throw error;
    const { charged, bought, why } = await lookInto(purchase, read);
    if (charged && bought) {
      return { entry, charged, warning: `The registrar's answer was lost. Reading the account shows: ${why}` };
    }
    const reason = error instanceof Fault ? error.message : 'The server made a mistake after the order had left.';
    throw stillUnknown(`${reason} Reading the account shows: ${why}`, entry);
  }

  /** Looks into a purchase, and settles it where the account decides. */
  async function lookInto(purchase: Purchase, read: Registrar<'read'>) {
    const alone = await ledger.alone(account, purchase.entry);
    const found = await reconcile(purchase, read, { now: now(), alone });
    looked.set(purchase.entry, { at: now().getTime(), why: found.why });
    if (found.charged)
      await ledger.settle(purchase.entry, {
        at: timestamp(now()),
        outcome: found.bought ? 'done' : 'failed',
        charged: found.charged,
        why: cleared(found.why),
      });
    return found;
  }

  /**
   * Looks into the purchases whose end is not known: those of the names given, and the others once in a process. Gives
   * those that stay unknown, with what was seen.
   */
  async function settleOpen(names: readonly string[] | 'all', read: () => Promise<Registrar<'read'>>) {
    const still: { purchase: Purchase; why: string }[] = [];
    for (const purchase of await ledger.openPurchases(account)) {
      if (underWay(purchase)) continue;
      if (names !== 'all' && looked.has(purchase.entry) && !isFor(purchase, names)) continue;
      const last = looked.get(purchase.entry);
      if (last && now().getTime() - last.at < (purchase.lines.length - 1) * restPerLine) {
        still.push({ purchase, why: last.why });
        continue;
      }
      const ended = now().toISOString();
      if (purchase.state === 'reserved') await ledger.orphan(purchase.entry, ended);
      const orphaned = purchase.state === 'reserved' ? { ...purchase, ended } : purchase;
      const { charged, why } = await lookInto(orphaned, await read());
      if (!charged) still.push({ purchase, why });
    }
    return still;
  }

  /** Refuses a purchase of what may have been bought already. */
  async function refuseUnknown(names: readonly string[], read: () => Promise<Registrar<'read'>>): Promise<void> {
    const busy = (await ledger.openPurchases(account)).find(purchase => underWay(purchase) && isFor(purchase, names));
    if (busy) refuseOpen(busy);
    const still = await settleOpen(names, read);
    const own = still.find(({ purchase }) => isFor(purchase, names));
    if (own) throw stillUnknown(`An earlier order's outcome is not known yet. ${own.why}`, own.purchase.entry);
  }

  function underWay({ state, until, owner: by }: Purchase): boolean {
    return state === 'reserved' && until > timestamp(now()) && owner.alive(by);
  }

  return { lookedInto, settleOpen, refuseUnknown };
}

export function refuseOpen({ entry, lines, state }: Purchase): never {
  const names = [...new Set(lines.map(({ domain_name }) => domain_name))];
  refuse(
    'in_progress',
    `Another order for ${oneOf(names, 'and')} ${state === 'settled' ? 'has just ended' : 'is under way'} (journal entry ${entry}). Nothing was sent.`,
    'Wait until it has ended, then preview again.',
  );
}

function stillUnknown(message: string, entry: number): Fault {
  return new Fault(
    'outcome_unknown',
    message,
    `Nothing is sent for it again until reading the account decides; ask again in ${quietMinutes} minutes or more, with budget or the same call. It is entry ${entry} of the journal; a person who has looked at the registrar can say what it cost with: registrar-mcp journal settle ${entry} AMOUNT.`,
  );
}
