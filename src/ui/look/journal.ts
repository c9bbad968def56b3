import { html } from 'hono/html';
import * as z from 'zod';
import { visible } from '../../model/text.ts';
import type { Html } from '../layout.ts';
import { fact, type Reading, readable } from './reading.ts';

const Act = z.object({
  entry: z.int(),
  at: z.string(),
  tool: z.string(),
  about: z.string(),
  outcome: z.string(),
  charged: z.string().optional(),
  caller: z.string(),
  confirmed: z.string(),
});

const Journal = z.object({
  acts: z.array(Act),
  more_before: z.int().optional(),
  detail: z
    .object({
      word: z.string(),
      args: z.string(),
      plan: z.array(z.string()).optional(),
      before: z.string().optional(),
      after: z.string().optional(),
      fault: z.string().optional(),
      warning: z.string().optional(),
      settled: z.string().optional(),
    })
    .optional(),
});
type Journal = z.output<typeof Journal>;

/** How a page of the journal is reached. */
export type Link = (more: Readonly<Record<string, string>>) => string;

/** What was done, newest first, or one act in full. */
export function journalPage(reading: Reading, link: Link): Html {
  return html`<main id="view">${readable(reading, Journal, journal => {
    const [act] = journal.acts;
    return act && journal.detail ? inFull(act, journal.detail, link) : list(journal, link);
  })}</main>`;
}

function list({ acts, more_before }: Journal, link: Link): Html {
  if (acts.length === 0) return html`<h1>Journal</h1><p class="soft">Nothing was done.</p>`;
  return html`<h1>Journal</h1>
<table class="acts"><caption class="unseen">What was done, newest first</caption><thead><tr><th scope="col">What</th><th scope="col">When</th><th scope="col">How it ended</th><th scope="col" class="amount">Charged</th></tr></thead><tbody>${acts.map(
    ({ entry, at, about, outcome, charged = '', caller }) =>
      html`<tr><td class="about"><a href="${link({ entry: String(entry) })}">${entry}. ${visible(about)}</a> <span class="soft">${visible(caller)}</span></td><td>${shortly(at)}</td><td><span class="state ${outcome === 'done' ? '' : outcome}">${outcome}</span></td><td class="amount">${charged}</td></tr>`,
  )}</tbody></table>
${more_before === undefined ? '' : html`<p><a class="button" href="${link({ before: String(more_before) })}">Earlier</a></p>`}`;
}

function inFull(
  { entry, at, tool, about, outcome, charged, caller, confirmed }: z.output<typeof Act>,
  { word, args, plan, before, after, fault, warning, settled }: NonNullable<Journal['detail']>,
  link: Link,
): Html {
  const texts = [
    ['Look at this', warning],
    ['What went wrong', fault],
    ['Settled', settled],
    ['The plan', plan?.join('\n')],
    ['Before', before],
    ['After', after],
    ['Called with', args],
  ] as const;
  return html`<p><a href="${link({})}">Journal</a></p><h1>${entry}. ${visible(about)}</h1>
<dl class="facts">${fact('How it ended', outcome)}${fact('When', at)}${charged === undefined ? '' : fact('Charged', charged)}${fact('Tool', `${tool} (${word})`)}${fact('Asked for by', caller)}${fact('Confirmed', confirmed)}</dl>
${texts.map(([name, text]) => (text === undefined ? '' : html`<h2>${name}</h2><p class="plain">${text.split('\n').map(visible).join('\n')}</p>`))}`;
}

/** `2026-11-28 09:30`, of an instant in UTC. */
function shortly(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}
