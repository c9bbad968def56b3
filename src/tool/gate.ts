import type { Admitted, Binding, Confirmations, Via } from '../ledger/confirmations.ts';
import type { Requested } from '../ledger/journal.ts';
import type { Ledger, Nonce } from '../ledger/ledger.ts';
import { parseDomainName } from '../model/domain-name.ts';
import { Fault, refuse } from '../model/fault.ts';
import { agreement, type Plan } from '../model/plan.ts';
import { quote } from '../model/text.ts';
import { timestamp } from '../model/timestamp.ts';
import {
  type Answer,
  isTooLarge,
  presentApproval,
  presentPlan,
  type Question,
  question,
  refuseTooLarge,
} from './render.ts';

/** What a client's own dialog brought back for a question of ours. All of it is the client's word. */
export interface Answered {
  readonly state: string;
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content: Readonly<Record<string, unknown>>;
}

/** What a client can show its person: a form of ours in its own dialog, a link to a page. */
export interface Asks {
  readonly form: boolean;
  readonly url: boolean;
}

/** Who decides, and how they can be asked. */
export interface Policy {
  /** `agent`: the value suffices. `human`: a person must accept. */
  readonly confirm: 'agent' | 'human';
  /** Whether a hazard of this kind calls for a person even where the agent confirms. */
  readonly grave: (hazard: string) => boolean;
  /** Whether whoever approves must prove to be a person, which only the page asks for. */
  readonly proof: boolean;
  /** Where the page for an approval is; undefined where there is no page. Opens it on first need. */
  readonly page?: ((id: string) => Promise<URL>) | undefined;
}

/** A call that stands before a destructive or paid act. */
export interface Call {
  readonly binding: Binding;
  readonly request: Requested;
  readonly confirm: string | undefined;
  readonly answered: Answered | undefined;
  /** What the caller's client can show a person. */
  readonly asks: Asks;
  /** Whether a person must accept for this caller, also where the agent does for others. */
  readonly human?: boolean | undefined;
  /** The client, as it calls itself. */
  readonly client: string;
  /** Whether the caller still waits. */
  readonly signal: AbortSignal;
}

/** What the gate comes to: the act may be carried out, or it is shown, or a person is asked. */
export type Decision<P> =
  | {
      readonly pass: P;
      readonly nonce: Nonce;
      readonly confirmed: string;
    }
  | { readonly pass?: undefined; readonly reply: Answer | Question };

/** How a call has to be made good. */
type Way =
  | { readonly via: 'agent' }
  | { readonly via: 'dialog' }
  | { readonly via: 'page'; readonly page: NonNullable<Policy['page']> };

/** A confirmation that was made for this call and can be used, and what still has to hold once it is planned. */
interface Good {
  readonly admitted: Admitted;
  readonly via: Via;
  readonly confirmed: string;
  check?(plan: Plan, request: Requested): void;
  /** Where a person still has to decide: they agreed to open the page, and may not have come to it yet. */
  readonly waiting?: { readonly value: string; readonly link: URL };
}

/** More than a person would look through; a flood would hide what matters, and one caller's would keep out the others. */
const mostWaiting = { ofCaller: 25, inAll: 100 } as const;

/** What to do with a confirmation that is none. */
export const anew = 'This call did nothing. Call again without confirm to see a fresh preview.';

/**
 * Lets a call through only with a value that was issued for the same tool, arguments and caller, for the plan as it
 * still is, that nobody has used and that was made good in the way in which it had to be: by a person, where one must
 * decide. Without one it answers with the plan, or asks. What is forged, expired, used or not approved is turned away
 * before anything is planned, so that it costs no request.
 */
