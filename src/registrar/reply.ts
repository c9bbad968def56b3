import { Fault } from '../model/fault.ts';
import { type Asked, checkCredentials, faultFor, outcomeUnknown } from './result-codes.ts';
import type { Received } from './transport.ts';
import { Envelope } from './wire.ts';

const checkUrl = 'Check REGISTRAR_URL: this may not be the API.';

/** Statuses that say that a request was turned away before it was looked into. */
const turnedAway = new Set([401, 403, 404, 405]);

/** Reads a reply's envelope; throws the fault that its status or result code stands for. Raw text stays out of messages. */
export function readReply({ status, text, retryAfter }: Received, asked: Asked): unknown {
  const { endpoint, risk } = asked;
  if (status === 429) {
    const next = `Try again in ${retryAfter ?? 60} seconds.`;
    throw new Fault('registrar_busy', `The registrar asked to slow down at ${endpoint}.`, next, { cause: retryAfter });
  }
  const reply = parse(text);
  const envelope = status < 500 ? Envelope.safeParse(reply) : undefined;
  if (envelope?.success) {
    const { code, message } = envelope.data.result;
    if (code === 100) return reply;
    throw faultFor(code, message, asked);
  }
  if (status === 401 || status === 403) {
    const code = status === 401 ? 'bad_credentials' : 'not_authorized';
    throw new Fault(code, `The registrar refused ${endpoint} with HTTP ${status}.`, checkCredentials);
  }
  const what = `The registrar's answer to ${endpoint} (HTTP ${status}) cannot be read`;
  if (risk !== 'read' && !turnedAway.has(status)) throw outcomeUnknown(what, asked);
  if (status >= 500) {
    const failed = `The registrar failed at ${endpoint} with HTTP ${status}.`;
    throw new Fault('registrar_failed', failed, 'Try again in a minute.', { cause: retryAfter });
  }
  if (status >= 300 && status < 400) {
    const moved = `The registrar answered ${endpoint} with a redirect, which is never followed.`;
    throw new Fault('registrar_unreadable', moved, checkUrl);
  }
  throw new Fault('registrar_unreadable', `${what}: it is not the API's JSON.`, checkUrl);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
