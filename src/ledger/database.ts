/** What a value of a statement can be, on the way in. */
type Value = string | number | null;

interface Result {
  readonly rows: readonly unknown[];
  /** How many rows a statement that gives none has changed. */
  readonly changes: number;
}

/** Runs one statement, with its values as `$1`, `$2`, …; a repeated one is prepared once where the store can. */
export type Query = (sql: string, ...values: readonly Value[]) => Promise<Result>;

/** A step of the schema, in the words of each store. */
export type Step = Readonly<Record<'sqlite' | 'postgres', string>>;

/** Where a ledger is kept: the same statements run on each. */
export interface Database {
  readonly query: Query;
  /** All or nothing, and alone: whoever shares the ledger waits. `work` may be run again, and only sends statements. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** What is there at one moment, without keeping anybody from writing. */
  snapshot<T>(read: (query: Query) => Promise<T>): Promise<T>;
  /** Brings the schema up to date, alone; throws where a newer version has been there. */
  migrate(steps: readonly Step[]): Promise<void>;
  close(): Promise<void>;
}

/** The steps that a schema still lacks. */
export function lacking(steps: readonly Step[], version: number): readonly Step[] {
  if (version > steps.length) throw new Error('the ledger there was written by a newer version of registrar-mcp');
  return steps.slice(version);
}

/** All rows of a table in the order of a number of theirs, some at a time: one answer with all of them would hold everybody up. */
export async function* pagesOf<T extends { readonly entry: number }>(
  page: (after: number, limit: number) => Promise<readonly T[]>,
  limit = 1_000,
): AsyncGenerator<T> {
  for (let after = 0; ; ) {
    const rows = await page(after, limit);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < limit) return;
    after = last.entry;
  }
}

/** Lets what is given run one after another. */
export function oneByOne() {
  let last: Promise<unknown> = Promise.resolve();
  return function next<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
}
