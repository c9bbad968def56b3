import * as z from 'zod';
import { contactFields, type Role, roles } from '#model/contact.ts';
import { Money, minus, show, usd } from '#model/money.ts';
import { wireTime, yearsOn } from '#sandbox/clock.ts';
import { ownNameservers } from '#sandbox/domains.ts';
import { tldOf } from '#sandbox/market.ts';
import { demo } from '#sandbox/seed.ts';
import { type Facts, fact } from './facts.ts';

/** How a fact is to be: one of these, or anything as long as it is there. */
type Wish = readonly string[] | 'anything';

/** The facts that are wanted at the end. One that is not in it is to be gone. */
export type Wanted = ReadonlyMap<string, Wish>;

/** A change that a task wants, made to the facts as they were at the start. */
export type Edit = (wanted: Map<string, Wish>, now: Date) => void;

/** What is wanted where all is to stay as it was but for these changes. */
export function wantedFrom(start: Facts, edits: readonly Edit[], now: Date): Wanted {
  const wanted = new Map<string, Wish>([...start].map(([name, value]) => [name, [value]]));
  for (const edit of edits) edit(wanted, now);
  return wanted;
}

const priceOf = (name: string) => tldOf(name) ?? { create: 0, renew: 0, privacy: 0 };

export const registered =
  (name: string, { years = 1 } = {}): Edit =>
  (wanted, now) => {
    wanted.set(name, [`held by ${demo.username}`]);
    wanted.set(fact.expires(name), inYears(now, years));
    wanted.set(fact.lock(name), ['on']);
    wanted.set(fact.nameservers(name), [ownNameservers.join(' ')]);
    wanted.set(fact.privacy(name), ['off']);
    wanted.set(fact.autoRenew(name), ['off']);
    for (const role of roles)
      for (const field of contactFields) {
        const own = wanted.get(fact.contact(`account ${demo.username}`, role, field));
        if (own) wanted.set(fact.contact(name, role, field), own);
      }
    paid(wanted, 'domain/create', name, priceOf(name).create * years);
  };

export const renewed =
  (name: string, years = 1): Edit =>
  wanted => {
    const from = only(wanted, fact.expires(name));
    wanted.set(fact.expires(name), [yearsOn(`${from} 00:00:00`, years).slice(0, 10)]);
    paid(wanted, 'domain/renew', name, priceOf(name).renew * years);
  };

export const madePrivate =
  (name: string, years = 1): Edit =>
  (wanted, now) => {
    wanted.set(fact.privacy(name), inYears(now, years));
    paid(wanted, 'whois_privacy/create', name, (priceOf(name).privacy ?? 0) * years);
  };

export const locked =
  (name: string): Edit =>
  wanted =>
    wanted.set(fact.lock(name), ['on']);

export const delegated =
  (name: string, nameservers: readonly string[]): Edit =>
  wanted =>
    wanted.set(fact.nameservers(name), [nameservers.join(' '), nameservers.toReversed().join(' ')]);

/** Records as lines: `www A 192.0.2.1`. Their TTL may be any. */
export const has =
  (name: string, ...lines: readonly string[]): Edit =>
  wanted => {
    for (const line of lines) wanted.set(fact.record(name, line), 'anything');
  };

export const lacks =
  (name: string, ...lines: readonly string[]): Edit =>
  wanted => {
    // A task that wants gone what was never there would be fulfilled by nothing.
    for (const line of lines) if (!wanted.delete(fact.record(name, line))) throw new Error(`${name} has no ${line}`);
  };

export const contact =
  (name: string, role: Role, fields: Readonly<Record<string, string>>): Edit =>
  wanted => {
    for (const [field, value] of Object.entries(fields)) wanted.set(fact.contact(name, role, field), [value]);
  };

export const glue =
  (hostname: string, { has: added, lacks: removed }: { has: string; lacks?: string }): Edit =>
  wanted => {
    wanted.set(fact.host(hostname, added), 'anything');
    if (removed !== undefined) wanted.delete(fact.host(hostname, removed));
  };

function paid(wanted: Map<string, Wish>, type: string, name: string, cents: number): void {
  const credit = z.decode(Money, only(wanted, fact.credit(demo.username)));
  wanted.set(fact.credit(demo.username), [show(minus(credit, usd(cents)))]);
  wanted.set(fact.order(demo.username, type, name), [show(usd(cents))]);
}

/** A fact that is wanted in one way. */
function only(wanted: Wanted, name: string): string {
  const [value] = wanted.get(name) ?? [];
  if (value === undefined) throw new Error(`There is no fact "${name}".`);
  return value;
}

/** The day in so many years, counted from now or, where the task takes longer than the day does, from tomorrow. */
function inYears(now: Date, years: number): string[] {
  const tomorrow = new Date(now.getTime() + 86_400_000);
  return [now, tomorrow].map(day => yearsOn(wireTime(day), years).slice(0, 10));
}
