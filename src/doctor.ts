import { verifyChain } from './ledger/journal.ts';
import type { Ledger } from './ledger/ledger.ts';
import { Fault } from './model/fault.ts';
import { discoveryAt } from './model/issuer.ts';
import { show } from './model/money.ts';
import { count } from './model/text.ts';
import type { Registrar } from './registrar/registrar.ts';

/** One thing that has to hold for this server to work, and what was found. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly says: string;
  /** What to do about it. */
  readonly next?: string | undefined;
}

/** What is looked into; each part is opened when it is its turn. */
export interface Patient {
  readonly accounts: readonly {
    readonly name: string;
    readonly words: string;
    readonly registrar: (signal?: AbortSignal) => Promise<Registrar<'read'>>;
  }[];
  /** Where the ledger is kept. */
  readonly store: { readonly kind: 'state directory' | 'database'; readonly words: string };
  readonly now: () => Date;
  readonly ledger: () => Promise<Ledger>;
  /** Asks the configured resolvers for something that is there. */
  readonly resolve: () => Promise<unknown>;
  /** Whose access tokens are taken. */
  readonly issuer?: URL | undefined;
}

/** By how much the registrar's clock may differ from ours, in seconds, before expiries and confirmations go wrong. */
const clockTolerance = 120;

/** For how long a registrar is waited for that is to say whether it is there, in milliseconds. */
const readyPatience = 3_000;

/** Whether what every call needs is there: the ledger can be read, and a registrar answers. */
export async function readiness({ ledger, accounts }: Pick<Patient, 'ledger' | 'accounts'>): Promise<Check[]> {
  return await Promise.all([
    check('ledger', async () => {
      await (await ledger()).tokens();
      return 'can be read';
    }),
    // One account that is used up or locked out does not take the others away.
    check('registrar', async () => {
      let failed: unknown;
      for (const { registrar } of accounts) {
        try {
          const { service } = await (await registrar(AbortSignal.timeout(readyPatience))).hello({});
          return `answers as ${service}`;
        } catch (error) {
          if (error instanceof Fault && error.code === 'registrar_busy') return 'is busy';
          failed ??= error;
        }
      }
      throw failed;
    }),
  ]);
}

/** Looks everything over that this server stands on, and says what to do where something is wrong. */
export async function examine(patient: Patient): Promise<Check[]> {
  const { accounts, store, now, issuer } = patient;
  const checks = [
    check(store.kind, async () => {
      const { links, ...end } = await (await patient.ledger()).chain();
      const verified = verifyChain(links, end);
      if ('problem' in verified) throw new Error(`the journal is not whole. ${verified.problem}`);
      return `${store.words} can be used; the journal is whole, with ${verified.entries} entries`;
    }),
    ...accounts.flatMap(({ name, words, registrar }) => {
      const hello = registrar().then(account => account.hello({}));
      return [
        check(among(accounts, 'registrar', name), async () => `answers as ${(await hello).service}`),
        check(among(accounts, 'clock', name), async () => {
          const off = Math.round(Math.abs(now().getTime() - Date.parse((await hello).server_date)) / 1000);
          if (off > clockTolerance)
            throw new Error(`this machine and the registrar are ${count(off, 'second')} apart; set the clock`);
          return 'agrees with the registrar';
        }),
        check(among(accounts, 'credentials', name), async () => {
          const { credit } = await (await registrar()).account_get({});
          return `are those of ${words}, with ${show(credit)} of credit`;
        }),
      ];
    }),
    check('resolvers', async () => {
      await patient.resolve();
      return 'answer';
    }),
    ...(issuer ? [check('issuer', () => askIssuer(issuer))] : []),
  ];
  return await Promise.all(checks);
}

/** What is checked; of which account, where there are several. */
function among(accounts: Patient['accounts'], what: string, name: string): string {
  return accounts.length > 1 ? `${what} ${name}` : what;
}

/** Asks an issuer for its keys' address. */
async function askIssuer(issuer: URL): Promise<string> {
  const at = discoveryAt(issuer);
  const reply = await fetch(at, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
  if (!reply.ok) throw new Error(`${at} answers ${reply.status}`);
  return `${issuer} answers`;
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, says: await look() };
  } catch (error) {
    if (error instanceof Fault) return { name, ok: false, says: error.message, next: error.next };
    return { name, ok: false, says: error instanceof Error ? error.message : String(error) };
  }
}
