import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { prompt } from '#tool/prompt.ts';

export default prompt({
  name: 'review_security',
  title: 'Review security',
  description:
    'Looks for what could lose a domain or let others use it: locks, privacy, contacts, nameservers, mail records.',
  tools: ['portfolio', 'domain_get', 'dns_check', 'dns_list', 'journal'],
  input: z.strictObject({
    domain_name: DomainName.optional().describe('One domain of the account; all of them where none is given'),
  }),
  choices: { domain_name: 'domain names' },
  wants: ({ domain_name = 'my domains' }) => `Look over the security of ${domain_name}, and change nothing yet.`,
  steps: ({ domain_name }) => [
    ...(domain_name === undefined
      ? [
          'Call portfolio with depth zones, and again as long as its notes say so. Its attention says what is unlocked, without privacy, with other nameservers or contacts than the rest, or with problems in its zone. Of more than ten, ask me which matter most.',
        ]
      : []),
    `Look at ${domain_name ?? 'each of these'} with domain_get: is it locked, has it privacy, when does it expire, are the nameservers those that I expect, and do I still read the mail address of the registrant?`,
    'If it is hosted here, run dns_check: dangling names that somebody else could claim, SPF that lets anybody send, answers that differ from what is saved. It does not say what is missing: see in dns_list whether there are records for SPF and DMARC.',
    'Look in journal at what was changed lately. Name anything that I may not have asked for.',
    'Show me what you found, the most dangerous first: what it is, what could happen, and the one tool that mends it (domain_lock, dns_apply, domain_update_contacts). Say also what is in order.',
    'Ask me what to mend, and do one thing after the other, each with its preview where it has one.',
  ],
});
