import { stringify } from 'yaml';
import type { DomainName } from '../model/domain-name.ts';
import { comparable, type ZoneRecord } from '../model/record.ts';
import { commonTtl, printMasterFile } from './master-file.ts';
import { byHost, inOrder, recordSets } from './zone.ts';

/** How a zone can be written: as a master file, as records like those that dns_apply takes, and as two tools' own files. */
export const formats = ['master_file', 'json', 'dnscontrol', 'octodns'] as const;
export type Format = (typeof formats)[number];

/** Writes records of a zone. An ANAME is called ALIAS where the tool calls it so. */
export function printZone(records: readonly ZoneRecord[], zone: DomainName, format: Format): string {
  switch (format) {
    case 'master_file':
      return printMasterFile(records, zone);
    case 'json':
      return `${JSON.stringify(inOrder(records).map(asGiven))}\n`;
    case 'dnscontrol':
      return dnscontrol(records, zone);
    case 'octodns':
      return octodns(records);
  }
}

function asGiven({ host, type, content, ttl, priority }: ZoneRecord) {
  return { host, type, content: comparable(type, content), ttl, priority };
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

/** A zone file of octoDNS's YAML provider, whose keys are sorted and whose texts escape semicolons. */
function octodns(records: readonly ZoneRecord[]): string {
  const names = [...byHost(records)]
    .map(([host, own]) => [host === '@' ? '' : host, [...recordSets(own).values()].map(octodnsSet)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `---\n${stringify(Object.fromEntries(names), { lineWidth: 0 })}`;
}

function octodnsSet(set: readonly ZoneRecord[]) {
  const [first] = inOrder(set);
  const values = inOrder(set).map(record => {
    const [one = '', two, three, four] = valuesOf(record);
    switch (record.type) {
      case 'MX':
        return { exchange: two, preference: one };
      case 'SRV':
        return { port: three, priority: one, target: four, weight: two };
      case 'TXT':
        return String(one).replaceAll(';', '\\;');
      default:
        return one;
    }
  });
  const type = first?.type === 'ANAME' ? 'ALIAS' : first?.type;
  return { ttl: first?.ttl, type, ...(values.length === 1 ? { value: values[0] } : { values }) };
}

/** A record's values in the order of its type's own format: priority, weight and port are numbers, names end in a dot. */
function valuesOf({ type, content, priority }: ZoneRecord): (string | number)[] {
  const text = comparable(type, content);
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'TXT':
      return [text];
    case 'MX':
      return [priority ?? 0, `${text}.`];
    case 'SRV': {
      const [weight = '0', port = '0', target = ''] = text.split(' ');
      return [priority ?? 0, Number(weight), Number(port), `${target}.`];
    }
    default:
      return [`${text}.`];
  }
}
