import { html } from 'hono/html';
import * as z from 'zod';
import type { Approval } from '../../ledger/approvals.ts';
import { visible } from '../../model/text.ts';
import type { Html } from '../layout.ts';
import { budgetInShort } from './budget.ts';
import { fact, type Reading, readable } from './reading.ts';

const Account = z.object({ domain_count: z.int(), credit: z.string() });

/** The account at a glance, and what waits for a person. */
export function overview(
  account: Reading | undefined,
  budget: Reading | undefined,
  waiting: readonly Approval[],
  zones: Html,
): Html {
  return html`<main id="view"><h1>Overview</h1>
${
  account === undefined
    ? ''
    : readable(
        account,
        Account,
        ({ domain_count, credit }) =>
          html`<dl class="totals">${fact('Domains', String(domain_count))}${fact('Credit', credit)}${budget ? budgetInShort(budget) : ''}</dl>`,
      )
}
<h2>Waiting for a person</h2>
${
  waiting.length === 0
    ? html`<p class="soft">Nothing waits.</p>`
    : html`<ul class="waiting">${waiting.map(
        ({ id, request }) =>
          html`<li><a href="/approvals/${id}">${visible(request.plan?.does ?? request.tool)}<span>asked for by ${visible(request.caller)}</span></a></li>`,
      )}</ul>`
}
${zones}</main>`;
}

/** Where a name is typed to see its zone; what every address carries goes along. */
export function zoneFinder(query: Readonly<Record<string, string>>): Html {
  return html`<h2>A zone</h2><form class="find" action="/zone">${Object.entries(query).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<label for="domain">Domain name</label><input id="domain" name="domain_name" required autocomplete="off" spellcheck="false" placeholder="example.com"><button>Show</button></form>`;
}
