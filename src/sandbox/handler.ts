import type { Json } from './php-json.ts';
import { fail } from './refusal.ts';
import type { Connection, Row } from './store.ts';

/** Who asks; handlers of endpoints that need no credentials get undefined. */
export interface AccountRow {
  readonly username: string;
  readonly create_date: string;
  readonly credit: number;
  readonly contacts: string;
}

export interface Call {
  readonly db: Connection;
  readonly account: AccountRow;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly now: Date;
  readonly clientIp: string;
  readonly sessionMinutes: number;
  /** The session token of the request, if it came with one. */
  readonly session: string | undefined;
}

/** What follows `"result"` in a successful reply. */
export type Handler = (call: Call) => { readonly [key: string]: Json | undefined };

/** A required text member of a body. */
export function text(body: Call['body'], key: string): string {
  const value = body[key];
  if (value === undefined || value === null) fail(203, key.replaceAll('_', ' '));
  if (typeof value !== 'string' && typeof value !== 'number') fail(204, key.replaceAll('_', ' '));
  return String(value);
}

/** A required whole number, given as a number or as digits. */
export function integer(body: Call['body'], key: string, least: number, most: number): number {
  const given = text(body, key);
  const value = /^-?\d{1,10}$/.test(given) ? Number(given) : Number.NaN;
  if (!(value >= least && value <= most)) fail(204, key.replaceAll('_', ' '));
  return value;
}

/** An array member, or undefined where there is none. */
export function array(body: Call['body'], key: string): readonly unknown[] | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value : fail(204, key);
}

/** An array member of texts, at most 500 of them. */
export function texts(body: Call['body'], key: string): readonly string[] | undefined {
  const given = array(body, key);
  const found = given?.filter(item => typeof item === 'string');
  return found && (found.length < (given?.length ?? 0) || found.length > 500) ? fail(204, key) : found;
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A column that is text. */
export function column(row: Row, key: string): string {
  return String(row[key] ?? '');
}

/** JSON that the sandbox itself stored. */
export function stored<T extends Json>(json: string, is: (value: unknown) => value is T): T {
  const value: unknown = JSON.parse(json);
  return is(value) ? value : fail(250);
}

/** Cents as a decimal string. */
export function decimal(cents: number): string {
  return (cents / 100).toFixed(2);
}
