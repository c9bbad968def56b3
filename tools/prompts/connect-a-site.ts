import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { prompt } from '#tool/prompt.ts';
import { sitePresets } from '#zone/presets/index.ts';
import { valuesOf } from './arguments.ts';

export default prompt({
  name: 'connect_a_site',
  title: 'Connect a site',
  description: 'Points a domain at where its site is hosted, without harm to its mail.',
  tools: ['domain_get', 'dns_list', 'dns_apply', 'dns_check'],
  input: z.strictObject({
    domain_name: DomainName.describe('Domain of the account'),
    host: z.enum(sitePresets).optional().describe('Where the site is, if it is one of the presets'),
  }),
  choices: { domain_name: 'domain names', host: sitePresets },
  wants: ({ domain_name, host }) =>
    `Point ${domain_name} at my site${host === undefined ? '' : `, with the preset ${host}`}.`,
  steps: ({ domain_name, host }) => [
    `Look at ${domain_name} with domain_get. If hosted is false, its nameservers are elsewhere and nothing set here would be served: tell me where, and ask whether to go on.`,
    'Read the zone with dns_list, and tell me in a sentence where the domain and www lead now.',
    host === undefined
      ? `Ask me where the site is. If it is one of ${sitePresets.join(', ')}, use that preset; else ask for the address or the host name that my host gave me. Never guess an address.`
      : valuesOf(host),
    'Preview dns_apply in the mode merge, with the preset or with records for @ and www. Check that no MX, SPF or DKIM record is among what is removed or changed.',
    'Show me what is added, changed and removed, with any hazard in its own words. When I say yes, confirm it.',
    'Look with dns_check whether it is served. Caches may show the old answer for as long as the old TTL; that is no mistake.',
    'Tell me what is left for me to do at the host (afterwards), and that undo takes the change back.',
  ],
});
