import * as z from 'zod';
import { Fault } from '../model/fault.ts';

const Granted = z.object({ session_token: z.string().min(1) });

/** The session token in a reply to login. */
export function tokenIn(reply: unknown): string {
  const granted = Granted.safeParse(reply);
  if (granted.success) return granted.data.session_token;
  throw new Fault(
    'registrar_unreadable',
    'The registrar answered login without a session token.',
    'Set REGISTRAR_AUTH=token.',
  );
}

/**
 * A session at the registrar. However many calls wait for a token, one login is in flight; a token that was refused is
 * dropped once, and not again by the calls that still used it.
 */
export function openSession(login: () => Promise<string>) {
  let token: Promise<string> | undefined;

  return {
    /** The current token; logs in where there is none. */
    token(): Promise<string> {
      if (token) return token;
      const opening = login().catch((error: unknown) => {
        if (token === opening) token = undefined;
        throw error;
      });
      token = opening;
      return opening;
    },
    /** Whether there is a session, or one is being opened. */
    get open(): boolean {
      return token !== undefined;
    },
    /** Takes over a token that a login brought. */
    adopt(granted: string): void {
      token = Promise.resolve(granted);
    },
    /** Drops the token that was refused, unless it has been replaced meanwhile. */
    async drop(refused: string): Promise<void> {
      const dropped = token;
      if (dropped !== undefined && (await dropped.catch(() => refused)) === refused && token === dropped)
        token = undefined;
    },
    end(): void {
      token = undefined;
    },
  };
}
