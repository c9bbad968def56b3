import { count } from './text.ts';

/** An instant as ISO 8601 in UTC, to the second: `2027-01-30T23:59:59Z`. */
export type Timestamp = `${string}T${string}Z`;

const day = 86_400_000;

/** Reads the registrar's `YYYY-MM-DD HH:MM:SS` (no zone is given; read as UTC); undefined where it is no date. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const [, date, time = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d))?$/.exec(text.trim()) ?? [];
  if (date === undefined) return undefined;
  const instant: Timestamp = `${date}T${time}Z`;
  return Number.isNaN(Date.parse(instant)) ? undefined : instant;
}

/** Whole days from `now` until the instant; negative once it has passed. */
export function daysUntil(instant: Timestamp, now: Date): number {
  return Math.floor((Date.parse(instant) - now.getTime()) / day);
}

/** The date alone: `2027-01-30`. */
export function dateOf(instant: Timestamp): string {
  return instant.slice(0, 10);
}

/** An instant as a timestamp. */
export function timestamp(instant: Date): Timestamp {
  const [date = '', time = ''] = instant.toISOString().slice(0, 19).split('T');
  return `${date}T${time}Z`;
}

/** The same time, some days on; back where they are negative. */
export function daysOn(from: string, days: number): Timestamp {
  return timestamp(new Date(Date.parse(from) + days * day));
}

/** The same day and time, some years on. */
export function yearsOn(from: Timestamp, years: number): Timestamp {
  const instant = new Date(from);
  instant.setUTCFullYear(instant.getUTCFullYear() + years);
  return timestamp(instant);
}

/** How long ago an instant was, as people say it: `4 minutes ago`, `just now`. */
export function ago(instant: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(instant)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${count(minutes, 'minute')} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${count(hours, 'hour')} ago` : `${count(Math.floor(hours / 24), 'day')} ago`;
}
