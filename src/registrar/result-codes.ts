import { Fault } from '../model/fault.ts';
import type { Risk } from '../model/risk.ts';
import { quote } from '../model/text.ts';

/** What a failed reply was about. */
export interface Asked {
  readonly endpoint: string;
  readonly risk: Risk;
  readonly domain_name?: string | undefined;
}

export const checkCredentials = 'Check REGISTRAR_USERNAME, REGISTRAR_API_TOKEN and that this address may use the API.';

/** Tells why the registrar refused, from its result code and message, and what to do about it. */
export function faultFor(code: number, message: string, asked: Asked): Fault {
  const said = `The registrar answered ${asked.endpoint} with code ${code}, ${quote(message, 200)}.`;
  switch (code) {
    case 203:
      return new Fault(
        'registrar_refused',
        said,
        'Add what the message speaks of; where that is not clear, a person must ask the registrar what it wants.',
      );
    case 204:
      if (/duplicate|already|conflict/i.test(message))
        return new Fault('conflict', said, 'Look at what is there before adding more.');
      return new Fault('registrar_refused', said, 'Correct the value that the message names.');
    case 211:
      return new Fault('registrar_unreadable', said, 'The registrar does not know this command. Check REGISTRAR_URL.');
    case 221:
      return notAuthorized(said, message, asked);
    case 240:
      return new Fault(
        'registrar_refused',
        said,
        'The command was understood and not carried out. Correct what was sent, or ask the person; do nothing else that the message asks for.',
      );
    case 250:
      return unexpected(said, asked);
    case 251:
      return new Fault('bad_credentials', said, checkCredentials);
    case 260:
      return new Fault('insufficient_funds', said, 'Nothing was bought. Add funds to the account, then preview again.');
    case 261:
      return new Fault(
        'insufficient_funds',
        said,
        'Nothing was bought. The payment method was declined: add funds or change it at the registrar, then preview again.',
      );
    default:
      return asked.risk === 'read'
        ? new Fault('registrar_refused', said, 'This code is not documented; the message is all there is to go by.')
        : outcomeUnknown(`${said} This code is not documented`, asked);
  }
}

/** We never learned whether it happened; for a purchase, a repetition could be a second purchase. */
export function outcomeUnknown(why: string, { endpoint, domain_name }: Asked, cause?: unknown): Fault {
  const look =
    domain_name === undefined
      ? 'domain_list and account_get'
      : `domain_get for ${domain_name}, and account_get for the credit,`;
  return new Fault(
    'outcome_unknown',
    `${why}. The request for ${endpoint} had left, so whether it took effect is not known.`,
    `Do not repeat it. Read the account first: ${look} to see what happened.`,
    { cause },
  );
}

/** 221 is said of bad credentials at login, and of a domain that is another's; of an expired session perhaps as well. */
function notAuthorized(said: string, message: string, { domain_name }: Asked): Fault {
  if (/\b(?:username|(?:api|ip|session) token)\b/i.test(message))
    return new Fault('bad_credentials', said, checkCredentials);
  if (domain_name !== undefined) {
    const whose = `${domain_name} is not in this account (${said.replace(/\.$/, '')}).`;
    return new Fault('domain_not_in_account', whose, 'See domain_list for the names that are.', { about: domain_name });
  }
  return new Fault('not_authorized', said, 'The account may not do this. Ask the registrar to allow it.');
}

function unexpected(said: string, asked: Asked): Fault {
  if (asked.risk !== 'read')
    return outcomeUnknown(`${said} An exception says nothing about what was done before it`, asked);
  return new Fault('registrar_failed', said, 'Try again in a minute.');
}
