/**
 * Every way in which a call can fail. `again`: the same call can succeed later. `harmless`: nothing was changed at the
 * registrar, so that a purchase that ends like this was none.
 */
const codes = {
  invalid_input: { again: false, harmless: true },
  unknown_tool: { again: false, harmless: true },
  domain_not_in_account: { again: false, harmless: true },
  domain_unavailable: { again: false, harmless: true },
  not_found: { again: false, harmless: true },
  mismatch: { again: false, harmless: true },
  conflict: { again: false, harmless: true },
  not_permitted: { again: false, harmless: true },
  name_protected: { again: false, harmless: true },
  price_unknown: { again: false, harmless: true },
  over_budget: { again: false, harmless: true },
  insufficient_funds: { again: false, harmless: true },
  bad_credentials: { again: false, harmless: true },
  not_authorized: { again: false, harmless: true },
  confirm_invalid: { again: false, harmless: true },
  confirm_expired: { again: false, harmless: true },
  confirm_used: { again: false, harmless: true },
  confirm_impossible: { again: false, harmless: true },
  not_approved_yet: { again: true, harmless: true },
  declined: { again: false, harmless: true },
  journal_unwritable: { again: true, harmless: true },
  in_progress: { again: true, harmless: true },
  registrar_refused: { again: false, harmless: true },
  registrar_failed: { again: true, harmless: false },
  registrar_busy: { again: true, harmless: true },
  registrar_unreachable: { again: true, harmless: true },
  registrar_unreadable: { again: false, harmless: false },
  outcome_unknown: { again: false, harmless: false },
  done_in_part: { again: false, harmless: false },
  too_large: { again: false, harmless: false },
  misconfigured: { again: false, harmless: true },
  cancelled: { again: true, harmless: true },
  shutting_down: { again: true, harmless: true },
  internal: { again: false, harmless: false },
} as const;

export type FaultCode = keyof typeof codes;

/**
 * What went wrong, in sentences: `message` says what happened, `next` what to do about it.
 * `again` says whether the same call can succeed later without a change, `harmless` that nothing was changed.
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

  get harmless(): boolean {
    return codes[this.code].harmless;
  }
}

/** Refuses: the call ends here, nothing more leaves the process. */
export function refuse(code: FaultCode, message: string, next: string): never {
  throw new Fault(code, message, next);
}
