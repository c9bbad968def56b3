import * as z from 'zod';
import { DomainName, shownName } from '#model/domain-name.ts';
import { count } from '#model/text.ts';
import { tool } from '#tool/define.ts';
import { page, paged, paging } from '#tool/page.ts';
import { formats, printZone } from '#zone/formats.ts';
import { editable, inOrder } from '#zone/zone.ts';

export default tool.read({
  name: 'dns_export',
  title: 'Export a zone',
  description:
    'Writes a zone as a master file, as JSON (records for dns_apply), or for dnscontrol or octoDNS; in pages, each a whole file of its part. Without the NS records of the domain itself, which follow its nameservers.',
  input: z.strictObject({
    domain_name: DomainName,
    format: z.enum(formats).default('master_file'),
    ...paging,
  }),
  output: z.object({ domain_name: DomainName, format: z.string(), file: z.string(), ...paged }),
  async run({ domain_name, format, ...where }, { registrar }) {
    const zone = inOrder(editable(await registrar.dns_list({ domain_name })));
    const places = new Map(zone.map((record, at) => [record, String(at).padStart(8, '0')]));
    const { rows, ...rest } = page(zone, record => places.get(record) ?? '', where);
    return { domain_name, format, file: await printZone(rows, domain_name, format), ...rest };
  },
  verbatim: 'file',
  summary: ({ domain_name, total, next_cursor }) =>
    `Zone of ${shownName(domain_name)}, ${count(total, 'record')}${next_cursor === undefined ? '' : ', in part: apply parts with merge only'}.`,
});
