import { type InputRequiredSpec, inputRequired } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Caller } from '../tool/caller.ts';
import type { Question } from '../tool/render.ts';

/** Under this key a question travels, and its answer comes back. */
const key = 'decision';

const Capabilities = z.object({
  elicitation: z.object({ form: z.unknown().optional(), url: z.unknown().optional() }).optional(),
});
const Client = z.object({ name: z.string(), version: z.string().optional() });
const Response = z.object({
  [key]: z.object({
    action: z.enum(['accept', 'decline', 'cancel']),
    content: z.record(z.string(), z.unknown()).nullish(),
  }),
});

/** What a client can show its person, by what it declares: elicitation without a mode is that of forms. */
export function asksOf(capabilities: unknown): Caller['asks'] {
  const { elicitation } = Capabilities.safeParse(capabilities).data ?? {};
  if (!elicitation) return undefined;
  const url = elicitation.url !== undefined;
  return { url, form: elicitation.form !== undefined || !url };
}

/** How a client calls itself; of what it says only what a name needs. */
export function clientName(info: unknown): string | undefined {
  const { name, version = '' } = Client.safeParse(info).data ?? {};
  return (
    name
      ?.concat(' ', version)
      .trim()
      .replace(/[^\w .:@+/-]/g, '')
      .slice(0, 80) || undefined
  );
}

/** What a question of ours brought back; undefined where none was asked, or what came back is no answer to one. */
export function answered(state: unknown, responses: unknown): Caller['answered'] {
  const response = Response.safeParse(responses).data?.[key];
  if (typeof state !== 'string' || !response) return undefined;
  return { state, action: response.action, content: response.content ?? {} };
}

/** A question as the protocol carries it: the client asks, and repeats the call with the answer and the state. */
export function asInput({ ask, state }: Question): InputRequiredSpec {
  if (ask.mode === 'url')
    return {
      inputRequests: { [key]: inputRequired.elicitUrl({ message: ask.message, url: ask.url }) },
      requestState: state,
    };
  const field =
    ask.type === undefined
      ? { decision: { type: 'string' as const, title: 'Your decision', enum: ['approve', 'refuse'] } }
      : { domain_name: { type: 'string' as const, title: `Type ${ask.type} to accept` } };
  return {
    inputRequests: {
      [key]: inputRequired.elicit({
        message: ask.message,
        requestedSchema: { type: 'object', properties: field, required: Object.keys(field) },
      }),
    },
    requestState: state,
  };
}
