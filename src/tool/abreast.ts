/** Works through some items, so many at a time; once one rejects, no other is begun. */
export async function abreast<T>(items: Iterable<T>, most: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = items[Symbol.iterator]();
  let stopped = false;
  async function worker(): Promise<void> {
    for (let next = waiting.next(); !next.done && !stopped; next = waiting.next()) {
      try {
        await work(next.value);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: most }, worker));
}
