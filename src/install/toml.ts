import { parse, stringify, TomlError } from 'smol-toml';
import { isRecord } from '../model/is-record.ts';
import { type Addition, type Edited, lineEnd, same, withoutMark } from './edited.ts';

/** Adds a table at the end of TOML; what is there is not touched. */
export function addToToml(text: string, { key, name, entry }: Addition): Edited {
  const { body, mark } = withoutMark(text);
  const before = read(body);
  if (before instanceof TomlError)
    return { kind: 'unreadable', why: `line ${before.line}, column ${before.column}: ${reason(before)}` };
  const { [key]: servers = {} } = before;
  if (!isRecord(servers)) return { kind: 'unreadable', why: `its ${key} is something else than a table` };
  if (Object.hasOwn(servers, name)) return { kind: same(servers[name], entry) ? 'there' : 'differs' };

  const end = lineEnd(body);
  const parted = body === '' ? '' : body.endsWith('\n') ? end : `${end}${end}`;
  const after = `${body}${parted}${tomlOf({ key, name, entry }).replaceAll('\n', end)}`;
  if (!same(read(after), { ...before, [key]: { ...servers, [name]: entry } }))
    return { kind: 'unreadable', why: `its ${key} is closed, so that no table can be added to it` };
  return { kind: 'added', text: `${mark}${after}` };
}

/** A server as a table of its own. */
export function tomlOf({ key, name, entry }: Pick<Addition, 'key' | 'name' | 'entry'>): string {
  return `${stringify({ [key]: { [name]: entry } }).trim()}\n`;
}

function read(body: string): Record<string, unknown> | TomlError {
  try {
    return parse(body, { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    if (error instanceof TomlError) return error;
    throw error;
  }
}

/** Its first sentence; what follows draws the line, which may hold a secret. */
function reason({ message }: TomlError): string {
  return (message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '');
}
