import { comparable, type ZoneRecord } from '../model/record.ts';

/** A record's values in the order of its type's own format: priority, weight and port are numbers, names end in a dot. */
export function valuesOf({ type, content, priority }: ZoneRecord): (string | number)[] {
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
