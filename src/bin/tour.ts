import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Environment } from '../config/config.ts';
import type { DnsAnswer } from '../dns/resolver.ts';
import { inProcessClient } from '../server/in-process.ts';
import type { Serving } from './registrar-mcp.ts';
import { type Screen, wrapped } from './screen.ts';
import { version } from './version.ts';

const Called = z.object({
  content: z.array(z.object({ text: z.string() })),
  isError: z.boolean().optional(),
  structuredContent: z.object({ confirm: z.string().optional(), entry: z.int().optional() }).optional(),
});

const name = 'fresh-loaf.com';
const site = { domain_name: name, preset: 'vercel' };
/** The whole takes about ten seconds. */
const pauseMs = 900;
const width = 80;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What a newcomer tries next. */
const next = `Connect a client   npx registrar-mcp install claude-code, or cursor, …
Serve over HTTP    npx registrar-mcp http
Read on            README.md, and docs/ of the project`;

/**
 * Shows what the server is for: a name is looked for, bought after a preview, connected to a site, asked for over DNS, and
 * the change is undone. All of it really happens, to a sandbox that is made for it and thrown away: whatever accounts
 * the environment names, they are not looked at.
 */
export async function run(open: (environment: Environment) => Serving, screen: Screen): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'registrar-tour-'));
  const stop = new AbortController();
  // However often it is told to end: it first removes what it has made.
  const told = () => stop.abort();
  for (const signal of signals) process.on(signal, told);
  const serving = open({ REGISTRAR_URL: 'sandbox', REGISTRAR_STATE_DIR: directory, REGISTRAR_LOG_LEVEL: 'silent' });
  try {
    await show(serving, screen, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    await serving.composed.close();
    rmSync(directory, { recursive: true, force: true });
    for (const signal of signals) process.off(signal, told);
  }
}

async function show({ composed, factory }: Serving, screen: Screen, signal: AbortSignal): Promise<void> {
  const request = inProcessClient(factory, version);
  const say = (text: string) => {
    for (const line of wrapped(text, width - 3)) screen.line(`   ${line}`);
  };
  const typed = (text: string) => {
    for (const [at, line] of wrapped(text, width - 5).entries())
      screen.line(screen.faint(`${at === 0 ? ' > ' : '   '}${line}`));
  };
  let steps = 0;

  async function step(title: string): Promise<void> {
    await screen.pause(pauseMs, signal);
    signal.throwIfAborted();
    steps += 1;
    screen.line();
    screen.line(screen.strong(`${steps}. ${title}`));
  }

  /** Calls a tool as an agent does, and shows what it is told. */
  async function call(tool: string, args: Readonly<Record<string, unknown>>) {
    typed(`${tool} ${JSON.stringify(args, shortened)}`);
    const result = Called.parse(await request('tools/call', { name: tool, arguments: args }));
    const text = result.content.map(part => part.text).join('\n');
    if (result.isError) throw new Error(`The tour cannot go on: ${text}`);
    say(text);
    return { ...result.structuredContent };
  }

  /** Asks the sandbox's nameserver, as anybody could: it serves what was saved. */
  async function dig(type: string): Promise<void> {
    const [server, [account]] = [await composed.dns(), composed.accounts];
    if (!server || !account) throw new Error('The tour has no sandbox.');
    typed(`dig @${server.address} -p ${server.port} ${name} ${type}`);
    say(answered(await (await account.resolver()).ask(server, name, type, signal)));
  }

  screen.line(screen.strong('A registrar for an agent, in eight steps.'));
  say('On a sandbox that is made for this and thrown away: nothing is real.');

  await step('Which names are free?');
  await call('domain_check', { keyword: 'fresh-loaf', tlds: ['com', 'org', 'app'] });

  await step('What would it cost? Asking charges nothing.');
  const offer = await call('domain_create', { domain_name: name });

  await step('Buy it: the same call, with the value that the preview gave.');
  await call('domain_create', { domain_name: name, confirm: offer.confirm });

  await step('Connect a site: the difference first.');
  const plan = await call('dns_apply', site);

  await step('Apply it.');
  const applied = await call('dns_apply', { ...site, confirm: plan.confirm });

  await step('Is it served? Ask the nameserver, not the server.');
  await dig('A');

  await step('Undo it. Going back is previewed as well.');
  const back = await call('undo', { entry: applied.entry });
  await call('undo', { entry: applied.entry, confirm: back.confirm });
  await dig('A');

  await step('What happened? The journal has it, chained by hashes.');
  await call('journal', {});

  await screen.pause(pauseMs, signal);
  screen.line();
  screen.line(screen.strong('What next'));
  say(next);
}

/** What is as long as a confirm value need not be seen twice. */
function shortened(key: string, value: unknown): unknown {
  return key === 'confirm' && typeof value === 'string' ? `${value.slice(0, 8)}…` : value;
}

/** An answer as dig prints it. */
function answered({ code, answers }: DnsAnswer): string {
  if (answers.length === 0) return `; no such record (${code})`;
  return answers.map(({ name: owner, ttl, type, content }) => `${owner}. ${ttl} IN ${type} ${content}`).join('\n');
}
