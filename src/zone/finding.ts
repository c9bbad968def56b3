/** What is wrong, or doubtful, about a record, and what to do about it. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly rule: string;
  readonly host: string;
  readonly what: string;
  readonly fix: string;
}

export function error(rule: string, host: string, what: string, fix: string): Finding {
  return { severity: 'error', rule, host, what, fix };
}

export function warning(rule: string, host: string, what: string, fix: string): Finding {
  return { severity: 'warning', rule, host, what, fix };
}
