import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { quote } from '#model/text.ts';
import { prompt } from '#tool/prompt.ts';

export default prompt({
  name: 'hand_a_domain_over',
  title: 'Hand a domain over',
  description: 'Prepares a domain for another owner or another registrar: what to save, unlock and tell them.',
  tools: ['domain_get', 'dns_export', 'domain_update_contacts', 'domain_unlock'],
  input: z.strictObject({
    domain_name: DomainName.describe('Domain of the account'),
    to: z.string().max(200).optional().describe('Who gets it'),
  }),
  choices: { domain_name: 'domain names' },
  wants: ({ domain_name, to }) =>
    `Prepare ${domain_name} to be handed over${to === undefined ? '' : ` to ${quote(to, 200)}`}.`,
  steps: ({ domain_name }) => [
    'Ask me what is meant: the domain stays here and only its contacts change, it goes to another account at this registrar, or to another registrar. Ask also whether the site and the mail on it go along.',
    `Look at ${domain_name} with domain_get. Tell me what stands in the way: it expires soon, or it was registered or got another registrant within 60 days.`,
    'Save the zone with dns_export and give it to me as a file: the new owner will need it, and after the move it cannot be read here.',
    'If only the contacts change, ask me for the name and address of each role, and preview domain_update_contacts. A new registrant is a new owner, must agree by e-mail, and can lock the domain against moves for 60 days: say so before I decide.',
    'If it goes to another registrar, do not change the registrant first. Preview domain_unlock, and tell me that without its lock the domain can be moved by whoever has its authorization code. When I say yes, confirm it.',
    'The authorization code, and a move between accounts, are not in this API: tell me that I get them at the registrar, and to send the code by a way that only the new owner reads.',
    'If the move is put off, offer to lock the domain again with domain_lock. Name what else hangs on it: other domains with its nameservers or mail addresses.',
  ],
});
