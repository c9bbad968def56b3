import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decide, visit } from './support/browser.ts';
import { message } from './support/calls.ts';
import { type Answer, noon, openWorld, type Person, type World } from './support/world.ts';

/** A person decides: in a dialog of the client's, or on the approval page. */
const purchase = { domain_name: 'fresh-loaf.com' };
const unlocking = { domain_name: 'glue-works.net' };
const form = { elicitation: { form: {} } };

let agent: World;
beforeEach(async () => {
  agent = await openWorld({ confirm: 'human' });
});
afterEach(async () => await agent.close());

/** A person who is asked in a dialog, and what they were asked. */
function person(answer: Person['answer'], capabilities: Person['capabilities'] = form) {
  const asked: Parameters<Person['answer']>[0][] = [];
  const at: Person = {
    capabilities,
    answer(params) {
      asked.push(params);
      return answer(params);
    },
  };
  return { asked, at };
}

const accept = (content: Record<string, string>) => () => ({ action: 'accept' as const, content });

describe('in a dialog of the client', () => {
  test('a purchase is asked about with its plan, its price and what is left, and accepted by typing the name', async () => {
    await agent.close();
    agent = await openWorld({ confirm: 'human', budget: { perDay: { cents: 5000, currency: 'USD' } } });
    const { asked, at } = person(accept({ domain_name: ' Fresh-Loaf.com ' }));
    const bought = await agent.call('domain_create', purchase, await agent.connect(at));
    expect(bought).toSucceed(/Registered fresh-loaf\.com/);
    expect(asked).toMatchObject([
      {
        message: expect.stringMatching(
          /Register fresh-loaf\.com for 1 year\.\nCost: 9\.99 USD[\s\S]*Budget: 50\.00 USD of today's 50\.00 USD is left[\s\S]*To accept, type fresh-loaf\.com\./,
        ),
        requestedSchema: { properties: { domain_name: { type: 'string' } }, required: ['domain_name'] },
      },
    ]);
    expect((await agent.call('journal', { entry: 1 })).text).toContain('by a person in a dialog of test 1.0.0');
  });

  test('a name of other letters is typed as people write it', async () => {
    const { asked, at } = person(accept({ domain_name: 'Café-Loaf.com' }));
    const bought = await agent.call('domain_create', { domain_name: 'café-loaf.com' }, await agent.connect(at));
    expect(bought).toSucceed(/Registered xn--caf-loaf-d1a\.com/);
    expect(asked[0]?.message).toMatch(/To accept, type xn--caf-loaf-d1a\.com or café-loaf\.com\.$/);
  });

  test('what can be undone is accepted by choosing', async () => {
    const { asked, at } = person(accept({ decision: 'approve' }));
    expect(await agent.call('domain_unlock', unlocking, await agent.connect(at))).toSucceed(/^Unlocked /);
    expect(asked).toMatchObject([{ requestedSchema: { properties: { decision: { enum: ['approve', 'refuse'] } } } }]);
  });

  test.each<[string, Person['answer']]>([
    ['declines', () => ({ action: 'decline' })],
    ['cancels', () => ({ action: 'cancel' })],
    ['accepts without a word', () => ({ action: 'accept' })],
    ['types another name', accept({ domain_name: 'other-loaf.com' })],
    ['types nothing', accept({ domain_name: '' })],
    ['types yes', accept({ domain_name: 'yes', decision: 'approve', confirm: 'true' })],
    ['chooses to refuse', accept({ decision: 'refuse', domain_name: 'fresh-loaf.com' })],
  ])('nothing is bought when the person %s', async (_how, answer) => {
    const { asked, at } = person(answer);
    expect(await agent.call('domain_create', purchase, await agent.connect(at))).toRefuse(
      'declined',
      /Nothing was done/,
    );
    expect(asked).toHaveLength(1);
  });

  test.each<[string, Person['answer']]>([
    ['refuses', accept({ decision: 'refuse' })],
    ['accepts without a choice', accept({})],
    ['types the name', accept({ domain_name: 'glue-works.net' })],
  ])('nothing is unlocked when the person %s', async (_how, answer) => {
    const { at } = person(answer);
    expect(await agent.call('domain_unlock', unlocking, await agent.connect(at))).toRefuse('declined');
  });

  test('that they declined is in the journal', async () => {
    const { at } = person(() => ({ action: 'decline' }));
    await agent.call('domain_create', purchase, await agent.connect(at));
    expect((await agent.call('journal')).structured).toMatchObject({
      acts: [{ tool: 'domain_create', outcome: 'declined', about: 'fresh-loaf.com' }],
    });
  });

  test('a client that declares a dialog and has none gets nothing done', async () => {
    const { at } = person(() => {
      throw new Error('no such method');
    });
    const client = await agent.connect(at);
    await expect(agent.call('domain_create', purchase, client)).rejects.toThrow();
    expect(agent.sandbox.seen).not.toContain('POST /api/domain/create');
  });

  test('a person who takes more than ten minutes is too late', async () => {
    const { at } = person(() => {
      agent.clock.now = new Date(noon.getTime() + 601_000);
      return { action: 'accept', content: purchase };
    });
    expect(await agent.call('domain_create', purchase, await agent.connect(at))).toRefuse('confirm_expired');
  });

  test('where the plan moves while the person thinks, they are asked again', async () => {
    const host = { domain_name: 'glue-works.net', hostname: 'ns9' };
    await agent.call('host_create', { ...host, ip: '192.0.2.9' });
    const { asked, at } = person(async () => {
      if (asked.length === 1) await agent.call('host_add_ip', { ...host, ip: '192.0.2.99' });
      return { action: 'accept', content: { decision: 'approve' } };
    });
    expect(await agent.call('host_delete', host, await agent.connect(at))).toSucceed(/Deleted/);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.message).toMatch(/^Since it was shown the plan has changed[\s\S]*192\.0\.2\.99/);
  });
});

