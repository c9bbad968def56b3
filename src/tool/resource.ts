import type { Change } from './changes.ts';
import type { ChoicesByName } from './choices.ts';

/** What the address of a resource says: `domain_name`, `entry`. */
export type Variables = Readonly<Record<string, string>>;

/** A read tool under an address: whatever holds for calls of the tool holds for what is read there. */
export interface Resource {
  /** Its address below that of the account, with its variables in braces: `domains/{domain_name}/zone`. */
  readonly path: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** The tool that reads it, and what that is called with. */
  readonly tool: string;
  readonly args: (variables: Variables) => Readonly<Record<string, unknown>>;
  /** What its variables can be. */
  readonly choices?: ChoicesByName;
  /** The text in the tool's answer; where it does not say, all of the answer as JSON. */
  readonly text?: (answer: Readonly<Record<string, unknown>>) => string;
}

/** The address of a resource, with its variables, for whoever may use these accounts. Only with several it says which. */
export function addressOf({ path }: Pick<Resource, 'path'>, accounts: readonly string[]): string {
  return `registrar://${accounts.length > 1 ? 'accounts/{account}/' : ''}${path}`;
}

const variable = /\{(\w+)\}/g;

/** The variables of an address. */
export function variablesIn(address: string): string[] {
  return [...address.matchAll(variable)].map(([, name = '']) => name);
}

/** An address with these variables in it; those that are not given stay. */
export function expand(address: string, variables: Variables): string {
  return address.replace(variable, (whole, name: string) => {
    const value = variables[name];
    return value === undefined ? whole : encodeURIComponent(value);
  });
}

/** The addresses, for whoever may use these accounts, of what can read otherwise after a change. */
export function touchedBy(
  { account, names, entry }: Change,
  resources: readonly Resource[],
  accounts: readonly string[],
): string[] {
  if (!accounts.includes(account)) return [];
  const values: Readonly<Record<string, readonly string[]>> = {
    account: [account],
    domain_name: names,
    entry: entry === undefined ? [] : [String(entry)],
  };
  return resources.flatMap(resource => {
    const address = addressOf(resource, accounts);
    return variablesIn(address).reduce(
      (uris, name) => {
        const listed = resource.choices?.[name];
        const each = values[name] ?? (Array.isArray(listed) ? listed : []);
        return uris.flatMap(uri => each.map(value => expand(uri, { [name]: value })));
      },
      [address],
    );
  });
}

/** What an address says by one with variables; undefined where it is another. */
export function readAddress(address: string, uri: string): Variables | undefined {
  const [parts, given] = [address, uri].map(text => text.split('/'));
  if (!parts || parts.length !== given?.length) return undefined;
  const variables: Record<string, string> = {};
  for (const [at, part] of parts.entries()) {
    const [name] = variablesIn(part);
    const value = decoded(given[at]);
    if (!value && part !== '') return undefined;
    if (name !== undefined && value) variables[name] = value;
    else if (part !== given[at]) return undefined;
  }
  return variables;
}

/** A part of an address without its percent signs; a stray one stands for nothing. */
function decoded(part = ''): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** A variable as the number that it is; else as it was given, for its tool to refuse. */
export function wholeNumber(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text;
}
