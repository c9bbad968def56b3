import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ZoneRecord } from '#model/record.ts';
import { diffZones, isEmpty, takenBack } from '#zone/diff.ts';
import { type Step, stepsFor } from '#zone/steps.ts';
import { identity, sameZone, saying } from '#zone/zone.ts';
import { anyZone, recs } from '../support/zones.ts';

/** A registrar that can only create and delete, and refuses what the real one refuses. */
function carriedOut(
  zone: readonly ZoneRecord[],
  steps: readonly Step[],
): { zone: ZoneRecord[]; states: ZoneRecord[][] } {
  let now = [...zone];
  const states = [now];
  for (const { act, record } of steps) {
    if (act === 'delete') {
      const at = now.findIndex(each => identity(each) === identity(record));
      expect(at, `${identity(record)} is there`).toBeGreaterThanOrEqual(0);
      now = now.toSpliced(at, 1);
    } else {
      const beside = now.filter(({ host }) => host === record.host);
      expect(
        beside.some(each => each.type === record.type && bare(each) === bare(record)),
        'no duplicate',
      ).toBe(false);
      if (record.type === 'CNAME') expect(beside).toEqual([]);
      expect(beside.some(({ type }) => type === 'CNAME')).toBe(false);
      now = [...now, record];
    }
    states.push(now);
  }
  return { zone: now, states };
}

function bare(record: ZoneRecord): string {
  return saying({ ...record, priority: 0 });
}

function order(before: readonly ZoneRecord[], after: readonly ZoneRecord[]): string[] {
  return stepsFor(diffZones(before, after)).map(
    ({ act, record }) => `${act === 'create' ? '+' : '-'} ${record.host} ${record.type} ${record.content}`,
  );
}

