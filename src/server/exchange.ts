import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { type AuthInfo, createMcpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import { readBody } from './body.ts';
import { openDoor, openStay, stays } from './load.ts';
import { json } from './reply.ts';

const maxBodyBytes = 1024 * 1024;

/** Most calls at once: what they hold stays small, and the registrar answers no faster for more. */
const mostCalls = 500;
/** Most calls in one request, as the protocol's handler has it. */
const mostInOne = 100;
/** Most bytes of bodies at once, those that still arrive and those of calls that run. */
const mostBytes = 64 * maxBodyBytes;

/** Answers requests to the MCP endpoint, of callers who are known, as many at once as can be served. */
export function openExchanges(
  factory: McpServerFactory,
  { onerror, refused }: { onerror: (error: Error) => void; refused: (status: number) => void },
) {
  const mcp = createMcpHandler(factory, { onerror, maxRequestBodySize: maxBodyBytes });
  const calls = openDoor(mostCalls);
  const bytes = openDoor(mostBytes);

  /** Says when to come back, and reads no more of what was sent. */
  function turnAway(response: ServerResponse): void {
    refused(503);
    const again = 'Too many calls run at once; nothing was done. Call again in a moment.';
    json(response, 503, { error: again }, { 'Retry-After': '1', Connection: 'close' });
  }

  return {
    async answer(request: IncomingMessage, response: ServerResponse, auth: AuthInfo | undefined): Promise<void> {
      const caller = auth?.clientId ?? '';
      // First the whole request, then a place: a client that sends slowly holds none.
      const arrived = await readBody(request, maxBodyBytes, size => bytes.enter(caller, size));
      if (arrived === 'gone') return void response.destroy();
      if (arrived === 'no room') return turnAway(response);
      // Whoever left meanwhile, or before their token was known, would never leave again.
      if (response.destroyed) return arrived.leave();
      const body = parsed(arrived.bytes);
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

      const held = {
        fetch(incoming: Request, options: Parameters<typeof mcp.fetch>[1]) {
          stays.set(incoming, stay);
          // A Request hears that its client has gone only while somebody holds it (nodejs/undici#3644, seen on
          // 2026-11-25): without this, what runs for a client that has gone runs on after a garbage collection.
          response.once('close', () => stays.delete(incoming));
          return mcp.fetch(incoming, options);
        },
      };
      const { method = 'GET', url = '/', headers } = request;
      const again = { method, url, headers, ...(auth && { auth }), [Symbol.asyncIterator]: () => once(arrived.bytes) };
      await toNodeHandler(held, { onerror, maxRequestBodySize: maxBodyBytes })(again, response, body);
    },
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

/** How many calls a body may hold: former revisions of the protocol send several at once. More than that are refused unread. */
function callsIn(body: unknown): number {
  return Array.isArray(body) ? Math.min(Math.max(body.length, 1), mostInOne) : 1;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
}
