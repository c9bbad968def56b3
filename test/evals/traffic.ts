import { getEncoding } from 'js-tiktoken';
import * as z from 'zod';
import type { Exchange } from './exchange.ts';

/** What passed between an agent and the server. */
export interface Traffic {
  /** Calls of tools, of which some may have been refused. */
  readonly calls: number;
  /** Tokens of the tool lists, and of what calls were given and answered. */
  readonly tokens: number;
  /** The tools that were called, in order. */
  readonly tools: readonly string[];
}

const Called = z.object({ name: z.string(), arguments: z.unknown().optional() });
const Answered = z.object({
  content: z.array(z.looseObject({ text: z.string().optional() })),
  structuredContent: z.unknown().optional(),
});

const encoding = getEncoding('cl100k_base');
const counted = new Map<string, number>();

/** A tool list is long and always the same: it is counted once. */
function tokensOf(text: string): number {
  const known = counted.get(text);
  if (known !== undefined) return known;
  const { length } = encoding.encode(text);
  counted.set(text, length);
  return length;
}

export function trafficOf(exchanges: readonly Exchange[]): Traffic {
  const calls = exchanges.flatMap(({ method, params, result }) => {
    const called = method === 'tools/call' ? Called.safeParse(params).data : undefined;
    return called ? [{ called, result }] : [];
  });
  const lists = exchanges.flatMap(({ method, result }) => (method === 'tools/list' ? [seenIn(result)] : []));
  return {
    calls: calls.length,
    tokens:
      lists.reduce((sum, list) => sum + tokensOf(list), 0) +
      calls.reduce((sum, { called, result }) => sum + tokensOf(JSON.stringify(called)) + tokensOfAnswer(result), 0),
    tools: calls.map(({ called }) => called.name),
  };
}

/** A tool list as a model sees it: icons are for people, and their data would be a quarter of it. */
function seenIn(list: unknown): string {
  return JSON.stringify(list, (key, value: unknown) => (key === 'icons' ? undefined : value)) ?? '';
}

/** Hosts pass on the text or the structured content, not both: the longer one counts. */
function tokensOfAnswer(result: unknown): number {
  const { content = [], structuredContent } = Answered.safeParse(result).data ?? {};
  const text = content.map(part => part.text ?? '').join('\n');
  return Math.max(tokensOf(text), structuredContent === undefined ? 0 : tokensOf(JSON.stringify(structuredContent)));
}
