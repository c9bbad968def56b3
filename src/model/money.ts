import * as z from 'zod';

/** An amount in whole cents. The registrar's API has no currency field: every price is in US dollars. */
export interface Money {
  readonly cents: number;
  readonly currency: 'USD';
}

const decimal = /^(-?)(\d{1,10})(?:\.(\d{1,4}))?$/;

export function usd(cents: number): Money {
  return { cents, currency: 'USD' };
}

/** Reads a decimal amount such as `"9.99"`; undefined where it is none, or has a fraction of a cent. */
export function parseAmount(text: string): Money | undefined {
  const [, sign, whole, fraction = ''] = decimal.exec(text.trim().replace(/(?<=\d),(?=\d{3}\b)/g, '')) ?? [];
  if (whole === undefined || /[1-9]/.test(fraction.slice(2))) return undefined;
  const cents = Number(whole) * 100 + Number(fraction.slice(0, 2).padEnd(2, '0'));
  return usd(sign === '-' ? -cents : cents);
}

/** `"12.99"`, as the registrar writes it. */
function amount({ cents }: Money): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** `"12.99 USD"`, as a person and a model read it. */
export function show(money: Money): string {
  return `${amount(money)} ${money.currency}`;
}

export function times(money: Money, factor: number): Money {
  return usd(money.cents * factor);
}

export function total(all: readonly Money[]): Money {
  return usd(all.reduce((sum, { cents }) => sum + cents, 0));
}

export function minus(a: Money, b: Money): Money {
  return usd(a.cents - b.cents);
}

/** In answers: the shown form, so that cents are never read as dollars. */
export const Money = z.codec(z.string(), z.custom<Money>(isMoney), {
  decode: (text, ctx) => {
    const money = text.endsWith(' USD') ? parseAmount(text.slice(0, -4)) : undefined;
    if (money) return money;
    ctx.issues.push({ code: 'custom', message: 'must read like "12.99 USD"', input: text });
    return z.NEVER;
  },
  encode: show,
});

function isMoney(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'cents' in value && Number.isSafeInteger(value.cents);
}