describe('what travels with a question', () => {
  /** Calls as a client that speaks the protocol by hand: it has the state, and answers as it likes. */
  async function raw(params: Record<string, unknown>) {
    const response = await agent.handler.fetch(
      new Request('http://localhost/mcp', message('tools/call', params, { declares: form })),
    );
    const { result, error } = JSON.parse(await response.text());
    return result ?? error;
  }
  const ask = (name: string, args: object) => raw({ name, arguments: args });
  const answer = (name: string, args: object, requestState: string, content: object) =>
    raw({ name, arguments: args, requestState, inputResponses: { decision: { action: 'accept', content } } });
  const acted = () =>
    agent.sandbox.seen.filter(request => /POST \/api\/(?:domain\/(?:create|unlock)|order)/.test(request));

  test('is good once', async () => {
    const { requestState } = await ask('domain_unlock', unlocking);
    const approve = { decision: 'approve' };
    expect((await answer('domain_unlock', unlocking, requestState, approve)).isError).toBeUndefined();
    await agent.call('domain_lock', unlocking);
    const again = await answer('domain_unlock', unlocking, requestState, approve);
    expect(again.content[0].text).toMatch(/has been used.*entry 1 of the journal \(done\).*\(confirm_used\)/);
    expect(acted()).toHaveLength(1);
  });

  test('is good for no other call, and no forgery is', async () => {
    const { requestState } = await ask('domain_create', purchase);
    const other = { domain_name: 'other-loaf.com' };
    for (const [name, args, state, content] of [
      ['domain_create', other, requestState, other],
      ['domain_create', { ...purchase, period: 2 }, requestState, purchase],
      ['domain_unlock', unlocking, requestState, { decision: 'approve' }],
      ['domain_create', purchase, `${requestState}A`, purchase],
      ['domain_create', purchase, 'v1.forged', purchase],
      ['domain_create', purchase, '', purchase],
    ] as const) {
      // The state is the client's to carry, so this is no answer for a model (SEP-2322).
      expect(await answer(name, args, state, content)).toMatchObject({
        code: -32602,
        message: expect.stringMatching(/\(confirm_invalid\)/),
      });
    }
    expect(acted()).toEqual([]);
  });

  test('answers without a question are not heard', async () => {
    const inputResponses = { decision: { action: 'accept', content: purchase } };
    const asked = await raw({ name: 'domain_create', arguments: purchase, inputResponses });
    expect(asked.resultType).toBe('input_required');
    expect(acted()).toEqual([]);
  });

  test('the state of a question is no confirm value, and a confirm value no state', async () => {
    const { requestState } = await ask('domain_create', purchase);
    expect(await agent.call('domain_create', { ...purchase, confirm: requestState })).toRefuse('confirm_invalid');
    const shown = await agent.call('domain_create', purchase);
    const smuggled = await answer('domain_create', purchase, String(shown.structured?.confirm), purchase);
    expect(smuggled.content[0].text).toMatch(/Nothing was done yet\. A person must approve this/);
    expect(acted()).toEqual([]);
  });
});

