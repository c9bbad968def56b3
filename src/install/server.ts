import { type Setting, settings } from '../config/settings.ts';
import { didYouMean, quote } from '../model/text.ts';

/** How a client starts this server. */
export interface Server {
  /** What the client calls it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What is written into its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What it takes from the person's own environment, or asks them for. */
  readonly passed: readonly Variable[];
}

export interface Variable {
  readonly name: string;
  readonly about: string;
  readonly secret: boolean;
}

/** What is asked of npx, which fetches what is not there yet without asking. */
const started = ['-y', 'registrar-mcp'];

/** On Windows npx is a script that only a shell starts. Links do not know who follows them: they have it as elsewhere. */
export function startedBy(platform: NodeJS.Platform | 'any'): Pick<Server, 'command' | 'args'> {
  return platform === 'win32' ? { command: 'cmd', args: ['/c', 'npx', ...started] } : { command: 'npx', args: started };
}

/** A server by its name and by what is said of its environment: `NAME=VALUE`, or `NAME` for what is taken from the person's own. */
export function serverOf(name: string, said: readonly string[], platform: NodeJS.Platform): Server {
  if (!/^[a-zA-Z][\w-]{0,39}$/.test(name))
    throw new Error(`--name must be of letters, digits and hyphens, not ${quote(name)}.`);
  const pairs = said.filter(each => each.includes('=')).map(each => [each, each.indexOf('=')] as const);
  return {
    name,
    ...startedBy(platform),
    env: Object.fromEntries(pairs.map(([each, at]) => [variable(each.slice(0, at)).name, each.slice(at + 1)])),
    passed: said.filter(each => !each.includes('=')).map(variable),
  };
}

/** A setting by the name of its variable; a name that is none of ours is a slip, or for the program that starts this one. */
export function variable(name: string): Variable {
  const known: Readonly<Record<string, Setting>> = settings;
  if (!/^\w+$/.test(name)) throw new Error(`--env takes NAME or NAME=VALUE, not ${quote(name)}.`);
  const setting = known[name];
  const ofFile = known[name.replace(/_FILE$/, '')];
  if (!setting && !ofFile?.secret && name.startsWith('REGISTRAR_'))
    throw new Error(`${name} is not a setting${didYouMean(name, Object.keys(known)) || '.'}`);
  return { name, about: setting?.about.replaceAll('`', '') ?? name, secret: setting?.secret ?? false };
}
