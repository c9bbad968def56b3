import { expect, onTestFinished, test } from 'vitest';
import { openSandbox } from '#sandbox/server.ts';
import { freshState, run, serveHttp } from '../support/server-process.ts';
import { type Figures, figuresOf, shown } from './figures.ts';
import { bePolite } from './polite.ts';
import { beRude, rudeness } from './rude.ts';

/** How long clients are at it; by hand: `SOAK_SECONDS=600 npx vitest run test/soak`. */
const seconds = Number(process.env.SOAK_SECONDS ?? 10);
/** In a wave of 45 seconds each limit that the server sets its clients is reached. */
const waves = Math.max(2, Math.round(seconds / 45));

/**
 * What the second half of the waves may leave more than the first, in bytes. In ten minutes without a leak the heap grew
 * by 1 MB; what the allocator keeps of a wave's peak grew by some 100 MB in the first eight waves, and not after them.
 */
const allowed = { heap: 2 * 1024 * 1024, resident: 100 * 1024 * 1024 };

test(
  `${seconds} seconds of rude clients beside polite ones: the polite are served, and nothing of the rude stays`,
  async () => {
    const state = freshState();
    onTestFinished(() => state.remove());
    const sandbox = await openSandbox({ directory: `${state.directory}/sandbox` });
    onTestFinished(() => sandbox.close());
    for (const on of ['domain_get', 'domain_lock'] as const)
      sandbox.faults.add({ on, when: 'before', how: 'delay', ms: 100, times: Number.POSITIVE_INFINITY });
    const env = {
      ...state.env,
      REGISTRAR_URL: sandbox.url.origin,
      REGISTRAR_USERNAME: sandbox.credentials.username,
      REGISTRAR_API_TOKEN: sandbox.credentials.apiToken,
      REGISTRAR_CONFIRM: 'agent',
      REGISTRAR_RATE_PER_SECOND: '0',
      REGISTRAR_RATE_PER_HOUR: '0',
      REGISTRAR_LOG_LEVEL: 'error',
    };
    const token = async (name: string) =>
      (await run(['token', 'create', '--name', name, '--allow', 'read,write,destructive'], env)).stdout.trim();
    const polite = await token('polite');
    const rude = [await token('rude'), await token('ruder')];
    const server = await serveHttp(env, [], { node: ['--expose-gc', '--import', './test/soak/probe.ts'] });
    onTestFinished(() => void server.child.kill('SIGKILL'));
    const { child, url, stderr } = server;

    const { sockets, active } = await figuresOf(child);
    // What is opened with the first call stays open.
    await bePolite(url, polite, AbortSignal.abort());
    const { files } = await figuresOf(child);
    /** What is held when all clients are gone, and the connections to the registrar, which are kept for some seconds. */
    const atRest = async (): Promise<Figures> => {
      const patiently = { timeout: 60_000, interval: 200 };
      await expect.poll(() => figuresOf(child), patiently).toMatchObject({ sockets, files, active });
      return await figuresOf(child);
    };

    const rest: Figures[] = [];
    for (let wave = 1; wave <= waves; wave += 1) {
      const over = AbortSignal.timeout(Math.round((seconds * 1000) / waves));
      // A polite call that is not answered as it should be, be it with a 503, fails here.
      const [took, heard] = await Promise.all([bePolite(url, polite, over), beRude(url, rude, over)]);
      const figures = await atRest();
      rest.push(figures);
      const told = `wave ${wave}: ${shown(figures)}; ${took.length} polite calls in ${Math.round(Math.max(...took))} ms at most; ${[...heard].map(([what, times]) => `${what} ${times}`).join(', ')}`;
      process.stderr.write(`${told}\n`);

      for (const key of heard.keys()) {
        const [kind = '', what] = key.split(': ');
        expect(rudeness[kind]?.hears, told).toContain(what);
      }
      expect([...new Set([...heard.keys()].map(key => key.replace(/.*: /, '')))], told).toEqual(
        expect.arrayContaining(['400', '401', '403', '431']),
      );
    }
    const least = (kind: 'heap' | 'resident', of: readonly Figures[]) => Math.min(...of.map(figures => figures[kind]));
    for (const kind of ['heap', 'resident'] as const) {
      // Where there are more than two, the first warms up.
      const warm = rest.slice(waves > 2 ? 1 : 0);
      const half = Math.floor(warm.length / 2);
      const [first, second] = [warm.slice(0, half), warm.slice(half)].map(of => least(kind, of));
      expect(second, kind).toBeLessThan((first ?? 0) + allowed[kind]);
    }

    // Whoever is still there when it ends does not hold it.
    const ended = new AbortController();
    const there = beRude(url, rude, ended.signal, ['is idle', 'dribbles its headers', 'dribbles its body']);
    await expect
      .poll(async () => (await figuresOf(child)).sockets, { timeout: 20_000, interval: 200 })
      .toBeGreaterThan(1000);
    const began = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(20_000);
    ended.abort();
    await there;
    expect(stderr()).not.toContain('"level":');
  },
  seconds * 2000 + 120_000,
);
