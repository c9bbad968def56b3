import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Ledger } from './ledger/ledger.ts';
import { dateOf, timestamp } from './model/timestamp.ts';

/** What is counted as it happens. */
export interface Observed {
  call(event: {
    readonly tool: string;
    readonly outcome: string;
    readonly ms: number;
    readonly call?: string | undefined;
  }): void;
  request(event: {
    readonly endpoint: string;
    readonly outcome: string;
    readonly ms: number;
    readonly call?: string | undefined;
  }): void;
}

/** What is read from the ledger when somebody asks. */
interface Books {
  readonly accounts: readonly {
    readonly name: string;
    readonly key: string;
    readonly waiting: () => Promise<number>;
  }[];
  readonly kernel: { readonly running: number };
  readonly ledger: () => Promise<Ledger>;
  readonly now: () => Date;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The tool that was called; a name that no tool has could be any text. */
export function toolOf({ tool, outcome }: { readonly tool: string; readonly outcome: string }): string {
  return outcome === 'unknown_tool' ? 'unknown' : tool;
}

/** Figures for Prometheus: calls and their ends, the registrar's answers, money, and what is not known. */
export function openMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const calls = new Histogram({
    name: 'registrar_mcp_call_seconds',
    help: 'Calls of tools, by tool and how they ended.',
    labelNames: ['tool', 'outcome'],
    buckets: seconds,
    registers,
  });
  const requests = new Histogram({
    name: 'registrar_mcp_request_seconds',
    help: 'Requests to the registrar, by endpoint and how they ended.',
    labelNames: ['endpoint', 'outcome'],
    buckets: seconds,
    registers,
  });
  const running = new Gauge({ name: 'registrar_mcp_calls_running', help: 'Calls of tools that run.', registers });
  const queued = new Gauge({
    name: 'registrar_mcp_requests_waiting',
    help: 'Requests to the registrar that wait for their turn, by account.',
    labelNames: ['account'],
    registers,
  });
  const refused = new Counter({
    name: 'registrar_mcp_refused_total',
    help: 'HTTP requests that were turned away, by status.',
    labelNames: ['status'],
    registers,
  });
  const spent = new Gauge({
    name: 'registrar_mcp_spent_dollars',
    help: 'What counts against the limit of the day (UTC), by account and state.',
    labelNames: ['account', 'state'],
    registers,
  });
  const unknown = new Gauge({
    name: 'registrar_mcp_unknown_outcomes',
    help: 'Orders of which it is not known whether they were carried out, by account.',
    labelNames: ['account'],
    registers,
  });
  const underWay = new Gauge({
    name: 'registrar_mcp_acts_under_way',
    help: 'Changes of several steps that have not ended, by account.',
    labelNames: ['account'],
    registers,
  });

  return {
    observed: {
      call: ({ tool, outcome, ms }) => calls.observe({ tool: toolOf({ tool, outcome }), outcome }, ms / 1000),
      request: ({ endpoint, outcome, ms }) => requests.observe({ endpoint, outcome }, ms / 1000),
    } satisfies Observed,
    refused: (status: number) => refused.inc({ status: String(status) }),
    contentType: registry.contentType,
    /** The figures as Prometheus reads them. */
    async text({ accounts, kernel, ledger: open, now }: Books): Promise<string> {
      const ledger = await open();
      running.set(kernel.running);
      for (const { name: account, key, waiting } of accounts) {
        queued.set({ account }, await waiting());
        const spending = await ledger.spending(dateOf(timestamp(now())), { account: key });
        for (const state of ['charged', 'reserved', 'unknown'] as const)
          spent.set({ account, state }, spending[state].cents / 100);
        const purchases = await ledger.openPurchases(key);
        unknown.set({ account }, purchases.filter(({ state }) => state === 'unknown').length);
        underWay.set({ account }, (await ledger.underWay(key)).length);
      }
      return await registry.metrics();
    },
  };
}
