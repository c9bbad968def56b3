/** What may leave again, once. */
export type Leave = () => void;

/**
 * Counts what is under way, and lets no more in than can be served: a queue would only grow where nobody sees it. A
 * caller may hold half of what the others leave, so that there is room for one more however many are greedy.
 */
export function openDoor(most: number) {
  const held = new Map<string, number>();
  let all = 0;
  return {
    /** Lets so much of a caller's in; gives what to call when it has ended, or nothing where there is no room. */
    enter(caller: string, size = 1): Leave | undefined {
      const own = held.get(caller) ?? 0;
      if (own + size > (most - (all - own)) / 2) return undefined;
      all += size;
      held.set(caller, own + size);
      return () => {
        all -= size;
        const left = (held.get(caller) ?? size) - size;
        if (left > 0) held.set(caller, left);
        else held.delete(caller);
      };
    },
  };
}

/** The time that a request spends here: until its answer has gone and all that was begun for it has ended. */
export interface Stay {
  /** Its answer has gone, or whom it was for. */
  end(): void;
  /** Lasts at least as long as this work; what acts goes on when its client has gone. */
  outlasts<T>(work: Promise<T>): Promise<T>;
}

/** Begins a stay; `leave` is called at its end. */
export function openStay(leave: Leave): Stay {
  let reasons = 1;
  const end = () => {
    reasons -= 1;
    if (reasons === 0) leave();
  };
  return {
    end,
    async outlasts(work) {
      reasons += 1;
      return await work.finally(end);
    },
  };
}

/** The stays of the requests under way, by what the protocol's handler knows of them. */
export const stays = new WeakMap<Request, Stay>();
