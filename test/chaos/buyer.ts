import { compose } from '#compose.ts';
import { toolsets } from '../../tools/index.ts';
import { chaosConfig } from './config.ts';

/**
 * An agent that buys in a process of its own, until it is done or killed: `buyer.ts URL STATE MINUTES FIRST COUNT`. It tries
 * what failed again, as agents do: with the same confirmation, and from a fresh preview. Prints a line per confirmed call.
 */
const [url = '', stateDir = '', minutes = '0', first = '0', count = '0'] = process.argv.slice(2);
const composed = compose(chaosConfig(new URL(url), stateDir), toolsets, {
  now: () => new Date(Date.now() + Number(minutes) * 60_000),
});
const caller = { id: 'chaos', signal: new AbortController().signal };

async function buy(tool: string, args: Readonly<Record<string, unknown>>): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const confirm = (await composed.kernel.call(tool, args, caller)).structured?.confirm;
    if (typeof confirm !== 'string') continue;
    for (let repeat = 0; repeat < 2; repeat += 1) {
      const { fault } = await composed.kernel.call(tool, { ...args, confirm }, caller);
      process.stdout.write(`${tool} ${fault?.code ?? 'ok'}\n`);
      if (!fault) return;
    }
  }
}

for (let at = Number(first); at < Number(first) + Number(count); at += 1) {
  const domain_name = `chaos-${at}.com`;
  if (at % 2 === 0) await buy('domain_create', { domain_name });
  else await buy('order_create', { items: [{ order_type: 'domain/create', domain_name, period: 1 }] });
}
await composed.close();
