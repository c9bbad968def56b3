import { scriptWarning } from '../model/script.ts';
import { daysUntil } from '../model/timestamp.ts';
import { majority } from './majority.ts';
import type { Facts, Holding } from './readings.ts';

/** What a person should look at, the most urgent first. `unread`: more was asked for than is known. */
export const attentions = [
  'expired',
  'expiring',
  'unlocked',
  'zone_problems',
  'other_nameservers',
  'other_contacts',
  'mixed_script',
  'no_privacy',
  'elsewhere',
  'unread',
] as const;

export type Attention = (typeof attentions)[number];

/** The nameservers and contacts that others are compared with; none where there is nothing that most have. */
export interface Usual {
  readonly nameservers?: string | undefined;
  readonly contacts?: string | undefined;
  readonly registrant?: string | undefined;
}

/** What more than half of the domains have that were read. */
export function usualOf(read: readonly Facts[]): Usual {
  const contacts = majority(read.map(each => each.contacts));
  return {
    nameservers: majority(read.map(({ nameservers }) => nameservers)),
    contacts,
    registrant: read.find(each => each.contacts === contacts)?.registrant,
  };
}

/** What there is to look at of a domain, the most urgent first. */
export function attentionOf(
  { domain_name, expires, privacy }: Holding,
  facts: Facts | undefined,
  { now, withinDays, usual }: { readonly now: Date; readonly withinDays: number; readonly usual: Usual },
): Attention[] {
  const left = daysUntil(expires, now);
  const here: Readonly<Record<Attention, boolean>> = {
    expired: left < 0,
    expiring: left >= 0 && left <= withinDays,
    unlocked: facts?.locked === false,
    zone_problems: (facts?.zone ?? 0) > 0,
    other_nameservers: differs(facts?.nameservers, usual.nameservers),
    other_contacts: differs(facts?.contacts, usual.contacts),
    mixed_script: scriptWarning(domain_name) !== undefined,
    no_privacy: !privacy,
    elsewhere: facts?.hosted === false,
    unread: false,
  };
  return attentions.filter(word => here[word]);
}

function differs(value: string | undefined, usual: string | undefined): boolean {
  return value !== undefined && usual !== undefined && value !== usual;
}
