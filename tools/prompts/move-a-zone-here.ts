import * as z from 'zod';
import { DomainName } from '#model/domain-name.ts';
import { prompt } from '#tool/prompt.ts';

export default prompt({
  name: 'move_a_zone_here',
  title: 'Move a zone here',
  description: "Brings a domain's DNS from another provider to the registrar's nameservers without an outage.",
  tools: ['domain_get', 'dns_list', 'dns_apply', 'dns_check', 'domain_update_nameservers'],
  input: z.strictObject({ domain_name: DomainName.describe('Domain of the account whose DNS is elsewhere') }),
  choices: { domain_name: 'domain names' },
  wants: ({ domain_name }) => `Move the DNS of ${domain_name} to the registrar's own nameservers, without an outage.`,
  steps: ({ domain_name }) => [
    `Look at ${domain_name} with domain_get. If hosted is true its DNS is here already: say so and stop. Note the nameservers that it has now; they are the way back.`,
    'Ask me whether the domain has DNSSEC. If it has, its DS record must go first, which this API cannot do: I take it away at the registrar, and we go on two days later. Else the domain fails everywhere.',
    'Ask me for the zone as a master file, exported at the present provider. A list made by asking for names one by one misses records, so do not make one up. Ask also to set the TTLs there to 300 now, if I can.',
    'Read what is kept here with dns_list. Preview dns_apply with the master_file, in the mode replace if what is here is only a leftover, else merge. The registrar keeps no CAA, DS or PTR records: tell me which of mine it cannot take, and ask whether to go on without them.',
    'Show me the difference. When I say yes, confirm it, and compare the number of records with the file. Nothing is served from here yet.',
    'Run dns_check for mistakes in the zone. That it is not served yet is expected.',
    "Preview domain_update_nameservers with the registrar's own nameservers: those of another domain of the account that is hosted here (domain_get), or ask me. Show me what it says is lost. When I say yes, confirm it.",
    'Run dns_check again. Resolvers may ask the old nameservers for two days more: the zone there must stay until then. undo puts the old nameservers back.',
  ],
});
