/** What stands in place of a secret. */
const hidden = '[redacted]';

const secretKey = /token|password|passwd|secret|auth_?code|api_?key|credential/i;

/**
 * Takes secrets out of what is kept or shown: every occurrence of a known one, wherever it came from, and the values of
 * members that are named like one. What holds none comes back as it is.
 */
export function openRedactor(secrets: readonly string[]) {
  // As JSON a secret's quotes and backslashes are escaped; both forms are looked for.
  const known: string[] = [];
  for (const secret of secrets) learn(secret);

  function learn(secret: string): void {
    for (const form of [secret, JSON.stringify(secret).slice(1, -1)])
      if (form !== '' && !known.includes(form)) known.push(form);
  }

  function text(given: string): string {
    return known.reduce((so, secret) => (so.includes(secret) ? so.replaceAll(secret, hidden) : so), given);
  }

  function value(given: unknown): unknown {
    if (typeof given === 'string') return text(given);
    if (Array.isArray(given)) return given.map(value);
    return isRecord(given) ? record(given) : given;
  }

  function record(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(given).map(([key, item]) => [
        text(key),
        secretKey.test(key) && isText(item) ? hidden : value(item),
      ]),
    );
  }

  return {
    /** Adds a secret that has come up, such as a session's token. */
    learn,
    text,
    record,
    /** Known secrets alone, whatever the members are called. */
    holds: (given: string): boolean => known.some(secret => given.includes(secret)),
  };
}

export type Redactor = ReturnType<typeof openRedactor>;

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
