import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Config } from '#config/config.ts';
import { noon, openWorld, type World } from './support/world.ts';

/** The pages at `/`: what they show, to whom, and that they do nothing. */
const origin = 'http://127.0.0.1:9999';
let world: World;
afterEach(() => world.close());

async function open(changes: Partial<Config> = {}): Promise<World> {
  world = await openWorld(changes);
  return world;
}

/** A browser with its cookies. */
function browser() {
  const jar = new Map<string, string>();
  return {
    jar,
    async go(path: string, form?: Record<string, string>, headers: Record<string, string> = {}) {
      const Cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const body = form && { method: 'POST', body: new URLSearchParams(form) };
      const sent = { headers: { Cookie, ...(form && { Origin: origin }), ...headers }, ...body };
      const reply = await world.composed.pages(new Request(new URL(path, origin), sent));
      for (const cookie of reply.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      return { status: reply.status, text: await reply.text(), headers: reply.headers };
    },
  };
}

const places = ['/', '/portfolio', '/journal', '/budget', '/zone?domain_name=harbor-bakery.com'];

describe('at one’s own machine', () => {
  test('the account, the budget, the journal, a zone and all names are shown, and nothing is done', async () => {
    await open();
    await world.confirmed('domain_create', { domain_name: 'fresh-loaf.com' });
    const before = world.sandbox.seen.length;
    const me = browser();
    expect((await me.go('/')).text).toMatch(/Credit<\/dt><dd>240\.01 USD.*Spent today<\/dt><dd>9\.99 USD/s);
    expect((await me.go('/budget')).text).toMatch(/Spent today<\/dt><dd>9\.99 USD/);
    expect((await me.go('/journal')).text).toMatch(/href="\/journal\?entry=1">1\. Register fresh-loaf\.com/);
    expect((await me.go('/journal?entry=1')).text).toMatch(/Confirmed<\/dt><dd>by the agent.*The plan/s);
    expect((await me.go('/zone?domain_name=harbor-bakery.com')).text).toContain('mx1.mailhost.example');
    expect((await me.go('/portfolio')).text).toContain('fresh-loaf.com');
    expect(world.sandbox.seen.slice(before).every(request => request.startsWith('GET '))).toBe(true);
    expect((await me.go('/journal')).text).not.toContain('2. ');
  });

  test('what waits for a person is there', async () => {
    await open({ confirm: 'human' });
    await world.call('domain_create', { domain_name: 'fresh-loaf.com' });
    expect((await browser().go('/')).text).toMatch(/href="\/approvals\/[\w-]+">Register fresh-loaf\.com for 1 year\./);
  });

  test('what cannot be read is said in the server’s words', async () => {
    await open();
    const me = browser();
    expect((await me.go('/journal?entry=99')).text).toContain('The journal has no act 99.');
    expect((await me.go('/journal?before=x')).text).toContain('(invalid_input)');
    expect((await me.go('/zone?domain_name=not-ours.com')).text).toContain('not-ours.com');
    expect((await me.go('/portfolio?cursor=x')).text).toContain('cursor');
    expect((await me.go('/budget?account=other')).status).toBe(404);
  });

  test('a toolset that is not served has no page in the head', async () => {
    await open({ toolsets: ['account'] });
    const { text } = await browser().go('/');
    expect(text).toMatch(/Credit<\/dt>/);
    expect(text).not.toMatch(/href="\/(?:journal|budget|portfolio)/);
  });

  test('nothing of another site gets at them from within its own pages', async () => {
    await open();
    const { go } = browser();
    const before = world.sandbox.seen.length;
    for (const [site, dest, status] of [
      ['cross-site', 'image', 403],
      ['cross-site', 'iframe', 403],
      ['same-site', 'empty', 403],
      ['cross-site', 'document', 200],
      ['same-origin', 'document', 200],
    ] as const)
      expect((await go('/budget', undefined, { 'Sec-Fetch-Site': site, 'Sec-Fetch-Dest': dest })).status).toBe(status);
    expect(world.sandbox.seen.length).toBe(before);
    const { headers } = await go('/');
    expect(headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect((await go('/approvals')).headers.get('Content-Security-Policy')).not.toContain('script-src');
  });

  test('a link on another site makes the server ask no more than a page needs', async () => {
    await open();
    const asked = async (path: string, site: string) => {
      const before = world.sandbox.seen.length;
      const headers = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Dest': 'document' };
      const { status, text } = await browser().go(path, undefined, headers);
      return { status, text, requests: world.sandbox.seen.length - before };
    };
    const deep = '/portfolio?depth=domains';
    expect(await asked(deep, 'cross-site')).toMatchObject({ status: 200, requests: 1 });
    expect((await asked(deep, 'same-origin')).requests).toBeGreaterThan(10);
    const checked = '/zone?domain_name=harbor-bakery.com&check=yes';
    expect((await asked(checked, 'same-site')).text).not.toContain('dns_check');
    expect((await asked(checked, 'none')).text).toContain('dns_check');
  });

  test('hostile text stays in the attribute that it is handed over in', async () => {
    await open();
    const content = "'></main><script>alert(1)</script>";
    const made = await world.call('dns_create', {
      domain_name: 'harbor-bakery.com',
      host: 'trap',
      type: 'TXT',
      content,
    });
    expect(made.isError, made.text).toBe(false);
    const { text } = await browser().go('/zone?domain_name=harbor-bakery.com');
    expect(text).toContain('trap');
    expect(text).not.toContain('<script>alert');
  });
});

describe('with an approval code', () => {
  const code = 'correct-horse';

  test('nobody is shown anything before they have typed it', async () => {
    await open({ approvalCode: code, confirm: 'human' });
    await world.call('domain_create', { domain_name: 'fresh-loaf.com' });
    const before = world.sandbox.seen.length;
    const { go } = browser();
    for (const place of places) {
      const { status, text } = await go(place);
      expect([status, text]).toEqual([403, expect.stringContaining('Approval code')]);
      expect(text).not.toMatch(/fresh-loaf|harbor|USD/);
    }
    expect(world.sandbox.seen.length).toBe(before);
  });

  test('it opens them for an hour, and approves nothing by that', async () => {
    await open({ approvalCode: code, confirm: 'human' });
    const { structured } = await world.call('domain_create', { domain_name: 'fresh-loaf.com' });
    const me = browser();
    expect((await me.go('/enter', { code })).status).toBe(303);
    expect((await me.go('/')).text).toContain('Register fresh-loaf.com');
    for (const place of places) expect((await me.go(place)).status).toBe(200);
    const link = new URL(String(structured?.approve_at)).pathname;
    const token = /name="token" value="([^"]+)"/.exec((await me.go(link)).text)?.[1] ?? '';
    expect((await me.go(link, { token, decision: 'approve' })).status).toBe(403);
    world.clock.now = new Date(noon.getTime() + 3_601_000);
    expect((await me.go('/')).status).toBe(403);
  });

  test('wrong ones are counted, but keep nobody from approving who knows what waits', async () => {
    await open({ approvalCode: code, confirm: 'human' });
    const { structured } = await world.call('domain_create', { domain_name: 'fresh-loaf.com' });
    const link = new URL(String(structured?.approve_at)).pathname;
    const me = browser();
    const token = /name="token" value="([^"]+)"/.exec((await me.go(link)).text)?.[1] ?? '';
    const guesses = Array.from({ length: 20 }, (_, at) => me.go('/enter', { code: `guess-${at}` }));
    const answers = (await Promise.all(guesses)).map(({ status }) => status);
    expect(answers.filter(status => status === 403)).toHaveLength(3);
    expect(answers.filter(status => status === 429)).toHaveLength(17);
    expect((await me.go('/enter', { code })).text).toContain('There were too many wrong codes. Nothing was shown');
    expect(me.jar.size).toBe(0);
    expect((await me.go(link, { token, decision: 'approve', code })).status).toBe(303);
    world.clock.now = new Date(noon.getTime() + 600_001);
    expect((await me.go('/enter', { code })).status).toBe(303);
  });

  test('wrong ones here and on the approval page are one number', async () => {
    await open({ approvalCode: code, confirm: 'human' });
    const { structured } = await world.call('domain_create', { domain_name: 'fresh-loaf.com' });
    const link = new URL(String(structured?.approve_at)).pathname;
    const me = browser();
    const token = /name="token" value="([^"]+)"/.exec((await me.go(link)).text)?.[1] ?? '';
    const decide = (typed: string) => me.go(link, { token, decision: 'approve', code: typed });
    await me.go('/enter', { code: 'guess-1' });
    for (const guess of ['guess-2', 'guess-3']) expect((await decide(guess)).status).toBe(403);
    expect((await me.go('/enter', { code })).status).toBe(429);
    for (const guess of ['guess-4', 'guess-5']) expect((await decide(guess)).status).toBe(403);
    expect((await decide(code)).status).toBe(429);
  });

  test('however many replicas are guessed at, or started anew, and whoever gets it right meanwhile', async () => {
    await open({ approvalCode: code, confirm: 'human' });
    const { structured } = await world.call('domain_create', { domain_name: 'fresh-loaf.com' });
    const link = new URL(String(structured?.approve_at)).pathname;
    const other = await openWorld({ approvalCode: code, confirm: 'human', stateDir: `${world.directory}/state` });
    const guess = async ({ composed }: World, typed: string) => {
      const sent = { method: 'POST', headers: { Origin: origin }, body: new URLSearchParams({ code: typed }) };
      return (await composed.pages(new Request(new URL('/enter', origin), sent))).status;
    };
    const tried: number[] = [];
    for (const typed of ['guess', 'guess', code, 'guess', 'guess'])
      for (const replica of [world, other]) tried.push(await guess(replica, typed));
    expect(tried).toEqual([403, 403, 403, 429, 429, 429, 429, 429, 429, 429]);
    await other.close();
    const me = browser();
    const token = /name="token" value="([^"]+)"/.exec((await me.go(link)).text)?.[1] ?? '';
    expect((await me.go(link, { token, decision: 'approve', code })).status).toBe(303);
  });

  test('what it gave is no more once the person leaves, nor is what somebody made up', async () => {
    await open({ approvalCode: code });
    const me = browser();
    await me.go('/enter', { code });
    const kept = me.jar.get('registrar_reader') ?? '';
    await me.go('/leave', {});
    expect((await me.go('/')).status).toBe(403);
    me.jar.set('registrar_reader', `${encodeURIComponent('{"until":9999999999}')}.AAAA`);
    expect((await me.go('/')).status).toBe(403);
    me.jar.set('registrar_reader', kept);
    expect((await me.go('/')).status).toBe(200);
  });

  test('what it gave tells nothing of it, even to who can read the key', async () => {
    await open({ approvalCode: code });
    const me = browser();
    await me.go('/enter', { code });
    const kept = me.jar.get('registrar_reader');
    // The same key and another code: were the code in the seal, it could be found by trying.
    const other = await openWorld({ approvalCode: 'another-horse', stateDir: `${world.directory}/state` });
    const sent = { method: 'POST', headers: { Origin: origin }, body: new URLSearchParams({ code: 'another-horse' }) };
    const reply = await other.composed.pages(new Request(new URL('/enter', origin), sent));
    expect(reply.headers.getSetCookie()).toEqual([expect.stringContaining(`registrar_reader=${kept};`)]);
    await other.close();
  });

  test('behind a proxy that speaks TLS, what it gave is never sent without', async () => {
    await open({ approvalCode: code, http: { hosts: [], publicUrl: 'https://registrar.example.com' } });
    const me = browser();
    const { headers } = await me.go('/enter', { code });
    expect(headers.getSetCookie()).toEqual([expect.stringMatching(/; HttpOnly; Secure; SameSite=Lax$/)]);
    expect((await me.go('/')).status).toBe(200);
    await me.go('/leave', {});
    expect(me.jar.size).toBe(0);
  });

  test('behind TLS, what a neighbour under the same domain plants is none', async () => {
    await open({ approvalCode: code, http: { hosts: [], publicUrl: 'https://registrar.example.com' } });
    const me = browser();
    await me.go('/enter', { code });
    expect([...me.jar.keys()]).toEqual(['__Host-registrar_reader']);
    // A browser takes a name with that prefix from the host itself alone; a neighbour can give the rest to all.
    const planted = { Cookie: `registrar_reader=${me.jar.get('__Host-registrar_reader')}` };
    expect((await me.go('/', undefined, planted)).status).toBe(403);
  });

  test('what is no form is answered, and not written of', async () => {
    await open({ approvalCode: code });
    const written = vi.spyOn(console, 'error');
    for (const path of ['/enter', '/leave', '/approvals/x']) {
      const sent = { 'Content-Type': 'multipart/form-data', Origin: origin };
      const request = new Request(new URL(path, origin), { method: 'POST', headers: sent, body: 'x' });
      expect((await world.composed.pages(request)).status).toBe(400);
    }
    expect(written).not.toHaveBeenCalled();
    written.mockRestore();
  });

  test('another site cannot type it for somebody', async () => {
    await open({ approvalCode: code });
    const { status } = await browser().go('/enter', { code }, { Origin: 'http://evil.example' });
    expect(status).toBe(403);
  });
});
