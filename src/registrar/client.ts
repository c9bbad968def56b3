import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { Dispatcher } from 'undici';
import * as z from 'zod';
import { Fault } from '../model/fault.ts';
import type { Risk } from '../model/risk.ts';
import { type Endpoint, type EndpointName, endpoints } from './endpoints.ts';
import { type Limits, openLimiter, type TakeTurn } from './limits.ts';
import { type Registrars, registrarsOver } from './registrar.ts';
import { readReply } from './reply.ts';
import { type Asked, outcomeUnknown } from './result-codes.ts';
import { openSession, tokenIn } from './session.ts';
import { defaultTimeouts, openTransport, type Received, type Timeouts, Unanswered } from './transport.ts';

interface Credentials {
  readonly username: string;
  readonly apiToken: string;
}

export interface ClientOptions {
  /** Where the API is; a path in it is put in front of every route. */
  readonly url: URL;
  readonly credentials: Credentials;
  /** `token`: name and API token on each request. `session`: a session token from login, renewed when it expires. */
  readonly auth: 'token' | 'session';
  readonly limits: Limits;
  /** The words whose requests are never sent, whoever asks for them. */
  readonly withheld?: readonly Risk[];
  /** Takes turns where other processes use the account as well. */
  readonly takeTurn?: TakeTurn | undefined;
  readonly timeouts?: Timeouts;
  /** How often a read is tried again, and the least wait before the first of these, in milliseconds. */
  readonly retry?: { readonly times: number; readonly wait: number };
  /** Told every session token, so that it can be kept out of what is shown. */
  readonly secret?: (token: string) => void;
  /** Told what was sent to anything but a read, once it has ended, however it did. */
  readonly changed?: ((args: Args) => void) | undefined;
  /** Told of every request how it ended and how long it took, in milliseconds. */
  readonly observed?: ((event: RequestEvent) => void) | undefined;
  /** In place of real connections, for faults that a healthy server cannot produce. */
  readonly dispatcher?: Dispatcher;
}

/** How a request ended; `call`: the call that it was made for. */
export interface RequestEvent {
  readonly endpoint: string;
  readonly outcome: string;
  readonly ms: number;
  readonly call?: string | undefined;
}

type Args = Readonly<Record<string, unknown>>;

/** A body as the wire takes it, and where it goes. */
interface Request {
  readonly endpoint: Endpoint;
  readonly asked: Asked;
  readonly target: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly call?: string | undefined;
}

