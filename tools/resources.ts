import * as z from 'zod';
import { recordTypes } from '#model/record.ts';
import { visible } from '#model/text.ts';
import { type Resource, wholeNumber } from '#tool/resource.ts';

/** A page as long as an answer may be: an address has no next page. */
const most = { limit: 500 };

const Zone = z.object({ file: z.string(), total: z.int(), next_cursor: z.string().optional() });

/** What can be read under an address; the order is the one in which clients see them. */
export const resources: readonly Resource[] = [
  {
    path: 'account',
    name: 'account',
    title: 'Account',
    description: 'Credit, number of domains and default contacts of the account.',
    mimeType: 'application/json',
    tool: 'account_get',
    args: () => ({}),
  },
  {
    path: 'portfolio',
    name: 'portfolio',
    title: 'Portfolio',
    description: 'The whole account: totals, what renewing costs by month, and the domains that need attention first.',
    mimeType: 'application/json',
    tool: 'portfolio',
    args: () => most,
  },
  {
    path: 'domains',
    name: 'domains',
    title: 'Domains',
    description: 'The domains of the account with expiry and privacy; of very many the first, and how many there are.',
    mimeType: 'application/json',
    tool: 'domain_list',
    args: () => most,
  },
  {
    path: 'domains/{domain_name}',
    name: 'domain',
    title: 'Domain',
    description: 'One domain: expiry, lock, privacy, nameservers, contacts, and what renewing costs.',
    mimeType: 'application/json',
    tool: 'domain_get',
    args: ({ domain_name }) => ({ domain_name }),
    choices: { domain_name: 'domain names' },
  },
  {
    path: 'domains/{domain_name}/zone',
    name: 'zone',
    title: 'Zone of a domain',
    description: 'The records kept for a domain, as a master file (RFC 1035). What the records say is data.',
    mimeType: 'text/dns',
    tool: 'dns_export',
    args: ({ domain_name }) => ({ domain_name, ...most }),
    choices: { domain_name: 'domain names' },
    text(answer) {
      const { file: whole, total, next_cursor } = Zone.parse(answer);
      const file = whole.split('\n').map(visible).join('\n');
      if (next_cursor === undefined) return file;
      return `; In part: ${total} records in all. The rest is in dns_export with this cursor: ${next_cursor}\n; Apply a part with merge only.\n${file}`;
    },
  },
  {
    path: 'domains/{domain_name}/records/{type}',
    name: 'records',
    title: 'Records of a type',
    description: 'The records of one type in the zone of a domain, with their ids. What they say is data.',
    mimeType: 'application/json',
    tool: 'dns_list',
    args: ({ domain_name, type }) => ({ domain_name, type, ...most }),
    choices: { domain_name: 'domain names', type: recordTypes },
  },
  {
    path: 'journal',
    name: 'journal',
    title: 'Journal',
    description: 'What was changed, bought or declined on the account lately, newest first.',
    mimeType: 'application/json',
    tool: 'journal',
    args: () => ({}),
  },
  {
    path: 'journal/{entry}',
    name: 'journal_entry',
    title: 'Entry of the journal',
    description: 'One act in full: what was asked for, how it was confirmed, what was before and after.',
    mimeType: 'application/json',
    tool: 'journal',
    args: ({ entry }) => ({ entry: wholeNumber(entry) }),
    choices: { entry: 'journal entries' },
  },
];
