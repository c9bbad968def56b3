import { verifyChain } from './ledger/journal.ts';
import type { Ledger } from './ledger/ledger.ts';
import { Fault } from './model/fault.ts';
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
  readonly account: string;
  readonly stateDir: string;
  readonly now: () => Date;
  readonly ledger: () => Promise<Ledger>;
  readonly registrar: () => Promise<Registrar<'read'>>;
  /** Asks the configured resolvers for something that is there. */
  readonly resolve: () => Promise<unknown>;
  /** Whose access tokens are taken. */
  readonly issuer?: URL | undefined;
}

/** By how much the registrar's clock may differ from ours, in seconds, before expiries and confirmations go wrong. */
const clockTolerance = 120;

/** Whether what every call needs is there: the ledger can be written, and the registrar answers. */
export async function readiness({ ledger, registrar }: Pick<Patient, 'ledger' | 'registrar'>): Promise<Check[]> {
  return await Promise.all([
    check('ledger', async () => {
      await (await ledger()).tokens();
      return 'can be read';
    }),
    check('registrar', async () => {
      const { service } = await (await registrar()).hello({});
      return `answers as ${service}`;
    }),
  ]);
}

/** Looks everything over that this server stands on, and says what to do where something is wrong. */
export async function examine(patient: Patient): Promise<Check[]> {
  const { account, stateDir, now } = patient;
  const checks = [
    check('state directory', async () => {
      const { links, written } = await (await patient.ledger()).chain();
      const verified = verifyChain(links, written);
      if ('problem' in verified) throw new Error(`the journal is not whole. ${verified.problem}`);
      return `${stateDir} can be used; the journal is whole, with ${verified.entries} entries`;
    }),
    check('registrar', async () => {
      const { service } = await (await patient.registrar()).hello({});
      return `answers as ${service}`;
    }),
    check('clock', async () => {
      const { server_date } = await (await patient.registrar()).hello({});
      const off = Math.round(Math.abs(now().getTime() - Date.parse(server_date)) / 1000);
      if (off > clockTolerance)
        throw new Error(`this machine and the registrar are ${count(off, 'second')} apart; set the clock`);
      return 'agrees with the registrar';
    }),
    check('credentials', async () => {
      const { credit } = await (await patient.registrar()).account_get({});
      return `are those of ${account}, with ${show(credit)} of credit`;
    }),
    check('resolvers', async () => {
      await patient.resolve();
      return 'answer';
    }),
    ...(patient.issuer ? [check('issuer', () => askIssuer(patient.issuer))] : []),
  ];
  return await Promise.all(checks);
}

/** Asks an issuer for its keys' address (OpenID Connect Discovery). */
async function askIssuer(issuer: URL | undefined): Promise<string> {
  const at = `${issuer?.href.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const reply = await fetch(at, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
  if (!reply.ok) throw new Error(`${at} answers ${reply.status}`);
  return `${issuer?.href} answers`;
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, says: await look() };
  } catch (error) {
    if (error instanceof Fault) return { name, ok: false, says: error.message, next: error.next };
    return { name, ok: false, says: error instanceof Error ? error.message : String(error) };
  }
}
