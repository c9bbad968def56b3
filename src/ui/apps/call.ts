import * as z from 'zod/mini';

// zod would compile its checks with `new Function`, which the pages forbid.
z.config({ jitless: true });

/** A call of a tool that a view shows, as far as it has come. */
export interface Call {
  /** Known where the host says which tool it is. */
  readonly tool?: string | undefined;
  readonly args: Readonly<Record<string, unknown>>;
  readonly result?: Result | undefined;
  /** Why there will be no result. */
  readonly cancelled?: string | undefined;
}

/** What a tool answered: its facts, and the same in words. */
export interface Result {
  readonly structured: unknown;
  readonly text: string;
  readonly isError: boolean;
}

const Answered = z.object({
  structuredContent: z.optional(z.unknown()),
  content: z.optional(z.array(z.object({ text: z.optional(z.string()) }))),
  isError: z.optional(z.boolean()),
});

/** Reads the result of a tool as it travels. */
export function readResult(value: unknown): Result {
  const { structuredContent, content = [], isError = false } = Answered.parse(value);
  const text = content.map(part => part.text ?? '').join('\n');
  return { structured: structuredContent, text, isError };
}