export function openGate(policy: Policy, confirmations: Confirmations, ledger: Ledger, now: () => Date) {
  async function pass<P extends { readonly plan: Plan; readonly names?: readonly string[] }>(
    asked: Call,
    plan: () => Promise<P>,
  ): Promise<Decision<P>> {
    const good = await goodOf(asked);
    // Where a person must decide in any case and cannot be asked, nothing is read.
    const human = needsPerson(asked) ? wayToPerson(asked) : undefined;
    const planned = await plan();
    // What it is about may only be known once it is planned.
    const call = planned.names ? { ...asked, request: { ...asked.request, names: [...planned.names] } } : asked;
    const grave = (planned.plan.hazards ?? []).filter(({ kind }) => policy.grave(kind));
    const way = human ?? (grave.length > 0 ? wayToPerson(call, grave) : ({ via: 'agent' } as const));
    if (call.signal.aborted)
      refuse('cancelled', 'The call was cancelled before anything was done.', 'Call again when it is wanted.');
    // Another call may have used it while this one was planned.
    if (good) await refuseUsed(good.admitted, call);
    // What the agent made good does not suffice where the plan turns out to need a person.
    if (good && (good.via !== 'agent' || way.via === 'agent') && good.admitted.agreesTo(agreement(planned.plan))) {
      const { waiting } = good;
      if (waiting)
        return { reply: presentApproval(call.binding.tool, planned.plan, waiting.value, waiting.link, false) };
      good.check?.(planned.plan, call.request);
      return { pass: planned, nonce: nonceOf(good.admitted), confirmed: good.confirmed };
    }
    return { reply: await ask(call, planned.plan, way, good !== undefined) };
  }

  function needsPerson({ human = false }: Call): boolean {
    return human || policy.confirm === 'human';
  }

  /** How a person can be asked about this call; refuses where there is no way. */
  function wayToPerson({ asks }: Call, grave: readonly { readonly what: string }[] = []): Way {
    if (asks.form && !policy.proof) return { via: 'dialog' };
    if (policy.page) return { via: 'page', page: policy.page };
    const why = grave.map(({ what }) => ` ${what}`).join('');
    if (grave.length > 0)
      refuse(
        'confirm_impossible',
        `A person must decide about this, whatever the agent confirms, and there is no way to ask one here.${why} Nothing was done.`,
        'Tell the person. Whoever runs this server can make a way to ask them, with a client that can (elicitation) or the approval page.',
      );
    refuse(
      'confirm_impossible',
      'A person must decide about this, and there is no way to ask one here. Nothing was done.',
      'Use a client that can ask its user (elicitation), set REGISTRAR_APPROVAL_CODE so that the approval page can be served, or, to let the agent decide, set REGISTRAR_CONFIRM=agent.',
    );
  }

  async function goodOf(call: Call): Promise<Good | undefined> {
    const { confirm, answered } = call;
    if (answered) return await byAnswer(call, answered);
    if (confirm === undefined) return undefined;
    // Only the agent's own values are looked at as such, so that none of the others is taken for less than it is.
    if (!needsPerson(call) && confirmations.admit(confirm, call.binding, 'page') === 'invalid')
      return { admitted: await admit(confirm, call, 'agent'), via: 'agent', confirmed: 'by the agent' };
    return await byPage(call, confirm);
  }

  /** What a client's dialog brought back: a decision, or that the page was opened. */
  async function byAnswer(call: Call, { state, action, content }: Answered): Promise<Good | undefined> {
    const forPage = policy.proof || confirmations.admit(state, call.binding, 'page') !== 'invalid';
    const admitted = forPage ? undefined : await admit(state, call, 'dialog');
    const by = `in a dialog of ${call.client}`;
    if (action === 'decline' || content.decision === 'refuse') {
      if (admitted) await ledger.decline(call.request, nonceOf(admitted), by, timestamp(now()));
      throw declined(`The person declined ${by}.`);
    }
    if (action === 'cancel')
      refuse(
        'declined',
        'The person closed the question without deciding. Nothing was done.',
        'Ask them what they want.',
      );
    if (!admitted) return await byPage(call, state, true);
    return {
      admitted,
      via: 'dialog',
      confirmed: `by a person ${by}`,
      check: (plan, request) => checkTyped(plan, request, content),
    };
  }

  async function byPage(call: Call, value: string, opened = false): Promise<Good> {
    const admitted = await admit(value, call, 'page');
    const approval = await ledger.approval(admitted.nonce);
    if (approval?.state === 'approved' && (approval.proven || !policy.proof))
      return { admitted, via: 'page', confirmed: `by a person ${approval.by}` };
    if (approval?.state === 'refused') throw declined(`The person refused ${approval.by}.`);
    const link = await policy.page?.(admitted.nonce);
    if (opened && link && approval) return { admitted, via: 'page', confirmed: '', waiting: { value, link } };
    return refuse(
      'not_approved_yet',
      `Nobody has approved this yet${link ? `; the page is ${link.href}` : ''}. Nothing was done.`,
      'Ask the person to open the page and decide, then repeat this call.',
    );
  }

  async function admit(value: string, call: Call, via: Via): Promise<Admitted> {
    const admitted = confirmations.admit(value, call.binding, via);
    if (admitted === 'invalid')
      refuse('confirm_invalid', 'The confirm value was not issued for this tool with these arguments.', anew);
    if (admitted === 'expired') refuse('confirm_expired', 'The confirm value has expired.', anew);
    await refuseUsed(admitted, call);
    return admitted;
  }

  async function refuseUsed({ nonce }: Admitted, { binding }: Call): Promise<void> {
    const entry = await ledger.usedBy(nonce);
    if (entry === undefined) return;
    const act = await ledger.act(binding.account, entry);
    const became = `What the call that used it did is entry ${entry} of the journal (${act?.outcome}).`;
    refuse('confirm_used', `This confirm value has been used; each is good for one call. ${became}`, anew);
  }

  async function ask(
    { binding, request, asks }: Call,
    plan: Plan,
    way: Way,
    changed: boolean,
  ): Promise<Answer | Question> {
    const issued = confirmations.issue(binding, way.via, agreement(plan));
    if (way.via === 'agent') return presentPlan(binding.tool, plan, issued.value, changed);
    if (way.via === 'dialog') return question(plan, typedName(plan, request), issued.value, changed);
    const waiting = await ledger.waiting(binding.account, timestamp(now()));
    const own = waiting.filter(({ request: { caller } }) => caller === binding.caller).length;
    if (own >= mostWaiting.ofCaller || waiting.length >= mostWaiting.inAll)
      refuse(
        'confirm_impossible',
        `${Math.max(own, waiting.length)} calls wait for approval already. Nothing was done.`,
        'Wait until the person has decided about those, or they have expired.',
      );
    const link = await way.page(issued.nonce);
    const answer = presentApproval(binding.tool, plan, issued.value, link, changed);
    const asked = asks.url && !changed;
    // What its caller never gets to see is not to wait for a person.
    if (!asked && isTooLarge(answer)) refuseTooLarge();
    await ledger.addApproval({
      id: issued.nonce,
      at: timestamp(now()),
      expires: timestamp(issued.expires),
      request: { ...request, plan },
    });
    return asked
      ? {
          ask: { mode: 'url', message: `${plan.does} A person must approve this.`, url: link.href },
          state: issued.value,
        }
      : answer;
  }

  return { pass };
}

