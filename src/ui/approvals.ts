import { createHmac } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { html } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';
import { type Approval, wrongCodes } from '../ledger/approvals.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { visible } from '../model/text.ts';
import { timestamp } from '../model/timestamp.ts';
import { sameSecret } from '../same-secret.ts';
import { type Html, page, style } from './layout.ts';
import { planView } from './plan-view.ts';

export interface ApprovalPagesOptions {
  readonly ledger: Ledger;
  /** The accounts whose approvals are shown, as the ledger knows them, in words. */
  readonly accounts: ReadonlyMap<string, string>;
  /** The code that a decision needs; none where there is none. */
  readonly code?: string | undefined;
  readonly now: () => Date;
}

const maxFormBytes = 4096;

/**
 * The pages on which a person approves or refuses what an agent asked for. A link shows; only the form on the page
 * decides, which carries a token of the page, comes from the page's own origin, and has the code where one is set.
 */
export function approvalPages({ ledger, accounts, code, now }: ApprovalPagesOptions) {
  const app = new Hono();

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      xFrameOptions: 'DENY',
      referrerPolicy: 'same-origin',
      // The page may stand behind a proxy that speaks TLS, or on this machine without; the proxy knows which.
      strictTransportSecurity: false,
    }),
  );
  app.use(csrf());
  app.use(bodyLimit({ maxSize: maxFormBytes }));
  app.use(async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
  });

  app.get('/approvals/style.css', c => c.body(style, 200, { 'Content-Type': 'text/css; charset=utf-8' }));

  app.get('/approvals', async c => {
    // Whoever has no link to one of them must not learn here what waits, where others than the person can come by.
    if (code !== undefined) return notFound(c);
    return c.html(page('Approvals', html`<h1>Approvals</h1>${waitingView(await waiting())}`));
  });

  app.get('/approvals/:id', async c => {
    const approval = await known(c.req.param('id'));
    return approval ? c.html(await view(approval)) : notFound(c);
  });

  app.post('/approvals/:id', async c => {
    const approval = await known(c.req.param('id'));
    if (!approval) return notFound(c);
    const form = await c.req.parseBody();
    if (!sameSecret(String(form.token ?? ''), tokenOf(approval.id)))
      return c.html(await view(approval, 'This form is not the one that was shown. Decide again.'), 403);
    const problem = await codeProblem(form.code);
    if (problem) return c.html(await view(approval, problem.message), problem.status);
    const decision = decisions.get(String(form.decision));
    if (!decision) return c.html(await view(approval, 'Choose to approve or to refuse.'), 400);
    const by = `on the approval page${code === undefined ? '' : ', with the code'}`;
    const decided = await ledger.decide(
      approval.id,
      { state: decision, by, coded: code !== undefined },
      timestamp(now()),
    );
    if (!decided) return c.html(await view((await known(approval.id)) ?? approval), 409);
    return c.redirect(`/approvals/${approval.id}`, 303);
  });

  async function known(id: string): Promise<Approval | undefined> {
    const approval = await ledger.approval(id);
    return approval && accounts.has(approval.request.account) ? approval : undefined;
  }

  async function waiting(except?: string): Promise<Approval[]> {
    const waiting = [...accounts.keys()].map(account => ledger.waiting(account, timestamp(now())));
    return (await Promise.all(waiting)).flat().filter(({ id }) => id !== except);
  }

  async function view(approval: Approval, problem?: string): Promise<Html> {
    const { request, at, expires, id } = approval;
    const title = visible(request.plan?.does ?? request.tool);
    return page(
      title,
      html`
<p class="soft">An assistant asks for this on ${accounts.get(request.account) ?? ''}.</p>
${problem === undefined ? '' : html`<p class="notice" role="alert">${problem}</p>`}
${request.plan ? planView(request.plan) : html`<h1>${title}</h1>`}
<p class="soft">Asked for by ${visible(request.caller)} with ${request.tool}, ${at}.</p>
${standing(approval) ?? form(id, expires)}
${waitingView(await waiting(id))}`,
    );
  }

  /** What a decision is past; undefined where it can still be made. */
  function standing({ state, expires }: Approval): Html | undefined {
    if (state === 'approved')
      return html`<div role="status"><h2>Approved</h2><p>Go back to the assistant and tell it that you have approved.</p></div>`;
    if (state === 'refused') return html`<div role="status"><h2>Refused</h2><p>Nothing was done.</p></div>`;
    if (expires <= timestamp(now()))
      return html`<div role="status"><h2>Too late</h2><p>This expired at ${expires}. Nothing was done; the assistant can ask again.</p></div>`;
    return undefined;
  }

  function form(id: string, expires: string): Html {
    return html`<form method="post" action="/approvals/${id}">
<input type="hidden" name="token" value="${tokenOf(id)}">
${
  code === undefined
    ? ''
    : html`<label for="code">Approval code</label><input id="code" name="code" type="password" required autocomplete="off" aria-describedby="code-help">
<p class="soft" id="code-help">The code that was set for this server. Do not give it to the assistant.</p>`
}
<div class="choices"><button name="decision" value="refuse">Refuse</button><button class="approve" name="decision" value="approve">Approve</button></div>
<p class="soft">Nothing happens until you decide. This waits until ${expires}.</p>
</form>`;
  }

  /** Why a code does not do; undefined where it does, or where none is set. Wrong ones are counted across processes. */
  async function codeProblem(given: unknown) {
    if (code === undefined) return undefined;
    const right = typeof given === 'string' && sameSecret(given, code);
    if (!(await ledger.tryCode(right, timestamp(now())))) {
      const message = `There were too many wrong codes. Nothing was decided; try again in ${wrongCodes.minutes} minutes.`;
      return { message, status: 429 } as const;
    }
    return right ? undefined : ({ message: 'That is not the code. Nothing was decided.', status: 403 } as const);
  }

  function tokenOf(id: string): string {
    return createHmac('sha256', ledger.key).update(`approval page of ${id}`).digest('base64url');
  }

  return app;
}

const decisions: ReadonlyMap<string, 'approved' | 'refused'> = new Map([
  ['approve', 'approved'],
  ['refuse', 'refused'],
]);

function waitingView(approvals: readonly Approval[]): Html {
  if (approvals.length === 0) return html`<p class="soft">Nothing else waits.</p>`;
  return html`<h2>Also waiting</h2><ul>${approvals.map(
    ({ id, request }) => html`<li><a href="/approvals/${id}">${visible(request.plan?.does ?? request.tool)}</a></li>`,
  )}</ul>`;
}

function notFound(c: Context) {
  return c.html(
    page(
      'Not found',
      html`<h1>There is nothing to approve here</h1><p>It may have been decided long ago. Open the link that the assistant gave you, or ask it for a new one.</p>`,
    ),
    404,
  );
}
