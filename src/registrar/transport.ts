import { type Dispatcher, errors, Pool } from 'undici';

/**
 * How long to wait for a connection, for headers, between two bytes of a body, and for the whole body, in milliseconds.
 * `item`: how much longer for headers, for each of the items of an order.
 */
export interface Timeouts {
  readonly connect: number;
  readonly headers: number;
  readonly item: number;
  readonly body: number;
  readonly wholeBody: number;
}

export const defaultTimeouts: Timeouts = {
  connect: 10_000,
  headers: 30_000,
  item: 2_000,
  body: 30_000,
  wholeBody: 60_000,
};

/** The largest reply that is read: a list of 100,000 domains fits. */
const maxReplyBytes = 32 * 1024 * 1024;

export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** How many items it orders. */
  readonly items?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Received {
  readonly status: number;
  readonly text: string;
  readonly retryAfter?: number | undefined;
}

/** Why an exchange brought no answer. `left`: bytes of the request may have reached the registrar. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
  readonly left: boolean;

  constructor(message: string, left: boolean, options?: ErrorOptions) {
    super(message, options);
    this.left = left;
  }
}

/** One origin's connections. TLS is always verified, redirects are never followed. */
export function openTransport(origin: URL, timeouts: Timeouts, dispatcher?: Dispatcher) {
  const pool =
    dispatcher ??
    new Pool(origin.origin, {
      connect: { timeout: timeouts.connect, rejectUnauthorized: true },
      headersTimeout: timeouts.headers,
      bodyTimeout: timeouts.body,
      maxResponseSize: maxReplyBytes,
    });
  const prefix = origin.pathname.replace(/\/$/, '');

  return {
    /** Sends one request and reads the whole reply; throws {@link Unanswered} where there is none. */
    async exchange({ method, target, headers, body, items = 0, signal }: Exchange): Promise<Received> {
      try {
        const reply = await pool.request({
          origin: origin.origin,
          path: prefix + target,
          method,
          headers,
          body: body ?? null,
          headersTimeout: timeouts.headers + items * timeouts.item,
          ...(signal && { signal }),
        });
        // The client's own timeouts are for the headers and between two bytes; this one is for an answer that dribbles.
        const late = setTimeout(() => reply.body.destroy(new errors.BodyTimeoutError()), timeouts.wholeBody);
        const text = await reply.body.text().finally(() => clearTimeout(late));
        return { status: reply.statusCode, text, retryAfter: seconds(reply.headers['retry-after']) };
      } catch (error) {
        throw unanswered(error);
      }
    },
    close: () => pool.close(),
  };
}

/** Errors that happen before the first byte of a request is written. */
const beforeSending = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
/** The system's errors do so only while a name is looked up or a connection is made: a route can also go away later. */
const connecting = new Set(['connect', 'getaddrinfo']);

function unanswered(error: unknown): Unanswered {
  const { code, syscall } = causeOf(error);
  if (code !== undefined && (beforeSending.has(code) || connecting.has(syscall ?? '')))
    return new Unanswered(`no connection could be made (${code})`, false, { cause: error });
  if (error instanceof errors.ResponseExceededMaxSizeError)
    return new Unanswered('the answer was larger than 32 MB', true, { cause: error });
  if (/TIMEOUT/.test(code ?? '')) return new Unanswered('no answer came in time', true, { cause: error });
  return new Unanswered(`the connection broke${code === undefined ? '' : ` (${code})`}`, true, { cause: error });
}

/** An error's code and system call; a failed connection to several addresses hides them in the first of its errors. */
function causeOf(error: unknown): { code: string | undefined; syscall: string | undefined } {
  if (error instanceof AggregateError) return causeOf(error.errors[0]);
  const text = (key: 'code' | 'syscall') => {
    const value: unknown = error instanceof Error && key in error ? Reflect.get(error, key) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  return { code: text('code'), syscall: text('syscall') };
}

function seconds(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,5}$/.test(header) ? Number(header) : undefined;
}
