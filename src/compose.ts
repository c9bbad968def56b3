import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { instructionsFor } from './account-words.ts';
import type { AccountConfig } from './config/account.ts';
import type { Config } from './config/config.ts';
import type { Nameserver } from './dns/nameserver.ts';
import type { Patient } from './doctor.ts';
import { openLog } from './log.ts';
import type { Observed } from './metrics.ts';
import type { DomainName } from './model/domain-name.ts';
import { narrowed, type Permit } from './model/permit.ts';
import { timestamp } from './model/timestamp.ts';
import { once } from './once.ts';
import { openAccount } from './open-account.ts';
import { openStore, usable } from './open-store.ts';
import type { RequestEvent } from './registrar/client.ts';
import { remembered } from './remembered.ts';
import { thisProcess } from './this-process.ts';
import { openChanges } from './tool/changes.ts';
import { openKernel } from './tool/kernel.ts';
import { openRedactor } from './tool/redact.ts';
import { select, type Toolset } from './tool/select.ts';
import { openTraces } from './traces.ts';
import { viewDocuments } from './ui/views.ts';

export interface Surroundings {
  readonly now?: () => Date;
  /** Told of calls and requests, to count them. */
  readonly observed?: Observed | undefined;
  /** A sandbox's nameserver, where the account is one of a sandbox in another process. */
  readonly dns?: Nameserver | undefined;
  /** Where the approval page is served, for a server that can serve one; asked for on first need. */
  readonly pagesAt?: (() => Promise<URL>) | undefined;
}

/** The time, for all that is not told another one. */
export const clock = () => new Date();

/** For how long replicas go by what the database said of a token, in milliseconds: one that is revoked ends within this. */
const permitMs = 1_000;

/** For how long the names that an account was found to have are offered to whoever types one, in milliseconds. */
const namesMs = 10_000;

