import { createHmac } from 'node:crypto';
import type { Context } from 'hono';
import * as z from 'zod';
import { wrongCodes } from '../ledger/approvals.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { oauthCaller } from '../model/permit.ts';
import { visible } from '../model/text.ts';
import { timestamp } from '../model/timestamp.ts';
import { sameSecret } from '../same-secret.ts';
import { openCookies } from './cookies.ts';
import { openSignIn, type Person, type SignInOptions } from './sign-in.ts';

export interface VisitorsOptions {
  readonly ledger: Ledger;
  /** The code that a person types; none where there is none. */
  readonly code?: string | undefined;
  /** Whether people reach the pages over TLS. */
  readonly secure: boolean;
  /** Where people sign in, if they can. */
  readonly signIn?: Omit<SignInOptions, 'secret' | 'now'> | undefined;
  /** The accounts, by name. */
  readonly accounts: readonly string[];
  /** The accounts that a caller was given by name; undefined for one whom nobody named. */
  readonly given: (caller: string) => readonly string[] | undefined;
  readonly now: () => Date;
}

/** Whoever looks at a page: a person who is signed in, somebody who typed the code within the hour, or anybody. */
export interface Visitor {
  readonly person: Person | undefined;
  readonly hasCode: boolean;
}

/** Why a code does not do. */
export interface CodeProblem {
  readonly message: string;
  readonly status: 403 | 429;
}

const tooMany: CodeProblem = {
  message: `There were too many wrong codes. Nothing was decided; try again in ${wrongCodes.minutes} minutes.`,
  status: 429,
};

const Proof = z.object({ until: z.number() });
const proof = { cookie: 'registrar_reader', seconds: 3600 } as const;

/** Knows who looks at the pages, and what of them is theirs to see and to decide. */
export function openVisitors({ ledger, code, secure, signIn: where, accounts, given, now }: VisitorsOptions) {
  const signIn = where && openSignIn({ ...where, secret: sealed('who has signed in'), now });
  const cookies = openCookies({
    // The code is not in it: whoever has the ledger's key and such a cookie could try codes on it as fast as they can.
    secret: sealed('who has typed the code'),
    secure,
    now,
  });
  /** Whether whoever gets here is the person at this machine: nothing was set by which to tell others from them. */
  const alone = code === undefined && signIn === undefined;

  /** A value that only this deployment can make. */
  function sealed(what: string): string {
    return createHmac('sha256', ledger.key).update(what).digest('base64url');
  }

  /** Why a code does not do to `what`; undefined where it does, or where none is set. Wrong ones are counted across processes. */
  async function codeProblem(typed: unknown, what: keyof typeof wrongCodes.most): Promise<CodeProblem | undefined> {
    if (code === undefined) return undefined;
    const right = typeof typed === 'string' && sameSecret(typed, code);
    if (!(await ledger.tryCode(right, wrongCodes.most[what], timestamp(now())))) return tooMany;
    return right ? undefined : { message: 'That is not the code. Nothing was decided.', status: 403 };
  }

  /** Whether somebody may decide by being who they are: what their own assistant asked for, or anything. */
  function decides({ person }: Visitor, caller: string): boolean {
    return signIn !== undefined && person !== undefined && signIn.mayDecide(person, caller);
  }

  return {
    signIn,
    /** Whether a code is set. */
    asksCode: code !== undefined,
    sealed,
    /** Why a code does not do to decide; undefined where it does, or where none is set. */
    codeProblem: (typed: unknown) => codeProblem(typed, 'decide'),
    decides,
    async visitor(c: Context): Promise<Visitor> {
      const hasCode = code !== undefined && (await cookies.kept(c, proof.cookie, Proof)) !== undefined;
      return { person: await signIn?.personOf(c), hasCode };
    },
    /** Lets a browser look for an hour, whose person has typed the code, or says why not. It decides nothing by that. */
    async letLook(c: Context, typed: unknown): Promise<CodeProblem | undefined> {
      const problem = await codeProblem(typed, 'look');
      if (problem) return problem;
      if (code !== undefined) await cookies.keep(c, proof.cookie, {}, proof.seconds);
      return undefined;
    },
    endLook: (c: Context) => cookies.drop(c, proof.cookie),
    /** Whether somebody may know that a caller's call waits. */
    mayKnow: (visitor: Visitor, caller: string) => alone || visitor.hasCode || decides(visitor, caller),
    /**
     * The accounts that somebody may look at. Being able to sign in is not enough, since an issuer has people who have
     * nothing to do with this: they were given accounts by name, or may decide about what anybody asks for.
     */
    accountsOf({ person, hasCode }: Visitor): readonly string[] {
      if (alone || hasCode) return accounts;
      if (!signIn || !person) return [];
      return given(oauthCaller(person.sub)) ?? (signIn.isApprover(person) ? accounts : []);
    },
  };
}

export type Visitors = ReturnType<typeof openVisitors>;

export function nameOf({ person }: Visitor): string {
  return visible(person?.email ?? person?.sub ?? 'Nobody');
}
