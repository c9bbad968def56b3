import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How a confirmation is made good: by the agent that repeats it, in the client's own dialog, or on the approval page. */
export type Via = 'agent' | 'dialog' | 'page';

/** What a confirmation is bound to, besides the plan. `args` in one canonical form. */
export interface Binding {
  readonly tool: string;
  readonly args: string;
  readonly caller: string;
  readonly account: string;
}

/** A confirmation, and what the ledger knows it by: the nonce in it. */
export interface Issued {
  readonly value: string;
  readonly nonce: string;
  readonly expires: Date;
}

export type Admitted = Omit<Issued, 'value'> & { agreesTo(plan: string): boolean };

export const confirmMinutes = 10;

/** Lengths in bytes: expiry in seconds, nonce, and the two seals. */
const layout = { expiry: 5, nonce: 12, seal: 12 } as const;
const size = layout.expiry + layout.nonce + 2 * layout.seal;

/**
 * Confirmation values: sealed over tool, arguments, caller, account, expiry and the way in which they are made good, and
 * over the plan besides, so that a plan that has moved can be told from a value that was made for something else. That
 * each is good for one use is for the ledger to see to, which keeps the nonces of those that were.
 */
export function openConfirmations(key: Buffer, now: () => Date) {
  function seal(...parts: readonly (string | Buffer)[]): Buffer {
    const mac = createHmac('sha256', key);
    for (const part of parts) mac.update(`${Buffer.byteLength(part)}:`).update(part);
    return mac.digest().subarray(0, layout.seal);
  }

  function asked(head: Buffer, { tool, args, caller, account }: Binding, via: Via): Buffer {
    return seal('asked', via, head, tool, args, caller, account);
  }

  function agreed(ask: Buffer, plan: string): Buffer {
    return seal('agreed', ask, plan);
  }

  return {
    /** A value that confirms this plan of this call. */
    issue(binding: Binding, via: Via, plan: string): Issued {
      const head = Buffer.concat([Buffer.alloc(layout.expiry), randomBytes(layout.nonce)]);
      head.writeUIntBE(Math.floor(now().getTime() / 1000) + confirmMinutes * 60, 0, layout.expiry);
      const ask = asked(head, binding, via);
      return { value: Buffer.concat([head, ask, agreed(ask, plan)]).toString('base64url'), ...read(head) };
    },

    /** Whether a value was made for this call at all; asked before anything is planned, so that a forgery costs no request. */
    admit(value: string, binding: Binding, via: Via): Admitted | 'invalid' | 'expired' {
      const bytes = Buffer.from(value, 'base64url');
      if (bytes.length !== size || bytes.toString('base64url') !== value) return 'invalid';
      const head = bytes.subarray(0, layout.expiry + layout.nonce);
      const ask = bytes.subarray(head.length, head.length + layout.seal);
      const sealed = bytes.subarray(head.length + layout.seal);
      if (!timingSafeEqual(ask, asked(head, binding, via))) return 'invalid';
      const { nonce, expires } = read(head);
      if (expires <= now()) return 'expired';
      return { nonce, expires, agreesTo: plan => timingSafeEqual(sealed, agreed(ask, plan)) };
    },
  };
}

export type Confirmations = ReturnType<typeof openConfirmations>;

function read(head: Buffer): Omit<Issued, 'value'> {
  return {
    expires: new Date(head.readUIntBE(0, layout.expiry) * 1000),
    nonce: head.subarray(layout.expiry).toString('base64url'),
  };
}
