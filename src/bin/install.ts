import { parseArgs } from 'node:util';
import { type Client, clients, commandOf, entryOf, fileOf, type Place, type Scope } from '../install/clients.ts';
import { difference } from '../install/difference.ts';
import type { Addition, Edited } from '../install/edited.ts';
import { findFile, replaceFile } from '../install/file.ts';
import { addToJson } from '../install/json.ts';
import { type Server, serverOf, type Variable, variable } from '../install/server.ts';
import { addToToml, tomlOf } from '../install/toml.ts';
import { didYouMean, oneOf, quote } from '../model/text.ts';

const options = {
  scope: { type: 'string' },
  name: { type: 'string' },
  env: { type: 'string', multiple: true },
  print: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
} as const;

interface Surroundings {
  readonly place: Place;
  readonly now: () => Date;
}

/** Adds this server to a client: to its file, which keeps all that is in it, or on paper. Says what was done, and throws where nothing was. */
export function run(args: readonly string[], { place, now }: Surroundings): string {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  const client = clientOf(positionals);
  const scope = scopeOf(client, values.scope);
  const server = serverOf(values.name ?? 'registrar', values.env ?? [], place.platform);
  refuseBeyond(client, scope, server);
  const file = fileOf(client, scope, place) ?? '';
  const addition: Addition = {
    key: client.key,
    name: server.name,
    entry: entryOf(client, server),
    inputs: client.asks ? server.passed.map(question) : [],
  };
  const pasted = client.format === 'toml' ? tomlOf(addition) : jsonOf(addition);
  if (values.print) {
    const command = commandOf(client, server, scope);
    return `${command === undefined ? 'In' : `${command}\n\nOr by hand, in`} ${file}:\n\n${pasted}`;
  }

  const found = findFile(file, scope === 'project' ? place.project : undefined);
  const edited = (client.format === 'toml' ? addToToml : addToJson)(found.text ?? '', addition);
  if (edited.kind === 'there') return `${client.title} has it already, as "${server.name}" in ${found.path}.\n`;
  if (edited.kind !== 'added') throw new Error(`${refusal(edited, found.path, server)}\n\n${pasted}`);
  if (values['dry-run']) return `${found.path}\n${difference(found.text ?? '', edited.text)}\nNothing was written.\n`;
  const backup = replaceFile(found, edited.text, now());
  return [
    `Added to ${client.title} as "${server.name}", in ${found.path}.\n`,
    ...(backup === undefined ? [] : [`What was there is in ${backup}.\n`]),
    `${client.afterwards}\n`,
    account(client, server),
  ].join('');
}

function clientOf([given, ...more]: readonly string[]): Client {
  const known = Object.keys(clients);
  if (given === undefined || more.length > 0) throw new Error(`Name one client: ${oneOf(known)}.`);
  const client = Object.hasOwn(clients, given) ? clients[given] : undefined;
  if (!client)
    throw new Error(
      `${quote(given)} is not a client that is known here${didYouMean(given, known) || '.'} There are ${oneOf(known, 'and')}; any other takes what install cursor --print shows.`,
    );
  return client;
}

function scopeOf({ title, file }: Client, given = 'user'): Scope {
  if (given !== 'user' && given !== 'project') throw new Error(`--scope must be user or project, not ${quote(given)}.`);
  if (!file[given]) throw new Error(`${title} has no file of its own for a project; leave --scope out.`);
  return given;
}

/** Refuses what a client cannot do for a server, and what nobody should. */
function refuseBeyond({ title, reference }: Client, scope: Scope, { env, passed }: Server): void {
  const unpassed = passed.map(({ name }) => `--env ${name}=…`).join(' ');
  if (unpassed !== '' && !reference)
    throw new Error(
      `${title} passes nothing of your environment on. Give ${unpassed}, which is then written into its file.`,
    );
  const secret = Object.keys(env).find(name => variable(name).secret);
  if (secret !== undefined && scope === 'project')
    throw new Error(
      `Whoever has the project would have ${secret}. Nothing was written; give --env ${secret} without a value, or leave --scope out.`,
    );
}

/** How VS Code asks for a variable; it keeps what it is told itself. */
function question({ name, about, secret }: Variable) {
  return { id: name, type: 'promptString', description: about, ...(secret && { password: true }) };
}

function jsonOf({ key, name, entry, inputs }: Addition): string {
  return `${JSON.stringify({ ...(inputs.length > 0 && { inputs }), [key]: { [name]: entry } }, undefined, 2)}\n`;
}

function refusal(edited: Extract<Edited, { kind: 'differs' | 'unreadable' }>, path: string, { name }: Server): string {
  if (edited.kind === 'differs')
    return `${path} has another "${name}" already, which may be as you set it. Nothing was written; choose another --name, or change it by hand to:`;
  return `${path} cannot be added to: ${edited.why}. Nothing was written; mend it, or add by hand:`;
}

/** What is still to be done before it is about names of one's own. */
function account({ title, asks }: Client, { env, passed }: Server): string {
  const names = oneOf(
    passed.map(({ name }) => name),
    'and',
  );
  if (names !== '' && asks) return `${title} asks for ${names} when it starts it.\n`;
  if (names !== '') return `Set ${names} in the environment that ${title} is started from.\n`;
  if (Object.keys(env).length > 0) return '';
  return 'It works on the sandbox until REGISTRAR_USERNAME and REGISTRAR_API_TOKEN are in its environment there.\n';
}
