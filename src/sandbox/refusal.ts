/** The documented result codes. */
export const codes = {
  100: 'Command Successful',
  203: 'Required Parameter Missing',
  204: 'Parameter Value Error',
  211: 'Invalid Command URL',
  221: 'Authorization Error',
  240: 'Command Failed',
  250: 'Unexpected Error (Exception)',
  251: 'Authentication Error',
  260: 'Insufficient Funds',
  261: 'Unable to Authorize Funds',
} as const;

export type Code = keyof typeof codes;

/** A command that fails: its code's message and, behind a dash, the detail in title case. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: Code;

  constructor(code: Code, detail?: string) {
    super(detail === undefined ? codes[code] : `${codes[code]} - ${titleCase(detail)}`);
    this.code = code;
  }
}

export function fail(code: Code, detail?: string): never {
  throw new Refusal(code, detail);
}

function titleCase(text: string): string {
  return text.toLowerCase().replace(/(?<![a-z])[a-z]/g, letter => letter.toUpperCase());
}
