import { DomainName } from '../../src/model/domain-name.ts';
import type { ZoneRecord } from '../../src/model/record.ts';
import { planZone } from '../../src/tool/zone-plan.ts';
import { replacing } from '../../src/zone/merge.ts';
import { stepsFor } from '../../src/zone/steps.ts';
import { type Comparison, median } from './figures.ts';

const domain = DomainName.parse('example.com');
const types = ['A', 'AAAA', 'TXT', 'MX', 'CNAME'] as const;

/** A zone of so many records of every kind; every tenth differs between two turns. */
function zone(size: number, turn: number): ZoneRecord[] {
  return Array.from({ length: size }, (_, at): ZoneRecord => {
    const type = types[at % types.length];
    const value = at % 10 === 0 ? at + turn : at;
    const host = `h${at}.part${at % 97}`;
    switch (type) {
      case 'A':
        return { host, type, content: `192.${(value >> 16) & 255}.${(value >> 8) & 255}.${value & 255}`, ttl: 300 };
      case 'AAAA':
        return { host, type, content: `2001:db8::${value.toString(16)}`, ttl: 300 };
      case 'MX':
        return { host, type, content: `mx${value}.example.net`, priority: 10, ttl: 300 };
      case 'TXT':
        return { host, type, content: `some text of a usual length, number ${value}`, ttl: 300 };
      default:
        return { host, type: 'CNAME', content: `target${value}.example.net`, ttl: 300 };
    }
  });
}

/** How long it takes to plan a zone in place of another of the same size, with its steps, in milliseconds. */
function planned(size: number, rounds: number): number[] {
  const [before, after] = [zone(size, 0), zone(size, 1)];
  return Array.from({ length: rounds }, () => {
    const began = performance.now();
    const wanted = replacing(after);
    if ('problems' in wanted) throw new Error(wanted.problems.join(' '));
    stepsFor(planZone(domain, before, wanted.zone).difference);
    return performance.now() - began;
  });
}

/** What a plan costs: of its own, and with the size of a zone. */
export function zonePlans(): Comparison[] {
  planned(10_000, 3);
  const [ten, hundred] = [planned(10_000, 11), planned(100_000, 5)];
  return [
    {
      name: 'plan of a zone, 10,000 records against 10,000, of the 150 ms',
      ours: ten,
      bare: [150],
      bound: { most: 1 },
    },
    { name: 'the same of 100,000, over 10,000 (ms)', ours: hundred, bare: [median(ten)], bound: { most: 12 } },
  ];
}
