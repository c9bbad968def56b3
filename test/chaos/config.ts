import type { Config } from '#config/config.ts';
import { usd } from '#model/money.ts';
import type { SandboxFault } from '#sandbox/faults.ts';
import { hazardKinds } from '#zone/safety.ts';

/** What the agents of the chaos suite share: one account, one ledger (in the database where one is given), one budget. */
export function chaosConfig(url: URL, stateDir: string, databaseUrl = process.env.CHAOS_DATABASE_URL): Config {
  return {
    registrar: { kind: 'account', url, place: 'test', credentials: { username: 'demo', apiToken: 'demo-token' } },
    auth: 'token',
    rates: { perSecond: Number.POSITIVE_INFINITY, perHour: Number.POSITIVE_INFINITY },
    confirm: 'agent',
    hazards: hazardKinds,
    resolvers: [],
    budget: { perDay: usd(limitFor(Number(process.env.CHAOS_ORDERS ?? 200))) },
    names: { allow: [], protect: [] },
    toolsets: [],
    readOnly: false,
    stateDir,
    databaseUrl,
    http: { hosts: [] },
    traces: false,
    logLevel: 'silent',
  };
}

/** In cents: less than all of the orders cost, so that the budget runs out before the end. */
function limitFor(orders: number): number {
  return Math.floor(orders * 0.8) * 999;
}

/** Every way in which a request goes wrong, before it is done or after; `ms`: how long the slow ones take. */
export function faultsOf(ms: number): readonly SandboxFault[] {
  return [
    { when: 'before', how: 'reset' },
    { when: 'after', how: 'reset' },
    { when: 'after', how: 'truncate' },
    { when: 'after', how: 'garbage' },
    { when: 'before', how: 'status', status: 503 },
    { when: 'after', how: 'status', status: 502 },
    { when: 'before', how: 'status', status: 429 },
    { when: 'before', how: 'delay', ms },
    { when: 'after', how: 'delay', ms },
  ];
}

/** Repeatable chance: the same seed strikes in the same places, as far as processes allow. */
export function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
