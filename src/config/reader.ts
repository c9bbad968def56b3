import type * as z from 'zod';
import { oneOf, quote } from '../model/text.ts';
import type { settings } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads one setting; what is wrong with it is kept, and then it is not set. */
export type Take = <T>(
  name: keyof typeof settings,
  setting: { readonly schema: z.ZodType<T>; readonly secret?: true },
) => T | undefined;

/** Reads settings from what is `given`; puts into `problems`, in sentences, all that is wrong with them. */
export function openReader(given: Environment, readFile: (path: string) => string, problems: string[]): Take {
  return (name, { schema, secret }) => {
    const raw = secret ? secretOf(name, given, readFile, problems) : given[name];
    const parsed = schema.optional().safeParse(raw);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) problems.push(`${name} ${mustBe(issue)}.`);
    return undefined;
  };
}

function mustBe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value' && !issue.message.startsWith('must'))
    return `must be ${oneOf(issue.values.map(String))}`;
  return issue.message;
}

/** A secret from the variable itself or from the file that its `…_FILE` names. It is never quoted in a message. */
function secretOf(
  name: string,
  given: Environment,
  readFile: (path: string) => string,
  problems: string[],
): string | undefined {
  const path = given[`${name}_FILE`];
  if (path === undefined) return given[name];
  if (given[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set; keep one.`);
  try {
    const content = readFile(path).trim();
    if (content === '') problems.push(`${name}_FILE names ${quote(path)}, which is empty.`);
    return content;
  } catch {
    problems.push(`${name}_FILE names ${quote(path)}, which cannot be read.`);
    return undefined;
  }
}
