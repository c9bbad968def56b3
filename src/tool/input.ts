import * as z from 'zod';
import { Fault } from '../model/fault.ts';
import { didYouMean, oneOf, quote } from '../model/text.ts';

/** How many reasons a refusal lists; the rest is counted. */
const mostReasons = 10;

/** Reads a call's arguments; refuses with every reason at once, in sentences that say how to mend the call. */
export function parseInput<I extends z.ZodObject>(
  schema: I,
  args: unknown,
  alsoKnown: readonly string[] = [],
): z.output<I> {
  const parsed = schema.safeParse(args ?? {});
  if (parsed.success) return parsed.data;
  const reasons = [...new Set(telling(parsed.error.issues).map(issue => sentence(issue, schema, args, alsoKnown)))];
  const more = reasons.length > mostReasons ? [`There are ${reasons.length - mostReasons} more.`] : [];
  throw new Fault(
    'invalid_input',
    [...reasons.slice(0, mostReasons), ...more].join(' '),
    'Nothing was sent. Correct the arguments and call again.',
  );
}

/** Takes the confirmation out of the arguments. */
export function takeConfirm(args: unknown): [confirm: string | undefined, rest: unknown] {
  if (typeof args !== 'object' || args === null || Array.isArray(args) || !Object.hasOwn(args, 'confirm'))
    return [undefined, args];
  const { confirm, ...rest } = { confirm: undefined, ...args };
  if (typeof confirm === 'string') return [confirm, rest];
  throw new Fault(
    'invalid_input',
    `confirm must be the text from the preview, not ${shown(confirm)}.`,
    'Call without confirm to see a preview.',
  );
}

/** Of what has the wrong type, its length and the like say nothing more. */
function telling(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const mistyped = new Set(issues.filter(({ code }) => code === 'invalid_type').map(({ path }) => place(path)));
  return issues.filter(({ code, path }) => code === 'invalid_type' || !mistyped.has(place(path)));
}

function sentence(issue: z.core.$ZodIssue, schema: z.ZodObject, args: unknown, alsoKnown: readonly string[]): string {
  const where = place(issue.path);
  const value = valueAt(args, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys
        .slice(0, 3)
        .map(key => unknownKey(key, issue.path, schema, alsoKnown))
        .join(' ');
    case 'invalid_type':
      if (value === undefined) return `${where} is missing.`;
      return `${where} must be ${kinds[issue.expected] ?? issue.expected}, not ${shown(value)}.`;
    case 'invalid_value': {
      const known = issue.values.map(String);
      const hint = typeof value === 'string' ? didYouMean(value, known) : '';
      return value === undefined
        ? `${where} is missing: ${oneOf(known)}.`
        : stop(`${where} must be ${oneOf(known)}, not ${shown(value)}${hint}`);
    }
    case 'too_small':
      return `${where} must ${bound(issue.origin, 'at least', issue.minimum)}.`;
    case 'too_big':
      return `${where} must ${bound(issue.origin, 'at most', issue.maximum)}.`;
    case 'custom':
      return stop(`${where}${/^(?:must|is|does) /.test(issue.message) ? ' ' : ': '}${issue.message}`);
    default:
      return `${where} is not valid: ${issue.message}.`;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text (in quotes)',
  number: 'a number (without quotes)',
  int: 'a whole number (without quotes)',
  boolean: 'true or false (without quotes)',
  array: 'a list',
  object: 'an object',
  record: 'an object of texts',
};

function unknownKey(
  key: string,
  path: readonly PropertyKey[],
  schema: z.ZodObject,
  alsoKnown: readonly string[],
): string {
  const inside = path.length === 0 ? [...Object.keys(schema.shape), ...alsoKnown] : keysAt(schema, path);
  const known = inside.length === 0 ? '' : ` Known keys: ${inside.join(', ')}.`;
  return `${stop(`Unknown key ${quote(key)}${path.length === 0 ? '' : ` in ${place(path)}`}${didYouMean(key, inside)}`)}${known}`;
}

/** The keys of the object schema at a path, as far as the path leads through objects and lists. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodPipe) return keysAt(schema.in, path);
  const [step, ...rest] = path;
  if (schema instanceof z.ZodArray && step !== undefined) return keysAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  if (step === undefined) return Object.keys(schema.shape);
  const next = schema.shape[String(step)];
  return next ? keysAt(next, rest) : [];
}

function place(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'The arguments';
  return path
    .map(step => (typeof step === 'number' ? `[${step}]` : `.${String(step).slice(0, 40)}`))
    .join('')
    .replace(/^\./, '');
}

function valueAt(args: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = args;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return value;
}

function bound(origin: string, how: string, limit: number | bigint): string {
  if (origin === 'array') return `have ${how} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return origin === 'string' ? `have ${how} ${limit} characters` : `be ${how} ${limit}`;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Ends a sentence that may already end in a mark of its own. */
function stop(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}
