import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Money } from '../model/money.ts';
import { type Risk, words } from '../model/risk.ts';

/** A token that a person made for a caller. Only its hash is kept: it has 256 bits of chance in it, so none is guessed. */
export interface Token {
  readonly name: string;
  readonly hash: string;
  readonly words: readonly Risk[];
  /** Patterns of the names that it may change; all of them where there are none. */
  readonly names: readonly string[];
  readonly perDay?: Money | undefined;
  /** Whether a person must accept what is gated. */
  readonly human: boolean;
  readonly created: string;
  readonly expires?: string | undefined;
}

export const Words = z.array(z.enum(words));

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
