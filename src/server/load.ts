/** What is taken at once: more would only grow a queue that nobody can see, and one caller leaves room for others. */
const most = { calls: 500, perCaller: 250 } as const;

/** Counts the calls that run, and lets no more in than can be served. */
export function openDoor(limits: { readonly calls: number; readonly perCaller: number } = most) {
  const running = new Map<string, number>();
  let total = 0;
  return {
    /** Lets a caller's call in; gives what to call when it has ended, or nothing where there is no room. */
    enter(caller: string): (() => void) | undefined {
      const own = running.get(caller) ?? 0;
      if (total >= limits.calls || own >= limits.perCaller) return undefined;
      total += 1;
      running.set(caller, own + 1);
      return () => {
        total -= 1;
        const left = (running.get(caller) ?? 1) - 1;
        if (left > 0) running.set(caller, left);
        else running.delete(caller);
      };
    },
  };
}
