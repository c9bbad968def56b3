import * as z from 'zod';
import { compose } from '#compose.ts';
import { toolsets } from '../../tools/index.ts';
import { chanceFrom, chaosConfig } from './config.ts';

/**
 * An agent that changes a zone as a whole, again and again, until it is done or killed: `applier.ts URL STATE SEED COUNT`.
 * What was cut short, by it or by one before it, it goes on with or takes back, as people do. Prints a line per end.
 */
const [url = '', stateDir = '', seed = '0', count = '0'] = process.argv.slice(2);
const composed = compose(chaosConfig(new URL(url), stateDir), toolsets);
const caller = { id: 'chaos', signal: new AbortController().signal };
const chance = chanceFrom(Number(seed));
const domain_name = 'harbor-bakery.com';
const pick = <T>(items: readonly T[]): T =>
  items[Math.floor(chance() * items.length)] ??
  items[0] ??
  (() => {
    throw new Error('nothing to pick from');
  })();

function anyRecord(): Record<string, unknown> {
  const host = pick(['@', 'www', 'api', 'shop', 'a.b']);
  const type = pick(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'ANAME']);
  const number = Math.floor(chance() * 6);
  const ttl = pick([300, 300, 600]);
  switch (type) {
    case 'A':
      return { host, type, content: `192.0.2.${number}`, ttl };
    case 'AAAA':
      return { host, type, content: `2001:db8::${number}`, ttl };
    case 'MX':
      return { host, type, content: `mx${number}.example.net`, priority: number, ttl };
    case 'TXT':
      return { host, type, content: `text ${number}`, ttl };
    default:
      return { host, type, content: `target${number}.example.net`, ttl };
  }
}

async function confirmed(tool: string, args: Record<string, unknown>): Promise<string> {
  const preview = await composed.kernel.call(tool, args, caller);
  if (preview.fault) return preview.fault.code;
  const { fault } = await composed.kernel.call(tool, { ...args, confirm: preview.structured?.confirm }, caller);
  return fault?.code ?? 'ok';
}

const Acts = z.object({ acts: z.array(z.object({ entry: z.int(), outcome: z.string() })) });

/** The newest act, if it was cut short. */
async function cut(): Promise<number | undefined> {
  const { structured } = await composed.kernel.call('journal', { limit: 1 }, caller);
  const [last] = Acts.safeParse(structured).data?.acts ?? [];
  return last && (last.outcome === 'unknown' || last.outcome === 'unfinished') ? last.entry : undefined;
}

/** Ends that are the faults' doing, after which it is tried again; any other is a mistake. */
const passing = /^(?:ok|done_in_part|outcome_unknown|registrar_\w+|cancelled)$/;

for (let at = 0; at < Number(count); at += 1) {
  const entry = await cut();
  if (entry !== undefined) {
    const back = chance() < 0.5;
    const end = back
      ? await confirmed('undo', { entry })
      : await confirmed('dns_apply', { domain_name, resume: entry });
    // Where nothing was done, or all of it, there is nothing to go on with or back from.
    const word =
      passing.test(end) && end !== 'ok'
        ? 'again'
        : end === 'conflict'
          ? 'nothing'
          : `${back ? 'undone' : 'resumed'} ${end}`;
    process.stdout.write(`${word}\n`);
    if (end === 'conflict') await confirmed('dns_apply', { domain_name, records: [anyRecord()] });
    continue;
  }
  const mode = chance() < 0.3 ? 'replace' : 'merge';
  const records = Array.from({ length: 1 + Math.floor(chance() * 6) }, anyRecord);
  process.stdout.write(`applied ${await confirmed('dns_apply', { domain_name, mode, records })}\n`);
}
await composed.close();
