import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Approval } from '../ledger/approvals.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { visible } from '../model/text.ts';
import { timestamp } from '../model/timestamp.ts';
import { sameSecret } from '../same-secret.ts';
import { type Html, page, style } from './layout.ts';
import { planView } from './plan-view.ts';
import { nameOf, type Visitor, type Visitors } from './visitors.ts';

export interface ApprovalPagesOptions {
  readonly ledger: Ledger;
  /** The accounts whose approvals are shown, as the ledger knows them, in words. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly visitors: Visitors;
  readonly now: () => Date;
}

/**
 * The pages on which a person approves or refuses what an agent asked for. A link shows; only the form on the page
 * decides, which carries a token of the page, comes from the page's own origin, and from a person who is signed in or has the
 * code, where either is set.
 */
export function approvalPages({ ledger, accounts, visitors, now }: ApprovalPagesOptions) {
  const app = new Hono();
  const { signIn, asksCode } = visitors;

  app.get('/approvals/style.css', c => c.body(style, 200, { 'Content-Type': 'text/css; charset=utf-8' }));

  if (signIn) app.route('/approvals', signIn.app);

  app.get('/approvals', async c => {
    // Whoever has no link to one of them must not learn here what waits, where others than the person can come by.
    const who = await visitors.visitor(c);
    if (signIn && !who.person) return c.redirect(signIn.path('/approvals'), 303);
    if (!signIn && asksCode && !who.hasCode) return notFound(c);
    return c.html(page('Approvals', html`<h1>Approvals</h1>${waitingView(await waiting(who))}`));
  });

  app.get('/approvals/:id', async c => {
    const approval = await known(c.req.param('id'));
    if (!approval) return notFound(c);
    const who = await visitors.visitor(c);
    if (signIn && !asksCode && !who.person) return c.redirect(signIn.path(`/approvals/${approval.id}`), 303);
    return c.html(await view(approval, who));
  });

  app.post('/approvals/:id', async c => {
    const approval = await known(c.req.param('id'));
    if (!approval) return notFound(c);
    const who = await visitors.visitor(c);
    // Where only a sign-in counts, who may not decide is not shown the plan, and decides nothing.
    if (signIn && !asksCode && !visitors.decides(who, approval.request.caller))
      return c.html(
        page(
          'Not yours to decide',
          html`<h1>Nothing was decided</h1><p><a href="${signIn.path(`/approvals/${approval.id}`)}">Sign in</a> as somebody who may, then decide again.</p>`,
        ),
        403,
      );
    const form = await c.req.parseBody();
    if (!sameSecret(String(form.token ?? ''), tokenOf(approval.id)))
      return c.html(await view(approval, who, 'This form is not the one that was shown. Decide again.'), 403);
    const signedIn = visitors.decides(who, approval.request.caller);
    const problem = signedIn ? undefined : await visitors.codeProblem(form.code);
    if (problem) return c.html(await view(approval, who, problem.message), problem.status);
    const decision = decisions.get(String(form.decision));
    if (!decision) return c.html(await view(approval, who, 'Choose to approve or to refuse.'), 400);
    const how = signedIn ? `, by ${nameOf(who)}` : asksCode ? ', with the code' : '';
    const by = `on the approval page${how}`;
    const decided = await ledger.decide(
      approval.id,
      { state: decision, by, proven: signedIn || asksCode },
      timestamp(now()),
    );
    if (!decided) return c.html(await view((await known(approval.id)) ?? approval, who), 409);
    return c.redirect(`/approvals/${approval.id}`, 303);
  });

  async function known(id: string): Promise<Approval | undefined> {
    const approval = await ledger.approval(id);
    return approval && accounts.has(approval.request.account) ? approval : undefined;
  }

  /** What waits, for whoever may know of it. */
  async function waiting(who: Visitor, except?: string): Promise<Approval[]> {
    const waiting = [...accounts.keys()].map(account => ledger.waiting(account, timestamp(now())));
    const others = (await Promise.all(waiting)).flat().filter(({ id }) => id !== except);
    return others.filter(({ request }) => visitors.mayKnow(who, request.caller));
  }

  async function view(approval: Approval, who: Visitor, problem?: string): Promise<Html> {
    const { request, at, id } = approval;
    const title = visible(request.plan?.does ?? request.tool);
    return page(
      title,
      html`
<p class="soft">An assistant asks for this on ${accounts.get(request.account) ?? ''}.</p>
${problem === undefined ? '' : html`<p class="notice" role="alert">${problem}</p>`}
${request.plan ? planView(request.plan) : html`<h1>${title}</h1>`}
<p class="soft">Asked for by ${visible(request.caller)} with ${request.tool}, ${at}.</p>
${standing(approval) ?? decisionView(approval, who)}
${waitingView(await waiting(who, id))}
${who.person ? signOut(who) : ''}`,
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

  /** The form, for who can decide; what they need for that, for who cannot. */
  function decisionView(approval: Approval, who: Visitor): Html {
    const signedIn = visitors.decides(who, approval.request.caller);
    if (!signedIn && !asksCode && signIn)
      return html`<p class="notice" role="alert">${nameOf(who)} cannot approve this: it was asked for by somebody else's assistant. Whoever runs this server names approvers in REGISTRAR_APPROVERS.</p>`;
    return html`${signedIn || !signIn || who.person ? '' : html`<p><a href="${signIn.path(`/approvals/${approval.id}`)}">Sign in</a> to decide, or type the code.</p>`}${form(approval, signedIn)}`;
  }

  function form({ id, expires }: Approval, signedIn: boolean): Html {
    return html`<form method="post" action="/approvals/${id}">
<input type="hidden" name="token" value="${tokenOf(id)}">
${
  !asksCode || signedIn
    ? ''
    : // Enter presses the first button of a form: with the code alone nothing is decided yet.
      html`<button name="decision" value="" hidden>Decide</button><label for="code">Approval code</label><input id="code" name="code" type="password" required autocomplete="off" aria-describedby="code-help">
<p class="soft" id="code-help">The code that was set for this server. Do not give it to the assistant.</p>`
}
<div class="choices"><button name="decision" value="refuse">Refuse</button><button class="approve" name="decision" value="approve">Approve</button></div>
<p class="soft">Nothing happens until you decide. This waits until ${expires}.</p>
</form>`;
  }

  function tokenOf(id: string): string {
    return visitors.sealed(`approval page of ${id}`);
  }

  return { app, waiting };
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

function signOut(who: Visitor): Html {
  return html`<form method="post" action="/approvals/sign-out"><p class="soft">You are signed in as ${nameOf(who)}.</p><button>Sign out</button></form>`;
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
