import * as z from 'zod';
import { DomainName, unicodeName } from '#model/domain-name.ts';
import { refuse } from '#model/fault.ts';
import { Money, show } from '#model/money.ts';
import { count } from '#model/text.ts';
import { dateOf, daysUntil, timestamp } from '#model/timestamp.ts';
import { attentionOf, attentions, usualOf } from '#tool/attention.ts';
import { tool } from '#tool/define.ts';
import { isMatch, matching } from '#tool/matching.ts';
import { keyIn, page, paged, paging } from '#tool/page.ts';
import { groupings, groupsOf, type Looked, monthsOf, renewalsOf, totalsOf } from '#tool/portfolio.ts';
import { type Depth, depths, isRead, type ReadingEnd, readList, readName, readNames } from '#tool/reading.ts';
import { goodFor } from '#tool/readings.ts';

const Row = z.object({
  domain_name: DomainName,
  unicode_name: z.string().optional(),
  expires: z.string(),
  days_left: z.int(),
  locked: z.boolean().optional(),
  privacy: z.boolean(),
  hosted: z.boolean().optional(),
  renewal_price: Money.optional(),
  attention: z.array(z.enum(attentions)),
});

const counted = { domains: z.int(), cost: Money };

export default tool.read({
  name: 'portfolio',
  title: 'Look over the portfolio',
  description:
    'Totals of the whole account, what its renewals cost, and the domains that need attention, the most urgent first. By default one request; depth reads locks, nameservers, contacts and zones, in portions: call again as long as notes say so.',
  input: z.strictObject({
    depth: z.enum(depths).default('list').describe('domains: 1 request a name, zones: 2'),
    reads: z.int().min(1).max(500).default(200).describe('Most names to read now, 1 to 500'),
    group_by: z.enum(groupings).optional(),
    attention: z.array(z.enum(attentions)).min(1).optional().describe('Rows with any of these'),
    ...matching,
    within_days: z.int().min(0).max(4000).default(30).describe('What counts as expiring'),
    like: DomainName.optional().describe('Compare nameservers and contacts with it, not with what most have'),
    ...paging,
  }),
  output: z.object({
    totals: z.object({
      domains: z.int(),
      expired: z.int(),
      expiring: z.int(),
      unlocked: z.int(),
      without_privacy: z.int(),
      elsewhere: z.int(),
      other_nameservers: z.int(),
      other_contacts: z.int(),
      zone_problems: z.int().optional(),
      unread: z.int(),
    }),
    notes: z.array(z.string()).optional(),
    as_of: z.string(),
    read_since: z.string().optional(),
    usual: z.object({ nameservers: z.string().optional(), registrant: z.string().optional() }).optional(),
    renewals: z.object({ within_days: z.int(), ...counted, unpriced: z.int() }),
    months: z.array(z.object({ month: z.string(), ...counted, unpriced: z.int().optional() })),
    groups: z.array(z.object({ of: z.string(), domains: z.int() })).optional(),
    domains: z.array(Row),
    ...paged,
  }),

  async run(
    { depth, reads, group_by, attention: wanted, match, tld, within_days: withinDays, like, ...where },
    { registrar, readings, now, progress },
  ) {
    const reader = { registrar, readings };
    const begun = readings.begin(now);
    // Pages are all of one instant: what is read after it would move rows to pages that were shown already.
    const at = where.cursor === undefined ? begun : instantIn(where.cursor, begun);
    const then = new Date(at);
    const list = await readList(reader, { at: begun, since: at });
    const factsOf = (name: DomainName) => readings.factsOf(name, at);
    const lacking = (name: DomainName) => depth !== 'list' && !isRead(factsOf(name), depth);

    const model = like && (factsOf(like) ?? (await readName(reader, like, { depth: 'domains', at })));
    const held = list.holdings
      .filter(({ domain_name }) => isMatch(domain_name, { match, tld }))
      .sort((a, b) => (a.expires < b.expires ? -1 : Number(a.expires > b.expires)));
    const due = where.cursor === undefined ? held.map(({ domain_name }) => domain_name).filter(lacking) : [];
    const inTurn = [...due.filter(name => !readings.hasFailed(name)), ...due.filter(readings.hasFailed)];
    const reading = await readNames(reader, inTurn.slice(0, reads), { depth, at, progress });

    const usual = usualOf(model ? [model] : list.holdings.flatMap(({ domain_name }) => factsOf(domain_name) ?? []));
    const all = held.map((holding): Looked => {
      const facts = factsOf(holding.domain_name);
      const words = attentionOf(holding, facts, { now: then, withinDays, usual });
      const unread = lacking(holding.domain_name);
      return {
        holding,
        facts,
        attention: unread ? [...words, 'unread'] : words,
        unread: unread || facts === undefined,
      };
    });
    const totals = totalsOf(all, depth);
    const read = all.flatMap(({ facts }) => facts?.at ?? []);
    const { nameservers, registrant } = usual;
    const head = {
      totals,
      notes: notesOf(reading, totals, depth),
      as_of: timestamp(new Date(list.at)),
      read_since: read.length > 0 ? timestamp(new Date(read.reduce((a, b) => Math.min(a, b)))) : undefined,
      usual: (nameservers ?? registrant) ? { nameservers, registrant } : undefined,
      renewals: renewalsOf(all, then, withinDays),
      months: monthsOf(all, then),
      groups: group_by && groupsOf(all, group_by),
    };
    const { rows, ...rest } = page(
      all.filter(({ attention }) => wanted === undefined || wanted.some(word => attention.includes(word))),
      each => `${at} ${rank(each)} ${each.holding.expires} ${each.holding.domain_name}`,
      where,
      each => JSON.stringify(rowOf(each, then)).length,
      JSON.stringify(head).length,
    );
    return { ...head, domains: rows.map(each => rowOf(each, then)), ...rest };
  },

  summary: ({ totals, renewals, notes = [] }) =>
    [
      `${count(totals.domains, 'domain')}: ${totals.expired} expired, ${totals.expiring} expiring within ${count(renewals.within_days, 'day')}.`,
      ...(renewals.domains === 0
        ? []
        : [`Renewing these for a year costs ${show(renewals.cost)}${without(renewals)}.`]),
      ...(notes.length === 0 ? [] : ['Not all of it is read: see notes.']),
    ].join(' '),
});

