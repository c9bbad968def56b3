import { expect } from 'vitest';
import type { Answer } from './world.ts';

/** Endpoints that only read; anything else that reached the registrar has acted. */
const reads =
  /^GET \/api\/(?:hello|account\/get|domain\/get|domain\/list|dns\/list|host\/list)|^POST \/api\/domain\/check/;

expect.extend({
  /** The call did nothing but plan, and says how to go on. */
  toAskFirst(answer: Answer, expected: { cost?: string; does?: RegExp } = {}) {
    const plan: unknown = answer.structured?.plan;
    const cost = typeof plan === 'object' && plan !== null && 'cost' in plan ? plan.cost : undefined;
    const acted = answer.requests.filter(request => !reads.test(request));
    const pass =
      answer.structured?.status === 'needs_confirmation' &&
      typeof answer.structured.confirm === 'string' &&
      acted.length === 0 &&
      (expected.cost === undefined || cost === expected.cost) &&
      (expected.does === undefined || expected.does.test(answer.text));
    return {
      pass,
      message: () =>
        `expected a preview ${JSON.stringify(expected)} and no act, got ${acted.join(', ')}\n${answer.text}`,
    };
  },

  /** The call was refused in sentences, and nothing that acts was sent. */
  toRefuse(answer: Answer, code: string, says: RegExp = /./) {
    const acted = answer.requests.filter(request => !reads.test(request));
    const pass =
      answer.isError &&
      answer.structured === undefined &&
      answer.text.endsWith(`(${code})`) &&
      says.test(answer.text) &&
      acted.length === 0;
    return {
      pass,
      message: () => `expected a refusal ${code} ${says} and no act, got ${acted.join(', ')}\n${answer.text}`,
    };
  },

  /** The call did what it was asked to. */
  toSucceed(answer: Answer, says: RegExp = /./) {
    return {
      pass: !answer.isError && answer.structured !== undefined && says.test(answer.text),
      message: () => `expected success ${says}, got\n${answer.text}`,
    };
  },
});

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    toAskFirst(expected?: { cost?: string; does?: RegExp }): R;
    toRefuse(code: string, says?: RegExp): R;
    toSucceed(says?: RegExp): R;
  }
}
