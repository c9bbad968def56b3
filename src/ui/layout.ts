import { html } from 'hono/html';

/** Whatever a template gives. */
export type Html = ReturnType<typeof html>;

/** A page: everything in it, no script, readable without style. */
export function page(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · registrar-mcp</title>
<link rel="stylesheet" href="/approvals/style.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>`;
}

/** Colours keep a contrast of at least 4.5 to 1 in light and in dark (WCAG 2.2, 1.4.3). */
export const style = `
:root { color-scheme: light dark; --ink: #1a1c1f; --soft: #55595f; --paper: #f5f5f2; --card: #fff; --line: #c9ccd1;
  --gone: #9b1c1c; --gone-back: #fdecec; --new: #14532d; --new-back: #e7f6ec; --warn: #7a3e00; --warn-back: #fff4e0; --act: #0b5c3b; --act-ink: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef0; --soft: #b4b9c0; --paper: #15171a; --card: #1e2125; --line: #474c53;
  --gone: #ffb3b3; --gone-back: #3a1d1d; --new: #a7e8bf; --new-back: #16311f; --warn: #ffd08a; --warn-back: #38280f; --act: #8fe0b5; --act-ink: #06281a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
.soft { color: var(--soft); margin: 0; }
.soft + h1, .soft + .soft, input + .soft { margin-top: .5rem; }
.choices + .soft, form + .soft { margin-top: 1rem; }
.price { font-size: 3.25rem; line-height: 1.1; font-weight: 700; margin: 1.25rem 0 .25rem; font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; font-weight: 400; }
td.amount { text-align: right; white-space: nowrap; padding-right: 0; font-variant-numeric: tabular-nums; }
.change { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; overflow: hidden; background: var(--card); }
.change p { margin: 0; padding: .4rem .75rem; overflow-wrap: anywhere; }
.change .what { color: var(--soft); }
del, ins { text-decoration: none; display: block; padding: .4rem .75rem; overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: .9rem; }
del { color: var(--gone); background: var(--gone-back); }
ins { color: var(--new); background: var(--new-back); }
del::before { content: "− "; } ins::before { content: "+ "; }
.warn { color: var(--warn); background: var(--warn-back); border-radius: .5rem; padding: .6rem .75rem .6rem 2rem; margin: .5rem 0; }
.warn li { overflow-wrap: anywhere; }
.notice { border-left: .3rem solid var(--warn); background: var(--warn-back); color: var(--warn); padding: .6rem .75rem; margin: 1rem 0; }
.notice.danger { border-color: var(--gone); background: var(--gone-back); color: var(--gone); }
form { margin-top: 1.75rem; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input { font: inherit; width: 100%; max-width: 20rem; padding: .5rem .6rem; border: 1px solid var(--soft); border-radius: .4rem; background: var(--card); color: var(--ink); }
.choices { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1rem; }
/* Another site can pull its own window away between two clicks: one that comes before the pointer has rested here decides nothing. */
@media (hover: hover) and (pointer: fine) {
  .choices { position: relative; }
  .choices::after { content: ""; position: absolute; inset: -.25rem; }
  .choices:hover::after { visibility: hidden; transition: visibility 0s .5s; }
}
button { font: inherit; font-weight: 600; padding: .65rem 1.5rem; border-radius: .4rem; border: 1px solid var(--soft); background: var(--card); color: var(--ink); cursor: pointer; }
button.approve { background: var(--act); color: var(--act-ink); border-color: var(--act); }
:focus-visible { outline: 3px solid currentColor; outline-offset: 3px; }
a { color: inherit; }
`;
