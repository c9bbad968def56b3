/** Every way in which a call can fail, with whether trying the same call again can help. */
const codes = {
  invalid_input: { again: false },
  unknown_tool: { again: false },
  domain_not_in_account: { again: false },
  domain_unavailable: { again: false },
  not_found: { again: false },
  mismatch: { again: false },
  conflict: { again: false },
  price_unknown: { again: false },
  insufficient_funds: { again: false },
  bad_credentials: { again: false },
  not_authorized: { again: false },
  confirm_invalid: { again: false },
  confirm_expired: { again: false },
  confirm_used: { again: false },
  registrar_refused: { again: false },
  registrar_failed: { again: true },
  registrar_busy: { again: true },
  registrar_unreachable: { again: true },
  registrar_unreadable: { again: false },
  outcome_unknown: { again: false },
  too_large: { again: false },
  misconfigured: { again: false },
  cancelled: { again: true },
  shutting_down: { again: true },
  internal: { again: false },
} as const;

export type FaultCode = keyof typeof codes;

/**
 * What went wrong, in sentences: `message` says what happened, `next` what to do about it.
 * `again` says whether the same call can succeed later without a change.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly next: string;
  /** The domain that it is about, where it is about one. */
  readonly about: string | undefined;

  constructor(code: FaultCode, message: string, next: string, options?: ErrorOptions & { about?: string | undefined }) {
    super(message, options);
    this.code = code;
    this.next = next;
    this.about = options?.about;
  }

  get again(): boolean {
    return codes[this.code].again;
  }
}

/** Refuses: the call ends here, nothing more leaves the process. */
export function refuse(code: FaultCode, message: string, next: string): never {
  throw new Fault(code, message, next);
}