function rowOf({ holding, facts, attention }: Looked, now: Date): z.output<typeof Row> {
  const { domain_name, expires, privacy, renewal } = holding;
  return {
    domain_name,
    unicode_name: unicodeName(domain_name),
    expires: dateOf(expires),
    days_left: daysUntil(expires, now),
    locked: facts?.locked,
    privacy,
    hosted: facts?.hosted,
    renewal_price: renewal,
    attention: [...attention],
  };
}

/** What comes first: the most urgent word, then what needs nothing, then what is not known. */
function rank({ attention: [first], unread }: Looked): string {
  const known =
    first === undefined || first === 'unread' ? attentions.length + Number(unread) : attentions.indexOf(first);
  return String(known).padStart(2, '0');
}

/** The instant that a cursor's pages are of. */
function instantIn(cursor: string, begun: number): number {
  const at = Number(keyIn(cursor).split(' ')[0]);
  if (at <= begun && begun - at <= goodFor) return at;
  return refuse(
    'invalid_input',
    'cursor is of pages that are no longer remembered.',
    'Leave cursor out to start at the first page.',
  );
}

/** What the figures do not tell, in sentences. */
function notesOf(
  { failed, stopped }: ReadingEnd,
  { unread, domains }: { readonly unread: number; readonly domains: number },
  depth: Depth,
): string[] | undefined {
  const names = failed.slice(0, 3).map(({ name, why }) => `${name} (${why.slice(0, 300)})`);
  const notes = [
    ...(unread === 0
      ? []
      : depth === 'list'
        ? [
            `Lock, nameservers and contacts of ${unread} of ${count(domains, 'domain')} were not read, so no figure counts them: depth domains reads them.`,
          ]
        : [
            `${unread} of ${count(domains, 'domain')} are unread, and no figure counts what was not read.${unread > failed.length ? ' Call again without cursor to read on.' : ''}`,
          ]),
    ...(stopped === undefined ? [] : [`The reading stopped: ${stopped}`]),
    ...(names.length === 0 ? [] : [`${count(failed.length, 'domain')} could not be read: ${names.join(' ')}`]),
  ];
  return notes.length > 0 ? notes : undefined;
}

function without({ unpriced }: { readonly unpriced: number }): string {
  return unpriced === 0 ? '' : `, without ${count(unpriced, 'domain')} of unknown price`;
}
