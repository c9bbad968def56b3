/** Resolves when the process is told to end or its terminal goes; told twice, it ends at once. */
export function untilTold(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve();
      });
    }
  });
}

/** As long as a request to the registrar may take, in milliseconds: a purchase under way is waited for. */
const grace = 65_000;

/** Finishes what is under way, then ends the process; what did not finish in time is said on standard error. */
export async function finish(...work: readonly Promise<unknown>[]): Promise<never> {
  const late = new Promise<'late'>(resolve => setTimeout(resolve, grace, 'late').unref());
  if ((await Promise.race([Promise.allSettled(work), late])) === 'late') {
    process.stderr.write('Calls were still running; what they were to change is not known. Read the account.\n');
    process.exit(1);
  }
  process.exit();
}