describe('for any two zones', () => {
  test('applying the difference to the one gives the other, in steps that the registrar takes', () => {
    fc.assert(
      fc.property(anyZone, anyZone, (before, after) => {
        const { zone } = carriedOut(before, stepsFor(diffZones(before, after)));
        expect(sameZone(zone, after)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('a zone does not differ from itself, whatever its order and spelling', () => {
    fc.assert(
      fc.property(anyZone, zone => {
        const spelled = zone.toReversed().map(record => ({
          ...record,
          content:
            record.type === 'TXT'
              ? `"${record.content.replace(/["\\]/g, '\\$&')}"`
              : record.type === 'A'
                ? record.content
                : `${record.content.toUpperCase()}${record.type === 'AAAA' ? '' : '.'}`,
        }));
        expect(isEmpty(diffZones(zone, spelled))).toBe(true);
      }),
    );
  });

  test('at no step is a name without an address that it has before and after, but for what only swaps', () => {
    fc.assert(
      fc.property(anyZone, anyZone, (before, after) => {
        const { states } = carriedOut(before, stepsFor(diffZones(before, after)));
        for (const host of new Set(before.map(each => each.host))) {
          const types = new Set([...before, ...after].filter(each => each.host === host).map(({ type }) => type));
          if (types.has('CNAME') || types.has('ANAME')) continue;
          for (const type of types) {
            const has = (zone: readonly ZoneRecord[]) => zone.filter(each => each.host === host && each.type === type);
            const swapped =
              has(before).length === 1 &&
              has(after).length === 1 &&
              has(before).map(bare).join() === has(after).map(bare).join();
            if (has(before).length === 0 || has(after).length === 0 || swapped) continue;
            for (const state of states) expect(has(state).length, `${host} ${type}`).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('taking back gives what was there; cut short anywhere, too; and what others did meanwhile stays', () => {
    fc.assert(
      fc.property(anyZone, anyZone, fc.nat(), (before, after, at) => {
        const { states } = carriedOut(before, stepsFor(diffZones(before, after)));
        const cut = states[at % states.length] ?? [];
        expect(sameZone(takenBack(before, after, cut), before)).toBe(true);
        expect(sameZone(takenBack(after, before, cut), after)).toBe(true);
        const other: ZoneRecord = { host: 'others', type: 'A', content: '203.0.113.9', ttl: 300 };
        expect(sameZone(takenBack(before, after, [...cut, other]), [...before, other])).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what a difference says', () => {
  test('another TTL or priority is a change, and not a record that goes and one that comes', () => {
    const { added, changed, removed, kept } = diffZones(
      recs('@ A 192.0.2.1', '@ MX 10 mx.example.net', 'a TXT x'),
      recs('@ A 192.0.2.1 /600', '@ MX 20 mx.example.net', 'a TXT x'),
    );
    expect([added, removed]).toEqual([[], []]);
    expect(changed.map(({ from, to }) => [from.ttl, from.priority, to.ttl, to.priority])).toEqual([
      [300, undefined, 600, undefined],
      [300, 10, 300, 20],
    ]);
    expect(kept).toHaveLength(1);
  });

  test('priorities that change places are told apart by what they stand for', () => {
    const { changed } = diffZones(recs('@ MX 10 a.net', '@ MX 20 b.net'), recs('@ MX 20 a.net', '@ MX 10 b.net'));
    expect(changed.every(({ from, to }) => from.content === to.content)).toBe(true);
  });

  test('what is wanted twice is added once, and what stands there twice already may stay', () => {
    expect(diffZones([], recs('a A 192.0.2.1', 'a A 192.0.2.1 /600')).added).toHaveLength(1);
    expect(diffZones(recs('a A 192.0.2.1'), recs('a A 192.0.2.1', 'a A 192.0.2.1 /600')).added).toEqual([]);
    expect(isEmpty(diffZones(recs('a TXT x', 'a TXT "x"'), recs('a TXT x', 'a TXT "x"')))).toBe(true);
    expect(diffZones(recs('a TXT x', 'a TXT "x"'), recs('a TXT x')).removed).toHaveLength(1);
  });
});

describe('the order of the steps', () => {
  test('what is pointed at comes before what points at it, and goes after it', () => {
    expect(
      order(recs('old A 192.0.2.1', 'www CNAME old.example.com'), recs('new A 192.0.2.2', 'www CNAME new.example.com')),
    ).toEqual(['+ new A 192.0.2.2', '- www CNAME old.example.com', '+ www CNAME new.example.com', '- old A 192.0.2.1']);
  });

  test('a new mail server is there before the old one goes', () => {
    expect(order(recs('@ MX 10 a.net'), recs('@ MX 5 b.net'))).toEqual(['+ @ MX b.net', '- @ MX a.net']);
  });

  test('another TTL is a delete and a create at once, record by record', () => {
    expect(order(recs('a A 192.0.2.1', 'a A 192.0.2.2'), recs('a A 192.0.2.1 /600', 'a A 192.0.2.2 /600'))).toEqual([
      '- a A 192.0.2.1',
      '+ a A 192.0.2.1',
      '- a A 192.0.2.2',
      '+ a A 192.0.2.2',
    ]);
  });

  test('an ANAME and addresses change places at once; other types at the name keep to their order', () => {
    expect(order(recs('@ A 192.0.2.1', '@ TXT old'), recs('@ ANAME x.net', '@ TXT new'))).toEqual([
      '+ @ TXT new',
      '- @ A 192.0.2.1',
      '+ @ ANAME x.net',
      '- @ TXT old',
    ]);
    expect(order(recs('@ ANAME x.net'), recs('@ AAAA 2001:db8::1'))).toEqual([
      '- @ ANAME x.net',
      '+ @ AAAA 2001:db8::1',
    ]);
  });

  test('a name that gives up everything for a CNAME gives up its address last', () => {
    expect(order(recs('a A 192.0.2.1', 'a TXT x'), recs('a CNAME b.net'))).toEqual([
      '- a TXT x',
      '- a A 192.0.2.1',
      '+ a CNAME b.net',
    ]);
    expect(order(recs('a CNAME b.net'), recs('a TXT x', 'a A 192.0.2.1'))).toEqual([
      '- a CNAME b.net',
      '+ a A 192.0.2.1',
      '+ a TXT x',
    ]);
  });

  test('names that addresses come to are swapped before those that point at them', () => {
    expect(
      order(recs('z CNAME o.net', 'b CNAME o.net'), recs('z CNAME b.example.com', 'b A 192.0.2.1')).slice(0, 2),
    ).toEqual(['- b CNAME o.net', '+ b A 192.0.2.1']);
  });
});
