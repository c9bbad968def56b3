import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as FormerClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FormerHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as z from 'zod';

const Answered = z.object({ isError: z.boolean().optional(), structuredContent: z.unknown().optional() });
const Confirm = z.object({ status: z.literal('needs_confirmation'), confirm: z.string() });

interface Agent {
  call(name: string, args: Record<string, unknown>): Promise<unknown>;
  tools(): Promise<number>;
  close(): Promise<void>;
}

async function modern(url: URL, requestInit: RequestInit): Promise<Agent> {
  const client = new Client({ name: 'polite', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return {
    call: async (name, args) => structured(await client.callTool({ name, arguments: args })),
    tools: async () => (await client.listTools()).tools.length,
    close: () => client.close(),
  };
}

async function former(url: URL, requestInit: RequestInit): Promise<Agent> {
  const client = new FormerClient({ name: 'polite', version: '1' });
  await client.connect(new FormerHttp(url, { requestInit }));
  return {
    call: async (name, args) => structured(await client.callTool({ name, arguments: args })),
    tools: async () => (await client.listTools()).tools.length,
    close: () => client.close(),
  };
}

function structured(answer: unknown): unknown {
  const { isError, structuredContent } = Answered.parse(answer);
  if (isError) throw new Error(`the call failed: ${JSON.stringify(answer)}`);
  return structuredContent;
}

/**
 * Has agents look at a domain, unlock it and lock it again, each a domain of its own, until the signal
 * and at least once; gives how long each call took. Throws where one of them is not answered as it should be.
 */
export async function bePolite(url: URL, token: string, until: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };

  async function visit(open: typeof modern, domain_name: string): Promise<void> {
    const agent = await open(url, requestInit);
    const timed = async <T>(call: Promise<T>): Promise<T> => {
      const began = performance.now();
      const answer = await call;
      took.push(performance.now() - began);
      return answer;
    };
    const call = (name: string, args: Record<string, unknown>) => timed(agent.call(name, args));
    await timed(agent.tools());
    await call('domain_list', {});
    await call('domain_get', { domain_name });
    const { confirm } = Confirm.parse(await call('domain_unlock', { domain_name }));
    await call('domain_unlock', { domain_name, confirm });
    await call('domain_lock', { domain_name });
    await call('dns_list', { domain_name });
    await agent.close();
  }
  const domains = ['harbor-bakery.com', 'glue-works.net'];
  await Promise.all(
    [modern, former].map(async (open, at) => {
      do await visit(open, domains[at] ?? '');
      while (!until.aborted);
    }),
  );
  return took;
}