export type Gate = ReturnType<typeof openGate>;

/** A purchase, and what is dangerous, is accepted by typing the name; what can be undone by choosing. */
function typedName({ cost, hazards = [] }: Plan, { names }: Requested): string | undefined {
  return cost === undefined && hazards.length === 0 ? undefined : names[0];
}

function checkTyped(plan: Plan, request: Requested, { decision, domain_name }: Answered['content']): void {
  const wanted = typedName(plan, request);
  if (wanted === undefined ? decision === 'approve' : isName(domain_name, wanted)) return;
  const given = typeof domain_name === 'string' ? quote(domain_name) : 'nothing';
  refuse(
    'declined',
    wanted === undefined
      ? 'The dialog came back without an approval. Nothing was done.'
      : `To accept, the person had to type ${wanted}, and what came back was ${given}. Nothing was done.`,
    'Ask the person what they want, then call again.',
  );
}

/** Whether a name was typed, in either of its forms. */
function isName(typed: unknown, wanted: string): boolean {
  const name = parseDomainName(typeof typed === 'string' ? typed : '');
  return 'ok' in name && name.ok === wanted;
}

function nonceOf({ nonce, expires }: Admitted): Nonce {
  return { value: nonce, expires: timestamp(expires) };
}

function declined(message: string): Fault {
  return new Fault(
    'declined',
    `${message} Nothing was done.`,
    'Do not ask again for the same; ask the person what they want instead.',
  );
}
