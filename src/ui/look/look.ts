import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Approval } from '../../ledger/approvals.ts';
import type { Html } from '../layout.ts';
import { viewScript, viewStyle } from '../views.ts';
import { type CodeProblem, nameOf, type Visitor, type Visitors } from '../visitors.ts';
import { budgetPage } from './budget.ts';
import { drawn, type Given, wholePortfolio } from './drawn.ts';
import { frame, frameStyle } from './frame.ts';
import { journalPage } from './journal.ts';
import { overview, zoneFinder } from './overview.ts';
import type { Call, Reading } from './reading.ts';

export interface LookPagesOptions {
  /** The accounts by name, in words. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly visitors: Visitors;
  /** What waits that somebody may know of. */
  readonly waiting: (who: Visitor) => Promise<readonly Approval[]>;
  /** Calls a tool that reads; it stops when the browser goes away. */
  readonly read: (
    account: string,
    tool: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ) => Promise<Reading>;
  /** Whether a tool is served. */
  readonly serves: (tool: string) => boolean;
}

/** The pages, and the tool that each of them shows. */
const places = [
  { path: '/', name: 'Overview', tool: undefined },
  { path: '/portfolio', name: 'Portfolio', tool: 'portfolio' },
  { path: '/journal', name: 'Journal', tool: 'journal' },
  { path: '/budget', name: 'Budget', tool: 'budget' },
] as const;

/**
 * The pages for whoever runs the server: they read what its tools read, in the same way and within the same limits, and do nothing.
 * Who may see them is decided as for approvals; a link alone shows nothing.
 */
