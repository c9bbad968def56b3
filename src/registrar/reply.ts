import { Fault } from '../model/fault.ts';
import { type Asked, faultFor, outcomeUnknown } from './result-codes.ts';
import type { Received } from './transport.ts';
import { Envelope } from './wire.ts';

/** Reads a reply's envelope; throws the fault that its status or result code stands for. Raw text stays out of messages. */
export function readReply({ status, text, retryAfter }: Received, asked: Asked): unknown {
  if (status === 429)
    throw new Fault(
      'registrar_busy',
      `The registrar asked to slow down at ${asked.endpoint}.`,
      `Try again in ${retryAfter ?? 60} seconds.`,
      { cause: retryAfter },
    );
  if (status >= 500 || status === 408)
    throw broken(`The registrar failed at ${asked.endpoint} with HTTP ${status}`, asked, retryAfter);
  if (status >= 300 && status < 400)
    throw new Fault(
      'registrar_unreadable',
      `The registrar answered ${asked.endpoint} with a redirect, which is never followed.`,
      'Check REGISTRAR_URL.',
    );

  const reply = parse(text);
  const envelope = Envelope.safeParse(reply);
  if (envelope.success) {
    const { code, message } = envelope.data.result;
    if (code === 100) return reply;
    throw faultFor(code, message, asked);
  }
  if (status === 401 || status === 403)
    throw new Fault(
      'bad_credentials',
      `The registrar refused ${asked.endpoint} with HTTP ${status}.`,
      'Check REGISTRAR_USERNAME, REGISTRAR_API_TOKEN and that this address may use the API.',
    );
  if (status >= 400)
    throw new Fault(
      'registrar_unreadable',
      `The registrar answered ${asked.endpoint} with HTTP ${status}.`,
      'Check REGISTRAR_URL: this may not be the API.',
    );
  if (asked.risk !== 'read') throw outcomeUnknown(`The registrar's answer to ${asked.endpoint} cannot be read`, asked);
  throw new Fault(
    'registrar_unreadable',
    `The registrar's answer to ${asked.endpoint} is not the API's JSON.`,
    'Check REGISTRAR_URL: this may not be the API.',
  );
}

function broken(what: string, asked: Asked, retryAfter: number | undefined): Fault {
  if (asked.risk !== 'read') return outcomeUnknown(what, asked);
  return new Fault('registrar_failed', `${what}.`, 'Try again in a minute.', { cause: retryAfter });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
