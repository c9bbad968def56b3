import { html } from 'hono/html';
import type * as z from 'zod';
import { visible } from '../../model/text.ts';
import type { Html } from '../layout.ts';

/** What a tool that reads answered. */
export interface Reading {
  readonly structured: unknown;
  readonly text: string;
  readonly isError: boolean;
}

/** Calls a tool that reads, on the account that a page is about. */
export type Call = (tool: string, args: Readonly<Record<string, unknown>>) => Promise<Reading>;

/** What was read as a page shows it; the server's own sentences where it could not be. */
export function readable<T>(
  { structured, text, isError }: Reading,
  schema: z.ZodType<T>,
  view: (data: T) => Html,
): Html {
  const read = isError ? undefined : schema.safeParse(structured).data;
  if (read !== undefined) return view(read);
  return html`<div class="notice danger" role="alert"><p>${visible(text)}</p></div>`;
}

/** A fact with its name, in a list of them. */
export function fact(name: string, value: string | undefined, kind = ''): Html {
  return html`<div class="${kind}"><dt>${name}</dt><dd>${visible(value ?? 'not known')}</dd></div>`;
}
