import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../listen.ts';
import type { EndpointName } from '../registrar/endpoints.ts';
import { serveDns } from './dns/server.ts';
import { type Faults, openFaults, type SandboxFault } from './faults.ts';
import type { AccountRow } from './handler.ts';
import { bySession, byToken } from './handlers/general.ts';
import { handlers } from './handlers/index.ts';
import { phpJson } from './php-json.ts';
import { type Code, codes, fail, Refusal } from './refusal.ts';
import { type Route, route } from './routes.ts';
import { demo, seed } from './seed.ts';
import { openStore, type Store } from './store.ts';

export interface SandboxOptions {
  /** Where the data lives; made where it is missing. */
  readonly directory: string;
  readonly now?: () => Date;
  readonly host?: string;
  readonly port?: number;
  /** Where its zones are served over DNS; any free port where none is given. */
  readonly dnsPort?: number;
  /** How long a session token is good for. */
  readonly sessionMinutes?: number;
}

export interface Sandbox {
  readonly url: URL;
  /** Where its zones are served over DNS, UDP and TCP. */
  readonly dns: { readonly address: string; readonly port: number };
  readonly credentials: { readonly username: string; readonly apiToken: string };
  readonly faults: Faults;
  /** Every request that arrived, oldest first, as `GET /api/hello`; at most the last 10,000. */
  readonly seen: readonly string[];
  close(): Promise<void>;
}

const maxBodyBytes = 10 * 1024 * 1024;
/** Endpoints that answer without credentials. */
const open: ReadonlySet<EndpointName> = new Set(['hello', 'login', 'domain_check']);
const nobody: AccountRow = { username: '', create_date: '', credit: 0, contacts: '[]' };

/** Starts the registrar in the box: the whole API over HTTP, on SQLite. */
export async function openSandbox({
  directory,
  now = () => new Date(),
  host = '127.0.0.1',
  port = 0,
  dnsPort = 0,
  sessionMinutes = 30,
}: SandboxOptions): Promise<Sandbox> {
  const store = openStore(directory, db => seed(db, now()));
  const faults = openFaults();
  const seen: string[] = [];

  const server = createServer((request, response) => {
    if (seen.push(`${request.method} ${request.url}`) > 10_000) seen.shift();
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = route(request.method ?? '', request.url ?? '');
    const body = await read(request);
    if (!found) return send(response, 404, envelope(211));
    const fault = faults.strike(found.name);
    if (fault?.when === 'before' && !(await pass(response, fault, ''))) return;
    const reply =
      body === undefined
        ? envelope(204, 'Parameter Value Error - Request Too Large')
        : carryOut(store, found, request, body);
    if (fault?.when === 'after' && !(await pass(response, fault, reply))) return;
    send(response, 200, reply);
  }

  function carryOut(
    { reads, writes }: Store,
    { name, endpoint, params }: Route,
    request: IncomingMessage,
    body: string,
  ): string {
    const db = endpoint.risk === 'read' ? reads : writes;
    const perform = () => {
      const session = header(request, 'api-session-token');
      const account = open.has(name) ? nobody : authenticate();
      const call = {
        db,
        account,
        params,
        body: members(body),
        now: now(),
        clientIp: request.socket.remoteAddress ?? '',
        sessionMinutes,
        session,
      };
      return handlers[name](call);

      function authenticate(): AccountRow {
        const known = session === undefined ? undefined : bySession(db, session, now());
        return (
          known ??
          byToken(db, header(request, 'api-username') ?? '', header(request, 'api-token') ?? '') ??
          fail(251, 'invalid username or api token')
        );
      }
    };
    try {
      return envelope(100, codes[100], endpoint.risk === 'read' ? perform() : db.transaction(perform));
    } catch (error) {
      return error instanceof Refusal ? envelope(error.code, error.message) : envelope(250);
    }
  }

  const url = await listen(server, { host, port });
  const dns = await serveDns(store.reads, { host, port: dnsPort });

  return {
    url,
    dns: { address: host, port: dns.port },
    credentials: { username: demo.username, apiToken: demo.apiToken },
    faults,
    seen,
    async close() {
      await dns.close();
      await new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      store.close();
    },
  };
}

function envelope(code: Code, message: string = codes[code], members: object = {}): string {
  return phpJson({ result: { code, message }, ...members });
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=UTF-8',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** Lets a fault strike; true where the request goes on as if nothing had happened. */
async function pass(response: ServerResponse, fault: SandboxFault, reply: string): Promise<boolean> {
  switch (fault.how) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return false;
    case 'status':
      send(response, fault.status ?? 500, 'Internal Server Error', fault.headers);
      return false;
    case 'garbage':
      send(response, 200, '<html>\u0000{"result":');
      return false;
    case 'truncate':
      response.writeHead(200, {
        'Content-Type': 'text/html; charset=UTF-8',
        'Content-Length': Buffer.byteLength(reply) + 10,
      });
      response.write(reply.slice(0, reply.length / 2));
      await delay(20);
      response.socket?.destroy();
      return false;
    case 'slow':
      response.writeHead(200, { 'Content-Type': 'text/html; charset=UTF-8' });
      for (const byte of reply) {
        if (response.destroyed) break;
        response.write(byte);
        await delay(fault.ms ?? 50);
      }
      response.end();
      return false;
    case 'delay':
      await delay(fault.ms ?? 100);
      return true;
  }
}

/** The body as text, or undefined where it is larger than is read. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  return size > maxBodyBytes ? undefined : Buffer.concat(chunks).toString('utf8');
}

/** A body is JSON whatever its type says; none is as good as an empty object. */
function members(body: string): Record<string, unknown> {
  if (body.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return fail(204, 'request is not valid json');
  }
  // PHP clients write an empty object as an empty list.
  const empty = value === null || (Array.isArray(value) && value.length === 0);
  if (typeof value !== 'object' || (Array.isArray(value) && !empty)) return fail(204, 'request is not a json object');
  return { ...value };
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
