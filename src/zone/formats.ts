import { type DomainName, isWithin } from '../model/domain-name.ts';
import { comparable, ownerName, type ZoneRecord } from '../model/record.ts';
import { commonTtl, printMasterFile } from './master-file.ts';
import { valuesOf } from './values.ts';
import { inOrder } from './zone.ts';

/** How a zone can be written: as a master file, as records like those that dns_apply takes, and as two tools' own files. */
export const formats = ['master_file', 'json', 'dnscontrol', 'octodns'] as const;
export type Format = (typeof formats)[number];

/** Writes records of a zone. An ANAME is called ALIAS where the tool calls it so. */
export async function printZone(records: readonly ZoneRecord[], zone: DomainName, format: Format): Promise<string> {
  switch (format) {
    case 'master_file':
      return printMasterFile(records, zone);
    case 'json':
      return `${JSON.stringify(inOrder(records).map(record => asGiven(record, zone)))}\n`;
    case 'dnscontrol':
      return dnscontrol(records, zone);
    case 'octodns':
      // Its YAML library is not loaded for anything else.
      return (await import('./octodns.ts')).octodns(records);
  }
}

/** A name that has the domain in it is written in full, so that it is not taken for the one that was probably meant. */
function asGiven({ host, type, content, ttl, priority }: ZoneRecord, zone: DomainName) {
  const name = isWithin(host, zone) ? ownerName(host, zone) : host;
  return { host: name, type, content: comparable(type, content), ttl, priority };
}

/** A domain of dnsconfig.js; names end in a dot, so that nothing is put behind them. */
function dnscontrol(records: readonly ZoneRecord[], zone: DomainName): string {
  const ttl = commonTtl(records);
  const lines = inOrder(records).map(record => {
    const { host, type } = record;
    const values = [host, ...valuesOf(record)].map(value => JSON.stringify(value));
    const own = record.ttl === ttl ? [] : [`TTL(${record.ttl})`];
    return `  ${type === 'ANAME' ? 'ALIAS' : type}(${[...values, ...own].join(', ')}),`;
  });
  return [
    'var REG_NAMECOM = NewRegistrar("namecom");',
    'var DSP_NAMECOM = NewDnsProvider("namecom");',
    `D(${JSON.stringify(zone)}, REG_NAMECOM, DnsProvider(DSP_NAMECOM), DefaultTTL(${ttl}),`,
    ...lines,
    ');',
    '',
  ].join('\n');
}