/** Opens the registrar's API. Nothing is sent before the first call. */
export function openClient(options: ClientOptions): {
  /** The registrars of a caller who may go away, for a call that its requests are known by. */
  registrars(signal?: AbortSignal, call?: string): Registrars;
  /** How many requests wait for their turn. */
  readonly waiting: number;
  close(): Promise<void>;
} {
  const { credentials, retry = { times: 2, wait: 250 } } = options;
  const transport = openTransport(options.url, options.timeouts ?? defaultTimeouts, options.dispatcher);
  const turn = openLimiter(options.limits, options.takeTurn);
  let waiting = 0;
  const session = openSession(async () => {
    // A login that goes unanswered changes nothing that matters: unlike the tool of that name, it is repeated like a read.
    const login = request('login', {});
    return kept(tokenIn(await perform({ ...login, asked: { ...login.asked, risk: 'read' } }, {})));
  });

  async function send(name: EndpointName, args: Args, signal?: AbortSignal, call?: string): Promise<unknown> {
    const { risk } = endpoints[name];
    if (options.withheld?.includes(risk))
      throw new Fault(
        'not_permitted',
        `This server sends nothing that is ${risk}.`,
        'Only whoever runs it can change that.',
      );
    const outgoing = { ...request(name, args), call };
    const reply = await authenticated(outgoing, signal).finally(() => {
      if (outgoing.asked.risk !== 'read') options.changed?.(args);
    });
    if (name === 'login') session.adopt(kept(tokenIn(reply)));
    if (name === 'logout') session.end();
    return decode(outgoing, args, reply);
  }

  function kept(token: string): string {
    options.secret?.(token);
    return token;
  }

  /** Sends with the right credentials; an expired session is renewed once, since what was refused for it did not happen. */
  async function authenticated(outgoing: Request, signal?: AbortSignal): Promise<unknown> {
    if (outgoing.endpoint.auth !== 'headers' || !(session.open || options.auth === 'session')) {
      return await perform(outgoing, tokenHeaders(outgoing.endpoint), signal);
    }
    const token = await session.token();
    try {
      return await perform(outgoing, { 'Api-Session-Token': token }, signal);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'bad_credentials') throw error;
      await session.drop(token);
      return await perform(outgoing, { 'Api-Session-Token': await session.token() }, signal);
    }
  }

  function tokenHeaders({ auth }: Endpoint): Record<string, string> {
    return auth === 'headers' ? { 'Api-Username': credentials.username, 'Api-Token': credentials.apiToken } : {};
  }

  function request(name: EndpointName, args: Args): Request {
    const endpoint: Endpoint = endpoints[name];
    const sent = z.encode(endpoint.sends, args);
    const { extra, ...members } = isRecord(sent) ? sent : {};
    const body = Object.fromEntries(Object.entries(members).filter(([key]) => !endpoint.path.params.includes(key)));
    if (endpoint.auth === 'body')
      Object.assign(body, { username: credentials.username, api_token: credentials.apiToken });
    return {
      endpoint,
      asked: {
        endpoint: endpoint.path.name,
        risk: endpoint.risk,
        domain_name: typeof args.domain_name === 'string' ? args.domain_name : undefined,
      },
      target: endpoint.path.build(members),
      body: isRecord(extra) ? { ...extra, ...body } : body,
    };
  }

  async function inTurn(signal?: AbortSignal): Promise<void> {
    waiting += 1;
    await turn(signal).finally(() => {
      waiting -= 1;
    });
  }

  /** Waits its turn, sends, reads the envelope; repeats what may be repeated. */
  async function perform(outgoing: Request, headers: Record<string, string>, signal?: AbortSignal): Promise<unknown> {
    return await pRetry(
      async () => {
        await inTurn(signal);
        if (signal?.aborted) throw cancelled(outgoing.asked);
        return await timed(outgoing, async () => readReply(await exchange(outgoing, headers, signal), outgoing.asked));
      },
      {
        retries: retry.times,
        minTimeout: retry.wait,
        factor: 3,
        randomize: true,
        ...(signal && outgoing.asked.risk === 'read' && { signal }),
        shouldRetry: ({ error }) => mayRepeat(outgoing.asked, error),
        onFailedAttempt: async ({ error, retriesLeft }) => {
          const wait = mayRepeat(outgoing.asked, error) && retriesLeft > 0 ? retryAfter(error) : 0;
          if (wait > 0) await delay(wait, undefined, { signal });
        },
      },
    ).catch(error => {
      throw signal?.aborted && !(error instanceof Fault) ? cancelled(outgoing.asked) : error;
    });
  }

  async function timed<T>({ asked: { endpoint }, call }: Request, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    let outcome = 'internal';
    try {
      const done = await work();
      outcome = 'ok';
      return done;
    } catch (error) {
      if (error instanceof Fault) outcome = error.code;
      throw error;
    } finally {
      options.observed?.({ endpoint, outcome, ms: performance.now() - began, call });
    }
  }

  /** Only reads are abandoned when the caller goes away: what may have changed something is waited for. */
  async function exchange(
    { endpoint, asked, target, body }: Request,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Received> {
    try {
      return await transport.exchange({
        method: endpoint.method,
        target,
        headers: endpoint.method === 'POST' ? { ...headers, 'Content-Type': 'application/json' } : headers,
        body: endpoint.method === 'POST' ? JSON.stringify(body) : undefined,
        items: Array.isArray(body.items) ? body.items.length : 0,
        signal: asked.risk === 'read' ? signal : undefined,
      });
    } catch (error) {
      if (asked.risk === 'read' && signal?.aborted) throw cancelled(asked);
      if (error instanceof Unanswered && error.left && asked.risk !== 'read')
        throw outcomeUnknown(`The registrar did not answer: ${error.message}`, asked, error);
      throw unreachable(asked, error);
    }
  }

  return {
    registrars: (signal, call) => registrarsOver((name, args, of) => send(name, args, of, call))(signal),
    get waiting() {
      return waiting;
    },
    close: () => transport.close(),
  };
}

function decode({ endpoint, asked }: Request, args: Args, reply: unknown): unknown {
  const read = endpoint.returns(args).safeParse(reply);
  if (read.success) return read.data;
  const where = [...new Set(read.error.issues.map(({ path }) => path.join('.')))].slice(0, 3).join(', ');
  const what = `The registrar's answer to ${asked.endpoint} does not fit: ${where === '' ? 'the whole of it' : where}.`;
  if (asked.risk === 'read') throw new Fault('registrar_unreadable', what, 'Report this field; nothing was changed.');
  // Code 100 says that the command was carried out; of an order's items it says nothing.
  if (asked.endpoint === 'order') throw outcomeUnknown(what.replace(/\.$/, ''), asked);
  const succeeded = `${what} The registrar did say that the command succeeded.`;
  throw new Fault('registrar_unreadable', succeeded, 'Do not repeat it. Read the account to see the result.');
}

function mayRepeat({ risk }: Asked, error: Error): boolean {
  return (
    error instanceof Fault &&
    error.again &&
    error.code !== 'cancelled' &&
    (risk === 'read' || error.code === 'registrar_unreachable')
  );
}

function unreachable({ endpoint }: Asked, cause: unknown): Fault {
  const why = cause instanceof Error ? cause.message : 'no connection';
  return new Fault(
    'registrar_unreachable',
    `The registrar could not be reached for ${endpoint}: ${why}. Nothing was changed.`,
    'Check REGISTRAR_URL and the network, then try again.',
    { cause },
  );
}

function cancelled({ endpoint }: Asked): Fault {
  return new Fault(
    'cancelled',
    `The call was cancelled before ${endpoint} was answered; nothing was changed.`,
    'Call again when it is wanted.',
  );
}

/** Milliseconds that the registrar asked us to wait, at most half a minute. */
function retryAfter({ cause }: Error): number {
  return typeof cause === 'number' ? Math.min(cause, 30) * 1000 : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
