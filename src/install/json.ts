import { findNodeAtLocation, type Node, type ParseError, parse, parseTree, printParseErrorCode } from 'jsonc-parser';
import { isRecord } from '../model/is-record.ts';
import { type Addition, type Edited, lineEnd, same, withoutMark } from './edited.ts';

const lenient = { allowTrailingComma: true, allowEmptyContent: true };

/** Adds to JSON, with comments and trailing commas where there are some; what is there stays byte for byte. */
export function addToJson(text: string, { key, name, entry, inputs }: Addition): Edited {
  const { body, mark } = withoutMark(text);
  const errors: ParseError[] = [];
  const read: unknown = parse(body, errors, lenient);
  const before = read === undefined ? {} : read;
  const [wrong] = errors;
  if (wrong) return { kind: 'unreadable', why: `${placeOf(body, wrong.offset)}: ${worded(wrong)}` };
  if (!isRecord(before)) return { kind: 'unreadable', why: 'it holds something else than an object' };
  const { [key]: servers = {} } = before;
  const { inputs: asked = [] } = inputs.length > 0 ? before : {};
  if (!isRecord(servers)) return { kind: 'unreadable', why: `its "${key}" is something else than an object` };
  if (!Array.isArray(asked)) return { kind: 'unreadable', why: 'its "inputs" is something else than a list' };
  const known = asked.map((input: unknown) => (isRecord(input) ? input.id : undefined));
  const missing = inputs.filter(({ id }) => !known.includes(id));
  const there = Object.hasOwn(servers, name);
  if (there) return { kind: same(servers[name], entry) && missing.length === 0 ? 'there' : 'differs' };

  const end = lineEnd(body);
  const parted = body === '' || body.endsWith('\n') ? '' : end;
  const whole = read === undefined ? `${body}${parted}{}${end}` : body;
  const withEntry = insert(whole, key, { [name]: entry });
  const after = missing.reduce((into, input) => insert(into, 'inputs', [input]), withEntry);

  // A member that is there twice is read in one way and edited in another.
  const expected = {
    ...before,
    [key]: { ...servers, [name]: entry },
    ...(missing.length > 0 && { inputs: [...asked, ...missing] }),
  };
  if (!same(parse(after, [], lenient), expected)) return { kind: 'unreadable', why: 'it has a member twice' };
  return { kind: 'added', text: `${mark}${after}` };
}

/** Puts what an object or a list holds at the end of a member of the root, which is made where it is missing. */
function insert(body: string, member: string, holds: Record<string, unknown> | unknown[]): string {
  const root = parseTree(body, [], lenient);
  const into = root && findNodeAtLocation(root, [member]);
  const [node, depth, value] = into ? [into, 2, holds] : [root, 1, { [member]: holds }];
  if (!node) return body;
  const last = node.children?.at(-1);
  const within = body.slice(node.offset, node.offset + node.length);
  // What stands in one line stays in one.
  const flat = last ? !within.includes('\n') : body.trim() !== '{}' && !body.trim().includes('\n');
  const [, indent = '  '] = /^([ \t]+)\S/m.exec(body) ?? [];
  const base = (last && leadOf(body, last)) ?? indent.repeat(depth);
  const end = lineEnd(body);
  const laidOut = contents(value, flat ? undefined : indent)
    .map(line => (flat ? line : `${end}${base}${line}`))
    .join('');
  const closing = !flat && !last && !within.includes('\n') ? `${end}${indent.repeat(depth - 1)}` : '';
  const at = last ? last.offset + last.length : node.offset + 1;
  const [before, behind] = [body.slice(0, at), body.slice(at)];
  // A comment behind the last member, in its line, is about that one and stays beside it.
  const [beside = '', comma = '', comment = ''] = (last && /^(,?)([ \t]*\/\/[^\r\n]*)/.exec(behind)) || [];
  if (comment !== '') return `${before},${comment}${laidOut}${comma}${behind.slice(beside.length)}`;
  return `${before}${last ? (flat ? ', ' : ',') : ''}${laidOut}${closing}${behind}`;
}

/** The lines between the brackets of a value. */
function contents(value: unknown, indent: string | undefined): string[] {
  const written = JSON.stringify(value, undefined, indent);
  if (indent === undefined) return [written.slice(1, -1)];
  return written
    .split('\n')
    .slice(1, -1)
    .map(line => line.slice(indent.length));
}

/** The white space before something that is the first in its line. */
function leadOf(body: string, { offset }: Node): string | undefined {
  const lead = body.slice(body.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*$/.test(lead) ? lead : undefined;
}

function placeOf(body: string, offset: number): string {
  const lines = body.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

/** `CommaExpected` as `comma expected`. */
function worded({ error }: ParseError): string {
  return printParseErrorCode(error)
    .replace(/(?<=[a-z])[A-Z]/g, letter => ` ${letter}`)
    .toLowerCase();
}
