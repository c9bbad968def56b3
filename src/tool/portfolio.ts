import { endingOf } from '../model/ending.ts';
import { type Money, total } from '../model/money.ts';
import { daysUntil } from '../model/timestamp.ts';
import type { Attention } from './attention.ts';
import type { Depth } from './reading.ts';
import type { Facts, Holding } from './readings.ts';

/** A domain with what is known of it, and what there is to look at. `unread`: less is known than the depth asks for. */
export interface Looked {
  readonly holding: Holding;
  readonly facts?: Facts | undefined;
  readonly attention: readonly Attention[];
  readonly unread: boolean;
}

/** By what domains are counted together. */
export const groupings = ['tld', 'nameservers', 'registrant', 'expiry_month', 'attention'] as const;

/** Groups beyond these are counted as one. */
const mostGroups = 30;

/** What the domains come to. What was not read is counted as unread, and nowhere else. */
export function totalsOf(all: readonly Looked[], depth: Depth) {
  const having = (word: Attention) => all.filter(({ attention }) => attention.includes(word)).length;
  return {
    domains: all.length,
    expired: having('expired'),
    expiring: having('expiring'),
    unlocked: having('unlocked'),
    without_privacy: having('no_privacy'),
    elsewhere: having('elsewhere'),
    other_nameservers: having('other_nameservers'),
    other_contacts: having('other_contacts'),
    zone_problems: depth === 'zones' ? having('zone_problems') : undefined,
    unread: all.filter(({ unread }) => unread).length,
  };
}

/** What renewing for a year costs; `unpriced`: for how many of them the registrar gives no price. */
function renewing(holdings: readonly Holding[]): { domains: number; cost: Money; unpriced: number } {
  const prices = holdings.flatMap(({ renewal }) => renewal ?? []);
  return { domains: holdings.length, cost: total(prices), unpriced: holdings.length - prices.length };
}

/** What is to be renewed within some days, and what has expired already. */
export function renewalsOf(all: readonly Looked[], now: Date, within_days: number) {
  const due = all.map(({ holding }) => holding).filter(({ expires }) => daysUntil(expires, now) <= within_days);
  return { within_days, ...renewing(due) };
}

/** The twelve months from this one on, by what expires in them. */
export function monthsOf(all: readonly Looked[], now: Date) {
  const ahead = Map.groupBy(
    all.map(({ holding }) => holding).filter(({ expires }) => daysUntil(expires, now) >= 0),
    ({ expires }) => monthOf(expires),
  );
  return Array.from({ length: 12 }, (_, at) => {
    const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + at, 1));
    const month = monthOf(first.toISOString());
    const { unpriced, ...costs } = renewing(ahead.get(month) ?? []);
    return { month, ...costs, ...(unpriced > 0 && { unpriced }) };
  });
}

/** How many domains there are of each kind: the largest groups first, months in their order. A domain with several words is in several groups. */
export function groupsOf(all: readonly Looked[], by: (typeof groupings)[number]): { of: string; domains: number }[] {
  const counts = new Map<string, number>();
  for (const each of all) for (const of of keysOf(each, by)) counts.set(of, (counts.get(of) ?? 0) + 1);
  const groups = [...counts].map(([of, domains]) => ({ of, domains }));
  const inOrder = groups.sort((a, b) => (by === 'expiry_month' ? 0 : b.domains - a.domains) || (a.of < b.of ? -1 : 1));
  const rest = inOrder.slice(mostGroups).reduce((sum, { domains }) => sum + domains, 0);
  const shown = inOrder.slice(0, mostGroups).map(({ of, domains }) => ({ of: of.slice(0, 120), domains }));
  return rest > 0 ? [...shown, { of: 'others', domains: rest }] : shown;
}

function keysOf({ holding, facts, attention }: Looked, by: (typeof groupings)[number]): readonly string[] {
  switch (by) {
    case 'tld':
      return [endingOf(holding.domain_name)];
    case 'nameservers':
      return [facts?.nameservers ?? 'unread'];
    case 'registrant':
      return [facts?.registrant ?? 'unread'];
    case 'expiry_month':
      return [monthOf(holding.expires)];
    case 'attention':
      return attention.length > 0 ? attention : ['nothing'];
  }
}

function monthOf(instant: string): string {
  return instant.slice(0, 7);
}
