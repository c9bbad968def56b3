import { html } from 'hono/html';
import * as z from 'zod';
import { visible } from '../../model/text.ts';
import type { Html } from '../layout.ts';
import type { Call, Reading } from './reading.ts';

/** A call with what came of it, as a view is given it. */
export interface Given {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly result: Reading;
}

/** A page that a view draws, from what was read for it. It is data in an attribute, which nothing in it can leave. */
export function drawn(calls: readonly Given[], query: Readonly<Record<string, string>>): Html {
  const words = calls.map(({ result }) => result.text.split('\n').map(visible).join('\n')).join('\n\n');
  return html`<main id="view" data-given="${JSON.stringify({ calls, query })}"></main>
<noscript><div class="top"><p class="plain">${words}</p></div></noscript>`;
}

/** So many answers are put together: more names than that nobody looks through at once. */
const mostPages = 8;

const Page = z.looseObject({ domains: z.array(z.unknown()), next_cursor: z.string().optional() });

/** The portfolio in one answer, as far as a page shows it; with a depth, what is read of each name. */
export async function wholePortfolio(
  call: Call,
  { cursor, depth }: { readonly cursor: string | undefined; readonly depth: string | undefined },
): Promise<Given> {
  const tool = 'portfolio';
  const args = { limit: 500, ...(depth !== undefined && { depth }) };
  const ask = async (from?: string) => await call(tool, { ...args, ...(from !== undefined && { cursor: from }) });
  const first = await ask(cursor);
  const page = first.isError ? undefined : Page.safeParse(first.structured).data;
  if (!page) return { tool, args, result: first };
  const domains = [...page.domains];
  let next = page.next_cursor;
  for (let pages = 1; next !== undefined && pages < mostPages; pages += 1) {
    const more = Page.safeParse((await ask(next)).structured).data;
    if (!more) break;
    domains.push(...more.domains);
    next = more.next_cursor;
  }
  return { tool, args, result: { ...first, structured: { ...page, domains, next_cursor: next } } };
}
