/** Several runs of one measurement in one process, alternating between what is compared. */
export interface Comparison {
  readonly name: string;
  readonly ours: readonly number[];
  readonly bare: readonly number[];
  /** `most`: the ratio of the medians may be at most this; `least`: it must be at least this. A figure without one is only told. */
  readonly bound?: { readonly most: number } | { readonly least: number };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The ratio, and how far it may be off: what the bare side's own runs scatter by, relative to its median. */
export function judge({ ours, bare, bound }: Comparison): { ratio: number; noise: number; met: boolean } {
  const ratio = median(ours) / median(bare);
  const middle = median(bare);
  const noise = median(bare.map(value => Math.abs(value - middle))) / middle / Math.sqrt(bare.length / 2);
  return {
    ratio,
    noise,
    met: !bound || ('most' in bound ? ratio <= bound.most * (1 + noise) : ratio >= bound.least * (1 - noise)),
  };
}

/** Alternates, so that what the machine does meanwhile strikes both. */
export async function alternate(
  rounds: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
): Promise<{ ours: number[]; bare: number[] }> {
  const measured = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    measured.ours.push(await a());
    measured.bare.push(await b());
  }
  return measured;
}
