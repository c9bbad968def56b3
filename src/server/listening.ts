import { AsyncLocalStorage } from 'node:async_hooks';
import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type ServerEventBus,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Permit } from '../model/permit.ts';
import type { Change, Changes } from '../tool/changes.ts';
import type { Kernel } from '../tool/kernel.ts';
import { addressOf, type Resource, readAddress, touchedBy } from '../tool/resource.ts';
import { servedResources } from './resources.ts';
import type { Session } from './session.ts';

/** So many addresses are kept for one connection. */
const mostWanted = 10_000;
/** So many addresses are listened to in one stream over HTTP. */
const mostInStream = 1_000;
/** The id of a stream stands in each of its notices. */
const longestId = 100;
/** Who has been told of so many addresses and reads none of it is told no more. */
const mostUnread = 5 * mostInStream;

const Listen = z.object({
  id: z.union([z.number(), z.string().max(longestId)]),
  params: z.object({
    notifications: z.object({ resourceSubscriptions: z.array(z.string()).max(mostInStream).default([]) }),
  }),
});

/** The addresses that a request for a stream is about; a sentence where it asks for more than one stream may have. */
export function wantedIn(body: unknown): ReadonlySet<string> | string {
  const { success, data } = Listen.safeParse(body);
  return success
    ? new Set(data.params.notifications.resourceSubscriptions)
    : `A stream of changes takes notifications with at most ${mostInStream} addresses, and an id of at most ${longestId} characters.`;
}

/** Somebody who listens over HTTP. */
interface Listener {
  /** What they may do now; rejects where they are not known any more. */
  readonly permit: () => Promise<Permit | undefined>;
  /** The addresses that they listen to. */
  readonly wanted: ReadonlySet<string>;
  /** Whether what they were told before is still on its way to them. */
  readonly behind: () => boolean;
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
  readonly changes: Pick<Changes, 'subscribe'>;
  readonly resources: readonly Resource[];
}

/**
 * Tells streams over HTTP of changes (`subscriptions/listen`). The handler that serves the streams tells each of everything,
 * by its address; so here each is asked for whom it is, and told only what they may read at that moment.
 */
export function openListening({ kernel, changes, resources: all }: Told): Listening {
  const resources = servedResources(kernel, all);
  const listeners = new AsyncLocalStorage<Listener>();
  /** The addresses of a change, by the accounts of those who are told: worked out once for all of them. */
  const touched = new WeakMap<Change, Map<string, readonly string[]>>();

  function touchedFor(change: Change, accounts: readonly string[]): readonly string[] {
    const known = touched.get(change) ?? new Map<string, readonly string[]>();
    touched.set(change, known);
    const key = JSON.stringify(accounts);
    const uris = known.get(key) ?? touchedBy(change, resources, accounts);
    known.set(key, uris);
    return uris;
  }

  /** Tells somebody of changes, until they are not known any more or leave too much of what they are told unread. */
  function teller({ permit: ask, wanted, behind, end }: Listener, tell: (uri: string) => void) {
    let unread = 0;
    return async (change: Change): Promise<void> => {
      try {
        const permit = await ask();
        if (permit && !permit.words.includes('read')) return;
        const uris = touchedFor(change, kernel.accountsOf(permit)).filter(uri => wanted.has(uri));
        unread = behind() ? unread + uris.length : uris.length;
        if (unread > mostUnread) end();
        else uris.forEach(tell);
      } catch {
        end();
      }
    };
  }

  return {
    on: (listener, work) => listeners.run(listener, work),
    bus: {
      // Changes come from acts; no other part of the server has any to tell.
      publish: () => undefined,
      subscribe(tell) {
        const listener = listeners.getStore();
        if (!listener) return () => undefined;
        const told = teller(listener, uri => tell({ kind: 'resource_updated', uri }));
        return changes.subscribe(change => void told(change));
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