/** The link in an answer, with the value that it would make good. */
function linkIn({ structured }: Answer): { link: string; confirm: string } {
  return { link: String(structured?.approve_at), confirm: String(structured?.confirm) };
}

describe('on the approval page', () => {
  test('a client that cannot ask is given a link, and the value is good once a person has approved', async () => {
    const shown = await agent.call('domain_create', purchase);
    expect(shown.structured).toMatchObject({ status: 'needs_approval', plan: { cost: '9.99 USD' } });
    expect(shown.text).toMatch(
      /A person must approve this: give them the link[\s\S]*\napprove_at: http:\/\/127\.0\.0\.1:9999\/approvals\/\S+\nconfirm: /,
    );
    const { link, confirm } = linkIn(shown);
    expect(confirm).not.toContain(link.split('/').at(-1));
    const early = await agent.call('domain_create', { ...purchase, confirm });
    expect(early).toRefuse('not_approved_yet', new RegExp(`the page is ${link}`));
    expect(early.requests).toEqual([]);
    expect((await decide(agent, link, { decision: 'approve' })).text).toContain('Approved');
    expect(await agent.call('domain_create', { ...purchase, confirm })).toSucceed(/Registered/);
    expect(await agent.call('domain_create', { ...purchase, confirm })).toRefuse('confirm_used');
    expect((await agent.call('journal', { entry: 1 })).text).toContain('by a person on the approval page');
  });

  test('refused, it stays refused, and is in the journal', async () => {
    const { link, confirm } = linkIn(await agent.call('domain_create', purchase));
    expect((await decide(agent, link, { decision: 'refuse' })).text).toContain('Refused');
    expect(await agent.call('domain_create', { ...purchase, confirm })).toRefuse(
      'declined',
      /The person refused on the approval page/,
    );
    expect((await decide(agent, link, { decision: 'approve' })).text).toContain('Refused');
    expect(await agent.call('domain_create', { ...purchase, confirm })).toRefuse('declined');
    expect((await agent.call('journal')).structured).toMatchObject({ acts: [{ outcome: 'declined' }] });
  });

  test('an approval is for the plan that was shown', async () => {
    const host = { domain_name: 'glue-works.net', hostname: 'ns1' };
    const { link, confirm } = linkIn(await agent.call('host_delete', host));
    await decide(agent, link, { decision: 'approve' });
    await agent.call('host_add_ip', { ...host, ip: '192.0.2.99' });
    const anew = await agent.call('host_delete', { ...host, confirm });
    expect(anew.structured).toMatchObject({ status: 'needs_approval' });
    expect(anew.requests.filter(request => request.startsWith('POST'))).toEqual([]);
    expect(linkIn(anew).link).not.toBe(link);
  });

  test('after ten minutes neither page nor value is good', async () => {
    const { link, confirm } = linkIn(await agent.call('domain_create', purchase));
    agent.clock.now = new Date(noon.getTime() + 601_000);
    expect((await decide(agent, link, { decision: 'approve' })).text).toContain('Too late');
    expect(await agent.call('domain_create', { ...purchase, confirm })).toRefuse('confirm_expired');
  });

  test('a client that can open pages is asked to, and the call goes on where it was approved', async () => {
    const { asked, at } = person(
      async params => {
        await decide(agent, 'url' in params ? params.url : '', { decision: 'approve' });
        return { action: 'accept' };
      },
      { elicitation: { url: {} } },
    );
    expect(await agent.call('domain_create', purchase, await agent.connect(at))).toSucceed(/Registered/);
    expect(asked).toMatchObject([{ mode: 'url', message: expect.stringContaining('Register fresh-loaf.com') }]);
  });

  test('a person who opens it and takes their time approves what the agent then repeats', async () => {
    const { at } = person(() => ({ action: 'accept' }), { elicitation: { url: {} } });
    const shown = await agent.call('domain_create', purchase, await agent.connect(at));
    expect(shown.structured).toMatchObject({ status: 'needs_approval' });
    const { link, confirm } = linkIn(shown);
    await decide(agent, link, { decision: 'approve' });
    expect(await agent.call('domain_create', { ...purchase, confirm })).toSucceed(/Registered/);
  });

  test.each([
    ['declines to open it', 'decline', 'declined'],
    ['closes the question', 'cancel', 'declined'],
  ] as const)('nothing happens when the person %s', async (_how, action, code) => {
    const { at } = person(() => ({ action }), { elicitation: { url: {} } });
    expect(await agent.call('domain_create', purchase, await agent.connect(at))).toRefuse(code);
  });
});

