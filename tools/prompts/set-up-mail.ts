import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { prompt } from '#tool/prompt.ts';
import { mailPresets } from '#zone/presets/index.ts';
import { valuesOf } from './arguments.ts';

export default prompt({
  name: 'set_up_mail',
  title: 'Set up mail',
  description: 'Sets the records that mail needs: MX, SPF, DKIM, DMARC.',
  tools: ['domain_get', 'dns_list', 'dns_apply', 'dns_check'],
  input: z.strictObject({
    domain_name: DomainName.describe('Domain of the account'),
    provider: z.enum(mailPresets).optional().describe('Who has the mail, if it is one of the presets'),
  }),
  choices: { domain_name: 'domain names', provider: mailPresets },
  wants: ({ domain_name, provider }) =>
    `Set up mail for ${domain_name}${provider === undefined ? '' : `, with the preset ${provider}`}.`,
  steps: ({ domain_name, provider }) => [
    `Look at ${domain_name} with domain_get: if hosted is false, the records belong at its other nameservers, so tell me and stop.`,
    'Read the zone with dns_list. Tell me who has the mail now (MX) and who may send it (SPF). If there is mail already, ask whether it moves or stays: with two providers in the MX records mail is lost.',
    provider === undefined
      ? `Ask me who has the mail. If it is one of ${mailPresets.join(', ')}, use that preset; else ask for the records that the provider shows me.`
      : valuesOf(provider),
    'Preview dns_apply in the mode merge. SPF is merged into the record that is there; look that it does not need more than ten lookups.',
    'Show me what is added, changed and removed. If the last MX record goes, say so first. When I say yes, confirm it.',
    'Run dns_check and tell me what it finds about MX, SPF, DKIM and DMARC. It does not say what is missing: if the zone has no DMARC record, offer one with p=none and my address for the reports.',
    'Tell me what is left to do at the provider (afterwards), and to send a test mail in both directions.',
  ],
});
