import { stringify } from 'yaml';
import type { ZoneRecord } from '../model/record.ts';
import { valuesOf } from './values.ts';
import { byHost, inOrder, recordSets } from './zone.ts';

/** A zone file of octoDNS's YAML provider, whose keys are sorted and whose texts escape semicolons. */
export function octodns(records: readonly ZoneRecord[]): string {
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