describe('with an approval code', () => {
  beforeEach(async () => {
    await agent.close();
    agent = await openWorld({ confirm: 'human', approvalCode: 'correct-horse' });
  });

  test('every approval is given on the page: a dialog could not ask for the code', async () => {
    const { asked, at } = person(accept(purchase));
    const shown = await agent.call('domain_create', purchase, await agent.connect(at));
    expect(shown.structured).toMatchObject({ status: 'needs_approval' });
    expect(asked).toEqual([]);
  });

  test('only the code approves, and only it refuses', async () => {
    const { link, confirm } = linkIn(await agent.call('domain_create', purchase));
    for (const decision of ['approve', 'refuse']) {
      const denied = await decide(agent, link, { decision, code: 'wrong-horse' });
      expect(denied).toMatchObject({ status: 403, text: expect.stringContaining('That is not the code.') });
    }
    expect((await decide(agent, link, { decision: 'approve' })).status).toBe(403);
    expect(await agent.call('domain_create', { ...purchase, confirm })).toRefuse('not_approved_yet');
    expect((await decide(agent, link, { decision: 'approve', code: 'correct-horse' })).status).toBe(200);
    expect(await agent.call('domain_create', { ...purchase, confirm })).toSucceed();
    expect((await agent.call('journal', { entry: 1 })).text).toContain('on the approval page, with the code');
  });

  test('after five wrong ones none is looked at for ten minutes, however many come at once', async () => {
    const { link, confirm } = linkIn(await agent.call('domain_create', purchase));
    const tries = await Promise.all(
      Array.from({ length: 20 }, (_, at) => decide(agent, link, { decision: 'approve', code: `guess-${at}` })),
    );
    expect(tries.filter(({ status }) => status === 403)).toHaveLength(5);
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(15);
    expect((await decide(agent, link, { decision: 'approve', code: 'correct-horse' })).status).toBe(429);
    expect(await agent.call('domain_create', { ...purchase, confirm })).toRefuse('not_approved_yet');
    agent.clock.now = new Date(noon.getTime() + 601_000);
    const { link: later } = linkIn(await agent.call('domain_create', purchase));
    expect((await decide(agent, later, { decision: 'approve', code: 'correct-horse' })).status).toBe(200);
  });

  test('without a link nothing is listed', async () => {
    await agent.call('domain_create', purchase);
    const { status, text } = await visit(agent, 'http://127.0.0.1:9999/approvals');
    expect(status).toBe(404);
    expect(text).not.toContain('fresh-loaf');
  });
});

