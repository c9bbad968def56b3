import { html } from 'hono/html';
import type { Html } from '../layout.ts';

/** Where a page leads besides itself. */
interface Way {
  readonly path: string;
  readonly name: string;
  readonly here: boolean;
}

export interface FrameOptions {
  readonly title: string;
  /** The account in words. */
  readonly account: string;
  readonly ways: readonly Way[];
  /** Other accounts. */
  readonly others: readonly Way[];
  /** How to leave, for somebody who came in. */
  readonly leave?: { readonly path: string; readonly name: string } | undefined;
  readonly main: Html;
  /** The script of a view, which draws in what is there. */
  readonly script?: string | undefined;
}

/** A page for who looks after the server: the same head on each, and readable without scripts as far as it can be. */
export function frame({ title, account, ways, others, leave, main, script }: FrameOptions): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · registrar-mcp</title>
<link rel="stylesheet" href="/assets/style.css">
<link rel="stylesheet" href="/assets/frame.css">
${script === undefined ? '' : html`<script defer src="/assets/${script}.js"></script>`}
</head>
<body>
<a class="skip" href="#view">To the content</a>
<header class="top">
<div>
<p class="where">${account}</p>
${leave === undefined ? '' : html`<form method="post" action="${leave.path}"><button class="quiet">${leave.name}</button></form>`}
</div>
${navigation('Pages', ways)}
${others.length < 2 ? '' : navigation('Accounts', others)}
</header>
${main}
</body>
</html>`;
}

function navigation(label: string, ways: readonly Way[]): Html {
  return html`<nav aria-label="${label}"><ul>${ways.map(
    ({ path, name, here }) => html`<li><a href="${path}" ${here ? html`aria-current="page"` : ''}>${name}</a></li>`,
  )}</ul></nav>`;
}

/** What the style of the views does not have: they are never more than a page's content. */
export const frameStyle = `
.top { max-width: 60rem; margin: 0 auto; padding: 1rem clamp(0.875rem, 3vw, 1.5rem) 0; }
.top > div { display: flex; justify-content: space-between; align-items: center; gap: 1rem; min-height: 2rem; }
.where { margin: 0; font-size: 0.8125rem; color: var(--soft); overflow-wrap: anywhere; }
.quiet { font-size: 0.8125rem; font-weight: 500; min-height: 2rem; padding: 0.125rem 0.75rem; }
nav { border-bottom: 1px solid var(--line); margin-top: 0.25rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 clamp(0.75rem, 3vw, 1.25rem); margin: 0; padding: 0; }
nav a { display: block; padding: 0.5rem 0; color: var(--soft); text-decoration: none; font-weight: 500; border-bottom: 2px solid transparent; margin-bottom: -1px; }
nav a:hover { color: var(--ink); }
nav a[aria-current] { color: var(--ink); border-color: var(--act); }
a { color: inherit; text-underline-offset: 0.2em; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 0.5rem; top: 0.5rem; background: var(--paper); padding: 0.5rem 1rem; z-index: 1; }
.waiting { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.5rem; }
.waiting a { display: block; padding: 0.75rem 1rem; border: 1px solid var(--line); border-left: 0.25rem solid var(--warn); border-radius: var(--round); text-decoration: none; font-weight: 600; }
.waiting span { display: block; font-weight: 400; font-size: 0.8125rem; color: var(--soft); }
main > table, .enter { margin-top: 1.25rem; }
.enter { max-width: 26rem; }
.enter .choices { justify-content: flex-start; }
.enter label, .enter input { display: block; width: 100%; }
.enter input { margin: 0.25rem 0 0.75rem; }
.state { font-size: 0.75rem; padding: 0 0.5rem; border-radius: 1rem; background: var(--card); border: 1px solid var(--line); white-space: nowrap; }
.state.failed, .state.unknown, .state.unfinished { background: var(--gone-back); color: var(--gone); border-color: transparent; }
.plain { white-space: pre-wrap; overflow-wrap: anywhere; font: 0.8125rem/1.5 var(--mono); background: var(--card); border-radius: var(--round); padding: 0.75rem 1rem; margin: 0; }
@media (max-width: 36rem) {
  .acts thead { position: absolute; clip-path: inset(50%); }
  .acts tr { display: grid; grid-template-columns: 1fr auto; gap: 0.125rem 0.75rem; padding: 0.625rem 0; border-bottom: 1px solid var(--line); }
  .acts td { border: 0; padding: 0; }
  .acts .about { grid-column: 1 / -1; }
  .acts :is(td:nth-child(3), .amount) { grid-column: 2; justify-self: end; }
}
`;
