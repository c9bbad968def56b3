import { AsyncLocalStorage } from 'node:async_hooks';
import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type ServerEventBus,
} from '@modelcontextprotocol/server';
import type { Permit } from '../model/permit.ts';
import type { Change, Changes } from '../tool/changes.ts';
import type { Kernel } from '../tool/kernel.ts';
import { addressOf, type Resource, readAddress, touchedBy } from '../tool/resource.ts';
import { servedResources } from './resources.ts';
import type { Session } from './session.ts';

/** Somebody who listens over HTTP. */
interface Listener {
  /** What they may do now; rejects where they are not known any more. */
  readonly permit: () => Promise<Permit | undefined>;
  /** Ends their stream. */
  readonly end: () => void;
}

/** What streams of changes need: whom each is for, and where the protocol's own handler takes the changes from. */
export interface Listening {
  readonly bus: ServerEventBus;
  /** Does what opens a stream, for whoever listens to it. */
  on<T>(listener: Listener, work: () => T): T;
}

export interface Told {
  readonly kernel: Kernel;
  readonly changes: Changes;
  readonly resources: readonly Resource[];
}

/**
 * Tells streams over HTTP of changes (`subscriptions/listen`). The handler that serves the streams tells each of everything,
 * by its address; so here each is asked for whom it is, and told only what they may read at that moment.
 */
export function openListening({ kernel, changes, resources: all }: Told): Listening {
  const resources = servedResources(kernel, all);
  const listeners = new AsyncLocalStorage<Listener>();

  async function tellOf(change: Change, { permit: ask, end }: Listener, tell: (uri: string) => void): Promise<void> {
    try {
      const permit = await ask();
      if (permit && !permit.words.includes('read')) return;
      touchedBy(change, resources, kernel.accountsOf(permit)).forEach(tell);
    } catch {
      end();
    }
  }

  return {
    on: (listener, work) => listeners.run(listener, work),
    bus: {
      // Changes come from acts; no other part of the server has any to tell.
      publish: () => undefined,
      subscribe(tell) {
        const listener = listeners.getStore();
        if (!listener) return () => undefined;
        return changes.subscribe(change => {
          void tellOf(change, listener, uri => tell({ kind: 'resource_updated', uri }));
        });
      },
    },
  };
}

/**
 * Tells a connection of changes: of those that its client subscribed to one by one, as clients of 2025 do, or of all of
 * them where the protocol's own handler knows what is listened to.
 */
export function tellConnection(
  { changes, resources }: Omit<Told, 'kernel'>,
  { mcp: { server }, accounts }: Session,
  era: 'legacy' | 'modern',
): void {
  const wanted = new Set<string>();
  if (era === 'legacy') {
    server.setRequestHandler('resources/subscribe', ({ params: { uri } }) => {
      if (!resources.some(resource => readAddress(addressOf(resource, accounts), uri)))
        throw new ResourceNotFoundError(uri);
      if (wanted.size >= mostWanted)
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Too many addresses are subscribed to already.');
      wanted.add(uri);
      return {};
    });
    server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
      wanted.delete(uri);
      return {};
    });
  }
  const stop = changes.subscribe(change => {
    // A client that is gone misses nothing.
    for (const uri of touchedBy(change, resources, accounts))
      if (era === 'modern' || wanted.has(uri)) server.sendResourceUpdated({ uri }).catch(() => undefined);
  });
  server.onclose = stop;
}

/** So many addresses are kept for one connection. */
const mostWanted = 10_000;