test('where nobody can be asked it is refused at once, with what to set', async () => {
  await agent.close();
  agent = await openWorld({ confirm: 'human' }, { pagesAt: undefined });
  for (const [tool, args] of [
    ['domain_create', purchase],
    ['domain_unlock', unlocking],
  ] as const) {
    const refused = await agent.call(tool, args);
    expect(refused).toRefuse('confirm_impossible', /REGISTRAR_APPROVAL_CODE.*REGISTRAR_CONFIRM=agent/);
    expect(refused.requests).toEqual([]);
  }
  const { link } = { link: 'x' };
  expect(await agent.call('domain_create', { ...purchase, confirm: link })).toRefuse('confirm_invalid');
});

describe('the page itself', () => {
  test('shows the plan, what else waits, and escapes what came from outside', async () => {
    await agent.call('domain_create', { domain_name: 'other-loaf.com' });
    const contacts = [{ type: ['billing'], first_name: '<script>alert(1)</script>' }];
    const { link } = linkIn(await agent.call('domain_update_contacts', { domain_name: 'harbor-bakery.com', contacts }));
    const { text, headers } = await visit(agent, link);
    expect(text).not.toContain('<script>');
    expect(text).toContain('&lt;script&gt;');
    expect(text).toContain('Register other-loaf.com for 1 year.');
    expect(headers.get('Content-Security-Policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('X-Frame-Options')).toBe('DENY');
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect((await visit(agent, 'http://127.0.0.1:9999/approvals')).text).toContain(
      'Change the contacts of harbor-bakery.com.',
    );
  });

  test('is deaf to forms from elsewhere', async () => {
    const { link, confirm } = linkIn(await agent.call('domain_create', purchase));
    const approve = { decision: 'approve' };
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'http://127.0.0.1:1' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site' },
      {},
    ]) {
      expect((await decide(agent, link, approve, { ...headers })).status).toBe(403);
    }
    expect((await decide(agent, link, { ...approve, token: 'guessed' })).status).toBe(403);
    expect((await decide(agent, link, { decision: 'perhaps' })).status).toBe(400);
    expect((await decide(agent, link, { ...approve, padding: 'x'.repeat(5000) })).status).toBe(413);
    expect((await decide(agent, link.replace(/[^/]+$/, 'unknown'), approve)).status).toBe(404);
    expect(await agent.call('domain_create', { ...purchase, confirm })).toRefuse('not_approved_yet');
  });

  test('opening a link decides nothing, however often it is opened', async () => {
    const { link, confirm } = linkIn(await agent.call('domain_create', purchase));
    for (const suffix of ['', '?decision=approve', '?decision=approve&token=x']) await visit(agent, link + suffix);
    expect(await agent.call('domain_create', { ...purchase, confirm })).toRefuse('not_approved_yet');
  });
});

test('a flood of calls does not bury what waits', async () => {
  for (let at = 0; at < 25; at += 1) expect((await agent.call('domain_unlock', unlocking)).isError).toBe(false);
  expect(await agent.call('domain_unlock', unlocking)).toRefuse('confirm_impossible', /25 calls wait for approval/);
});

test('a state that was declined is used up', async () => {
  const args = { domain_name: 'declined-loaf.com' };
  let answers = 0;
  const { at, asked } = person(() => {
    answers += 1;
    return answers === 1 ? { action: 'decline' } : { action: 'accept', content: args };
  });
  const client = await agent.connect(at);
  expect(await agent.call('domain_create', args, client)).toRefuse('declined');
  expect(await agent.call('domain_create', args, client)).toSucceed();
  expect(asked).toHaveLength(2);
});

test('an approval without the code is none where a code is set', async () => {
  const { link, confirm } = linkIn(await agent.call('domain_create', purchase));
  await decide(agent, link, { decision: 'approve' });
  const registrar = {
    kind: 'account' as const,
    url: agent.sandbox.url,
    place: 'test',
    credentials: agent.sandbox.credentials,
  };
  const stateDir = `${agent.directory}/state`;
  const strict = await openWorld({ confirm: 'human', approvalCode: 'correct-horse', registrar, stateDir });
  expect(await strict.call('domain_create', { ...purchase, confirm })).toRefuse('not_approved_yet');
  await strict.close();
});
