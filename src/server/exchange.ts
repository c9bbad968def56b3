import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { type AuthInfo, createMcpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import { readBody } from './body.ts';
import { type Listening, wantedIn } from './listening.ts';
import { openDoor, openStay, type Stay, stays } from './load.ts';
import { permitIn } from './permits.ts';
import { json } from './reply.ts';

const maxBodyBytes = 1024 * 1024;

/** Most calls at once: what they hold stays small, and the registrar answers no faster for more. */
const mostCalls = 500;
/** Most streams of changes at once, which last as long as their clients like. */
const mostStreams = 500;
/** Most calls in one request, as the protocol's handler has it. */
const mostInOne = 100;
/** Most bytes of bodies at once, those that still arrive and those of calls that run. */
const mostBytes = 64 * maxBodyBytes;

/** Answers requests to the MCP endpoint, of callers who are known, as many at once as can be served. */
export function openExchanges(
  factory: McpServerFactory,
  {
    listening,
    onerror,
    refused,
  }: {
    listening?: Listening | undefined;
    onerror: (error: Error) => void;
    refused: (status: number) => void;
  },
) {
  const mcp = createMcpHandler(factory, { onerror, maxRequestBodySize: maxBodyBytes });
  // Streams have a handler of their own, so that they end when the server does, and calls are waited for.
  const streams =
    listening && createMcpHandler(factory, { onerror, maxRequestBodySize: maxBodyBytes, bus: listening.bus });
  const streaming = openDoor(mostStreams);
  const calls = openDoor(mostCalls);
  const bytes = openDoor(mostBytes);

  /** Says when to come back, and reads no more of what was sent. */
  function turnAway(response: ServerResponse, why = 'Too many calls run at once; nothing was done.'): void {
    refused(503);
    const again = `${why} Call again in a moment.`;
    json(response, 503, { error: again }, { 'Retry-After': '1', Connection: 'close' });
  }

  return {
    /** `again`: who calls, as their token is at that moment; rejects once it is none any more. */
    async answer(
      request: IncomingMessage,
      response: ServerResponse,
      auth: AuthInfo | undefined,
      again: () => Promise<AuthInfo | undefined>,
    ): Promise<void> {
      const caller = auth?.clientId ?? '';
      // First the whole request, then a place: a client that sends slowly holds none.
      const arrived = await readBody(request, maxBodyBytes, size => bytes.enter(caller, size));
      if (arrived === 'gone') return void response.destroy();
      if (arrived === 'no room') return turnAway(response);
      // Whoever left meanwhile, or before their token was known, would never leave again.
      if (response.destroyed) return arrived.leave();
      const body = parsed(arrived.bytes);
      const { method = 'GET', url = '/', headers } = request;
      const repeated = {
        method,
        url,
        headers,
        ...(auth && { auth }),
        [Symbol.asyncIterator]: () => once(arrived.bytes),
      };
      /** Answers by a handler, and holds on to the request until its answer is through. */
      const answerBy = async ({ fetch }: Pick<typeof mcp, 'fetch'>, stay?: Stay) =>
        await toNodeHandler(
          {
            fetch(incoming, options) {
              if (stay) stays.set(incoming, stay);
              // A Request hears that its client has gone only while somebody holds it (nodejs/undici#3644, seen on
              // 2026-11-25): without this, what runs for a client that has gone runs on after a garbage collection.
              response.once('close', () => stays.delete(incoming));
              return fetch(incoming, options);
            },
          },
          { onerror, maxRequestBodySize: maxBodyBytes },
        )(repeated, response, body);

      if (streams && isListening(body)) {
        arrived.leave();
        const wanted = wantedIn(body);
        if (typeof wanted === 'string') {
          refused(400);
          return json(response, 400, { jsonrpc: '2.0', id: null, error: { code: -32602, message: wanted } });
        }
        const leave = streaming.enter(caller);
        if (!leave) return turnAway(response, 'Too many streams of changes are open.');
        response.once('close', leave);
        const listener = {
          permit: async () => permitIn(await again()),
          wanted,
          behind: () => response.writableNeedDrain,
          end: () => response.destroy(),
        };
        return await listening.on(listener, () => answerBy(streams));
      }
      const leave = calls.enter(caller, callsIn(body));
      if (!leave) {
        arrived.leave();
        return turnAway(response);
      }
      const stay = openStay(() => {
        leave();
        arrived.leave();
      });
      response.once('close', stay.end);
      await answerBy(mcp, stay);
    },
    /** Ends the streams of changes, which would not end by themselves. */
    endStreams: async () => await streams?.close(),
    close: () => mcp.close(),
  };
}

/** What a body says; undefined where it is no JSON, which the protocol's own handler then says. */
function parsed(bytes: Buffer): unknown {
  try {
    return bytes.length > maxBodyBytes ? undefined : JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** Whether a body asks to be told of changes from now on. */
function isListening(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'method' in body && body.method === 'subscriptions/listen';
}

/** How many calls a body may hold: former revisions of the protocol send several at once. More than that are refused unread. */
function callsIn(body: unknown): number {
  return Array.isArray(body) ? Math.min(Math.max(body.length, 1), mostInOne) : 1;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
}
