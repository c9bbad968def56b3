export interface Memory {
  /** For how long an answer is good, in milliseconds. */
  readonly ms: number;
  readonly now: () => Date;
}

/** So many answers are kept; of more, the oldest are let go. */
const most = 1_000;

/** Asks once for what many want to know, and keeps the answer for a while. What fails is asked for anew. */
export function remembered<T>(ask: (key: string) => Promise<T>, { ms, now }: Memory): (key: string) => Promise<T> {
  const known = new Map<string, { readonly answer: Promise<T>; readonly until: number }>();
  return key => {
    const at = now().getTime();
    const kept = known.get(key);
    if (kept && kept.until > at) return kept.answer;
    known.delete(key);
    const answer = ask(key);
    known.set(key, { answer, until: at + ms });
    answer.catch(() => known.get(key)?.answer === answer && known.delete(key));
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return answer;
  };
}