/** Puts the parts together. Nothing is opened before the first call that needs it. */
export function compose(config: Config, toolsets: readonly Toolset[], surroundings: Surroundings = {}) {
  const { now = clock, pagesAt } = surroundings;
  const traces = config.traces ? openTraces(now) : undefined;
  const observers = [surroundings.observed, traces?.observed].filter(observed => observed !== undefined);
  const { tools, hidden } = select(toolsets, config);
  const configured = config.accounts?.served ?? new Map([['account', config]]);
  const redactor = openRedactor(secretsOf(config, [...configured.values()]));
  // What is taken out of an answer tells a caller that a guess was right: what can be guessed is only kept out of the log.
  const guessable = [config.approvalCode, passwordIn(config.databaseUrl)].filter(secret => secret !== undefined);
  const log = openLog(config.logLevel, text =>
    guessable.reduce((cleared, secret) => cleared.replaceAll(secret, '[redacted]'), redactor.text(text)),
  );
  /** Whether anything was ever kept: what only looks does not make a ledger. */
  const hasLedger = () => config.databaseUrl !== undefined || existsSync(join(config.stateDir, 'ledger.sqlite'));
  const store = once(() => openStore(config));
  const ledger = async () => (await store.open()).ledger;
  const sandbox = once(async () => {
    const { openSandbox } = await import('./sandbox/server.ts');
    const { stateDir } = config;
    return await usable({ stateDir }, () => openSandbox({ directory: sandboxDirectory(config), now }));
  });
  const playing = [...configured.values()].some(({ registrar }) => registrar.kind === 'sandbox');
  const boxed = async () => (playing ? (await sandbox.open()).dns : undefined);

  /** The limit on requests is the account's, so replicas keep it together. */
  async function sharedTurns(key: string) {
    if (config.databaseUrl === undefined) return undefined;
    const { openTurns } = await import('./ledger/turns.ts');
    return openTurns((await store.open()).database.query, key);
  }

  function request(event: RequestEvent): void {
    for (const observed of observers) observed.request(event);
    log('debug', { ...event, ms: Math.round(event.ms) }, 'request');
  }

  const accounts = [...configured].map(([name, account]) =>
    openAccount(name, account, {
      config,
      sandbox: sandbox.open,
      sharedTurns,
      secret: redactor.learn,
      request,
      dns: async () => surroundings.dns ?? (account.registrar.kind === 'sandbox' ? await boxed() : undefined),
      pagesAt,
    }),
  );
  const pages = once(async () => {
    const { openSite } = await import('./ui/site.ts');
    return openSite({
      ledger: await ledger(),
      accounts,
      given: caller => config.accounts?.callers.get(caller)?.accounts,
      code: config.approvalCode,
      secure: config.http.publicUrl !== undefined && new URL(config.http.publicUrl).protocol === 'https:',
      signIn: config.http.signIn,
      now,
      serves: name => tools.some(tool => tool.name === name),
      read: readFor,
    });
  });

  const changes = openChanges(key => accounts.find(account => account.key === key)?.name);
  const watched = once(async () => changes.watch(await ledger()));
  const kernel = openKernel({
    tools,
    hidden,
    accounts: accounts.map(({ served }) => served),
    ledger: watched.open,
    owner: thisProcess(),
    redactor,
    now,
    newCall: () => randomUUID().slice(0, 13),
    log: (event, error) => {
      for (const observed of observers) observed.call(event);
      log(
        error === undefined ? 'info' : 'error',
        error instanceof Error ? { ...event, error: error.stack } : { ...event },
        'call',
      );
    },
  });

  async function namesOf(account: string): Promise<DomainName[]> {
    const registrar = await accounts.find(({ name }) => name === account)?.registrar();
    const domains = await registrar?.domain_list({});
    return domains?.map(({ domain_name }) => domain_name) ?? [];
  }

  /** The names of an account's domains, as they were a moment ago; what cannot be read is not asked for with each letter. */
  const domainNames = remembered((account: string) => namesOf(account).catch(() => []), { ms: namesMs, now });

  /** Reads for a page: as a caller who may read on one account and do nothing else. */
  async function readFor(account: string, tool: string, args: unknown, signal: AbortSignal) {
    const permit = { caller: 'page', words: ['read'], names: [], accounts: [account], answers: false } as const;
    const { structured, text, fault } = await kernel.call(tool, args, { id: permit.caller, permit, signal });
    return { structured, text, isError: fault !== undefined };
  }

  async function permitOf(token: string): Promise<Permit | undefined> {
    if (!hasLedger()) return undefined;
    const { hashOf } = await import('./ledger/tokens.ts');
    const known = await (await ledger()).tokenOf(hashOf(token), timestamp(now()));
    if (!known) return undefined;
    const { name, words, names, perDay, human } = known;
    return { caller: `token ${name}`, words, names: names.length > 0 ? [names] : [], answers: false, perDay, human };
  }

  return {
    kernel,
    log,
    now,
    /** What is served, in words. */
    words: accounts.map(({ words }) => words).join(', '),
    instructions: instructionsFor(
      config,
      tools.map(({ name }) => name),
    ),
    domainNames,
    /** What can be read beside the tools: the views that hosts draw of their answers. */
    documents: viewDocuments(),
    changes,
    /** Where the sandbox serves its zones over DNS; undefined on an account. */
    dns: boxed,
    /** Answers a browser. */
    pages: async (request: Request): Promise<Response> => await (await pages.open()).fetch(request),
    /** What a token that a person made here permits; undefined for one that is none, or no more. */
    permitOf: config.databaseUrl === undefined ? permitOf : remembered(permitOf, { ms: permitMs, now }),
    /** A permit within what the file of accounts says of its caller. Whoever has the deployment's own token has all of them. */
    narrowed(permit: Permit): Permit {
      if (!config.accounts) return permit;
      const { callers } = config.accounts;
      const caller = callers.get(permit.caller) ?? callers.get('*');
      return caller || !permit.answers ? narrowed(permit, caller ?? { accounts: [], names: [], human: true }) : permit;
    },
    /** Whether there ever were tokens of this kind. */
    everMadeTokens: async () => hasLedger() && (await (await ledger()).everMadeTokens()),
    /** What `doctor` and the readiness of a server look into. */
    patient: {
      accounts,
      store:
        config.databaseUrl === undefined
          ? { kind: 'state directory', words: config.stateDir }
          : { kind: 'database', words: 'it' },
      now,
      ledger,
      resolve: async () =>
        await Promise.all(
          accounts.map(async ({ resolver }) =>
            (await resolver()).lookup('ns1.name.com', 'A', AbortSignal.timeout(5_000)),
          ),
        ),
      issuer: config.http.oauth?.issuer,
    } satisfies Patient,
    ledger,
    /** Where the ledger is kept, for what moves it elsewhere. */
    database: async () => (await store.open()).database,
    accounts,
    /**
     * Looks into what an earlier process left without an end, a little after the start, which must not wait
     * for it. What it cannot do now is done before anything touches the same names.
     */
    settleSoon(): void {
      if (!hasLedger()) return;
      const settle = () => kernel.settleLeft().catch(error => log('warn', { error: String(error) }, 'settling'));
      setTimeout(settle, 1_000).unref();
    },
    /** Waits for the calls that run, then closes everything that was opened. */
    async close(): Promise<void> {
      await kernel.drain();
      for (const account of accounts) await account.close();
      await sandbox.close(opened => opened.close());
      await store.close(opened => opened.ledger.close());
      await traces?.close();
    },
  };
}

/** What must never be shown, logged or kept. */
function secretsOf({ http }: Config, accounts: readonly AccountConfig[]): string[] {
  return [
    ...accounts.flatMap(({ registrar }) => (registrar.kind === 'account' ? [registrar.credentials.apiToken] : [])),
    ...[http.token, http.signIn?.clientSecret].filter(secret => secret !== undefined),
  ];
}

/** A password that could be a word of any text is not looked for: it would be taken out of that as well. */
function passwordIn(url: string | undefined): string | undefined {
  const password = decodeURIComponent((url && URL.parse(url)?.password) || '');
  return password.length >= 12 ? password : undefined;
}

export type Composed = ReturnType<typeof compose>;

export function sandboxDirectory({ stateDir }: Pick<Config, 'stateDir'>): string {
  return join(stateDir, 'sandbox');
}
