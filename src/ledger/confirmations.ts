import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Where confirmations keep their key and what has been redeemed: shared by all processes of one state directory. */
export interface ConfirmationStore {
  /** The sealing key; made when it is first asked for. */
  key(): Buffer;
  /** Whether a value has been used. */
  used(nonce: string): boolean;
  /** Notes that a value has been used; false where it had been before. */
  redeem(nonce: string, expires: Date): boolean;
}

/** What a confirmation is bound to, besides the plan. `args` in one canonical form. */
export interface Binding {
  readonly tool: string;
  readonly args: string;
  readonly caller: string;
  readonly account: string;
}

export type Verdict = 'agreed' | 'changed' | 'invalid' | 'expired' | 'used';

export const confirmMinutes = 10;

/** Lengths in bytes: expiry in seconds, nonce, and the two seals. */
const layout = { expiry: 5, nonce: 9, seal: 12 } as const;
const size = layout.expiry + layout.nonce + 2 * layout.seal;

/**
 * Confirmation values: sealed over tool, arguments, caller, account and expiry, and over the plan besides, so that a plan that
 * has moved can be told from a value that was made for something else. each is good for one use.
 */
export function openConfirmations(store: ConfirmationStore, now: () => Date) {
  function seal(...parts: readonly (string | Buffer)[]): Buffer {
    const mac = createHmac('sha256', store.key());
    for (const part of parts) mac.update(`${Buffer.byteLength(part)}:`).update(part);
    return mac.digest().subarray(0, layout.seal);
  }

  function asked(head: Buffer, { tool, args, caller, account }: Binding): Buffer {
    return seal('asked', head, tool, args, caller, account);
  }

  function agreed(ask: Buffer, plan: string): Buffer {
    return seal('agreed', ask, plan);
  }

  return {
    /** A value that confirms this plan of this call. */
    issue(binding: Binding, plan: string): string {
      const head = Buffer.concat([Buffer.alloc(layout.expiry), randomBytes(layout.nonce)]);
      head.writeUIntBE(Math.floor(now().getTime() / 1000) + confirmMinutes * 60, 0, layout.expiry);
      const ask = asked(head, binding);
      return Buffer.concat([head, ask, agreed(ask, plan)]).toString('base64url');
    },

    /** Whether a value was made for this call at all; asked before anything is planned, so that a forgery costs no request. */
    admits(value: string, binding: Binding): 'admitted' | 'invalid' | 'expired' | 'used' {
      const parts = split(value);
      if (!parts || !timingSafeEqual(parts.ask, asked(parts.head, binding))) return 'invalid';
      if (parts.expires <= now()) return 'expired';
      return store.used(parts.nonce) ? 'used' : 'admitted';
    },

    /** Uses a value up for a plan: `agreed` once, and only where the plan is the one that was shown. */
    redeem(value: string, binding: Binding, plan: string): Verdict {
      const admitted = this.admits(value, binding);
      if (admitted !== 'admitted') return admitted;
      const { ask, plan: sealed, nonce, expires } = unpack(value);
      if (!timingSafeEqual(sealed, agreed(ask, plan))) return 'changed';
      return store.redeem(nonce, expires) ? 'agreed' : 'used';
    },
  };
}

export type Confirmations = ReturnType<typeof openConfirmations>;

/** Undefined for what cannot be one of ours, by its form alone. */
function split(value: string) {
  const bytes = Buffer.from(value, 'base64url');
  return bytes.length === size && bytes.toString('base64url') === value ? unpack(value) : undefined;
}

function unpack(value: string) {
  const bytes = Buffer.from(value, 'base64url');
  const head = bytes.subarray(0, layout.expiry + layout.nonce);
  return {
    head,
    expires: new Date(head.readUIntBE(0, layout.expiry) * 1000),
    nonce: head.subarray(layout.expiry).toString('base64url'),
    ask: bytes.subarray(head.length, head.length + layout.seal),
    plan: bytes.subarray(head.length + layout.seal),
  };
}
