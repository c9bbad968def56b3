import * as z from 'zod/mini';

const text = z.string();
const words = z.optional(z.array(text));

/** A plan as it travels: amounts in words, such as "12.99 USD". */
const Plan = z.object({
  does: text,
  cost: z.optional(text),
  items: z.optional(z.array(z.object({ what: text, cost: text }))),
  changes: z.optional(z.array(z.object({ what: text, from: z.optional(text), to: z.optional(text) }))),
  loses: words,
  hazards: z.optional(z.array(z.object({ kind: text, what: text }))),
  notes: words,
  earlier: z.optional(z.array(z.object({ entry: z.number(), what: text }))),
  credit: z.optional(z.object({ now: text, after: text })),
  budget: z.optional(text),
});
export type Plan = z.infer<typeof Plan>;

/** What a gated tool answers: a plan that waits for somebody, or what was done. */
export const Gated = z.discriminatedUnion('status', [
  z.object({ status: z.literal('needs_confirmation'), plan: Plan, confirm: text }),
  z.object({ status: z.literal('needs_approval'), plan: Plan, confirm: text, approve_at: text }),
  z.object({
    status: z.literal('done'),
    result: z.optional(z.record(z.string(), z.unknown())),
    charged: z.optional(text),
    warning: z.optional(text),
    verified: z.optional(z.boolean()),
    entry: z.optional(z.number()),
  }),
]);
export type Gated = z.infer<typeof Gated>;
export type Done = Extract<Gated, { status: 'done' }>;
export type Waiting = Exclude<Gated, { status: 'done' }>;