export function lookPages({ accounts, visitors, waiting, read, serves }: LookPagesOptions) {
  const app = new Hono();
  const { signIn, asksCode } = visitors;

  app.get('/assets/style.css', async c =>
    c.body(await viewStyle(), 200, { 'Content-Type': 'text/css; charset=utf-8' }),
  );
  app.get('/assets/frame.css', c => c.body(frameStyle, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  for (const view of ['portfolio', 'zone'] as const)
    app.get(`/assets/${view}.js`, async c =>
      c.body(await viewScript(view), 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
    );

  app.get('/', c =>
    show(c, 'Overview', async ({ who, query, call }) => {
      const [about, budget] = await Promise.all([
        serves('account_get') ? call('account_get', {}) : undefined,
        serves('budget') ? call('budget', {}) : undefined,
      ]);
      const zones = serves('dns_list') ? zoneFinder(query) : html``;
      return { main: overview(about, budget, await waiting(who), zones) };
    }),
  );

  app.get('/portfolio', c =>
    show(c, 'Portfolio', async ({ query, call, own }) => {
      const { cursor, depth } = c.req.query();
      const given = await wholePortfolio(call, { cursor, depth: own ? depth : undefined });
      return { main: drawn([given], query), script: 'portfolio' };
    }),
  );

  app.get('/zone', c =>
    show(c, 'Zone', async ({ query, call, own }) => {
      const { domain_name = '', cursor, check } = c.req.query();
      const asked = [
        ['dns_list', { domain_name, limit: 500, ...(cursor !== undefined && { cursor }) }],
        ...(check === undefined || !own ? [] : ([['dns_check', { domain_name }]] as const)),
      ] as const;
      const calls: Given[] = await Promise.all(
        asked.map(async ([tool, args]) => ({ tool, args, result: await call(tool, args) })),
      );
      return { main: drawn(calls, query), script: 'zone' };
    }),
  );

  app.get('/journal', c =>
    show(c, 'Journal', async ({ query, call }) => {
      const { entry, before, domain_name } = c.req.query();
      const about = domain_name === undefined ? {} : { domain_name };
      const args = { ...about, ...number('entry', entry), ...number('before', before) };
      const link = (more: Readonly<Record<string, string>>) => address('/journal', { ...query, ...about, ...more });
      return { main: journalPage(await call('journal', args), link) };
    }),
  );

  app.get('/budget', c => show(c, 'Budget', async ({ call }) => ({ main: budgetPage(await call('budget', {})) })));

  app.post('/enter', async c => {
    const form = await c.req.parseBody();
    const problem = await visitors.letLook(c, form.code);
    return problem ? await enter(c, problem) : c.redirect('/', 303);
  });

  app.post('/leave', c => {
    visitors.endLook(c);
    return c.redirect('/', 303);
  });

  /** What a page is made from. */
  interface Looked {
    readonly who: Visitor;
    /** What every address of this account carries. */
    readonly query: Readonly<Record<string, string>>;
    readonly call: Call;
    /** Whether it was asked for by a page of ours or by the person: what costs many requests is read for those alone. */
    readonly own: boolean;
  }

  /** Shows a page to who may see it, and to anybody else the way in. */
  async function show(
    c: Context,
    title: string,
    make: (looked: Looked) => Promise<{ readonly main: Html; readonly script?: string }>,
  ) {
    // Another site can send a person here, and not make their browser ask the registrar from within a page of its own.
    const site = c.req.header('Sec-Fetch-Site');
    const own = site === undefined || site === 'same-origin' || site === 'none';
    if (!own && c.req.header('Sec-Fetch-Dest') !== 'document') return c.text('Open this page by itself.', 403);
    const who = await visitors.visitor(c);
    const theirs = visitors.accountsOf(who);
    const wanted = c.req.query('account');
    const account = wanted === undefined ? theirs[0] : theirs.find(name => name === wanted);
    if (account === undefined) return await turnAway(c, who, theirs.length > 0);
    const query: Readonly<Record<string, string>> = theirs.length > 1 ? { account } : {};
    const { signal } = c.req.raw;
    const call: Call = async (tool, args) => await read(account, tool, args, signal);
    const { main, script } = await make({ who, query, call, own });
    return c.html(
      frame({
        title,
        account: accounts.get(account) ?? '',
        ways: places
          .filter(({ tool }) => tool === undefined || serves(tool))
          .map(({ path, name }) => ({ path: address(path, query), name, here: c.req.path === path })),
        others: theirs.map(name => ({ path: address('/', { account: name }), name, here: name === account })),
        leave: wayOut(who),
        main,
        script,
      }),
    );
  }

  /** For somebody who may not see what they ask for: how they could, where there is a way. */
  async function turnAway(c: Context, who: Visitor, seesOthers: boolean) {
    if (seesOthers)
      return c.html(
        bare('Not found', html`<h1>There is no such account for you</h1><p><a href="/">See what there is.</a></p>`),
        404,
      );
    if (signIn && !asksCode && !who.person) return c.redirect(signIn.path(c.req.path), 303);
    return await enter(c, undefined, who);
  }

  async function enter(c: Context, problem: CodeProblem | undefined, who?: Visitor) {
    const visitor = who ?? (await visitors.visitor(c));
    const own = visitor.person ? await waiting(visitor) : [];
    return c.html(
      bare(
        'Come in',
        html`<h1>${asksCode ? 'These pages are behind the approval code' : 'These pages are not for everybody'}</h1>
${problem === undefined ? '' : html`<div class="notice danger" role="alert"><p>${problem.message.replace('decided', 'shown')}</p></div>`}
${visitor.person ? html`<p>You are signed in as ${nameOf(visitor)}, and were given no account to look at. Whoever runs this server gives them, in REGISTRAR_ACCOUNTS_FILE or by REGISTRAR_APPROVERS.</p>` : ''}
${own.length === 0 ? '' : html`<p><a href="/approvals">What your assistants wait for</a></p>`}
${signIn && !visitor.person ? html`<p><a class="button" href="${signIn.path('/')}">Sign in</a></p>` : ''}
${
  asksCode
    ? html`<form class="enter" method="post" action="/enter"><label for="code">Approval code</label><input id="code" name="code" type="password" required autocomplete="off" aria-describedby="code-help"><p class="soft" id="code-help">The code that was set for this server. It opens these pages for an hour; every approval asks for it again.</p><div class="choices"><button class="approve">Show the pages</button></div></form>`
    : ''
}`,
        wayOut(visitor),
      ),
      problem?.status ?? 403,
    );
  }

  function bare(title: string, body: Html, leave?: { path: string; name: string }): Html {
    return frame({
      title,
      account: 'registrar-mcp',
      ways: [],
      others: [],
      leave,
      main: html`<main id="view">${body}</main>`,
    });
  }

  function wayOut({ person, hasCode }: Visitor) {
    if (person) return { path: '/approvals/sign-out', name: `Sign out ${nameOf({ person, hasCode })}` };
    return hasCode ? { path: '/leave', name: 'Leave' } : undefined;
  }

  return app;
}

function address(path: string, query: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(query).toString();
  return search === '' ? path : `${path}?${search}`;
}

/** A number from an address, for a tool that looks at it itself. */
function number(name: string, text: string | undefined): Record<string, unknown> {
  return text === undefined ? {} : { [name]: /^\d{1,15}$/.test(text) ? Number(text) : text };
}
