/** Resolves at the first SIGINT or SIGTERM; at the second the process ends at once. */
export function untilTold(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve();
      });
    }
  });
}

/** How long calls that run may take to finish once the process is told to end, in milliseconds. */
export const grace = 10_000;

/** Finishes within the grace; what is still open then is left to the end of the process. */
export async function within(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise(resolve => (timer = setTimeout(resolve, grace)))]);
  clearTimeout(timer);
}
