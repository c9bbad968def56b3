#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { toolsets } from '../../tools/index.ts';
import { prompts } from '../../tools/prompts/index.ts';
import { resources } from '../../tools/resources.ts';
import { type Composed, clock, compose, type Surroundings } from '../compose.ts';
import { type Config, ConfigError, type Environment, readConfig } from '../config/config.ts';
import { settings } from '../config/settings.ts';
import { clients } from '../install/clients.ts';
import { oneOf } from '../model/text.ts';
import { type Listening, openListening } from '../server/listening.ts';
import { mcpServers } from '../server/mcp.ts';
import { version } from './version.ts';

const usage = `registrar-mcp ${version}: domain names for AI agents, with a sandbox registrar in the box.

  registrar-mcp                              serve MCP over standard input and output
  registrar-mcp http [--host H] [--port N]   serve MCP over HTTP at /mcp (127.0.0.1:8808)
      --profile no-purchases                 serve no tool that spends money, in either way
  registrar-mcp tour [--fast]                see in ten seconds what it does, on a sandbox that is thrown away
  registrar-mcp install CLIENT [--scope project] [--name NAME] [--env NAME[=VALUE]] [--print] [--dry-run]
                                             add it to ${oneOf(Object.keys(clients))}
  registrar-mcp sandbox [--port N] [--dns-port N] [--reset]
                                             serve the sandbox registrar itself, and its zones over DNS
  registrar-mcp tools                        list the tools
  registrar-mcp call TOOL ['{"json": "…"}']  call one tool and print its answer
  registrar-mcp doctor                       look over all that this server stands on
  registrar-mcp token create --name NAME [--allow read,write] [--limit 20/day] [--domains '*.com'] [--expires 90d] [--confirm human]
                                             make a token for an HTTP caller; token list, token revoke NAME
  registrar-mcp journal verify [HASH]        prove that the journal is whole
  registrar-mcp journal settle ENTRY AMOUNT  say what an order with an unknown outcome has cost
  registrar-mcp export FILE, import FILE     move the ledger, as from its file into PostgreSQL

Without REGISTRAR_USERNAME and REGISTRAR_API_TOKEN everything works on the sandbox. The settings, from the environment:

${Object.entries(settings)
  .map(([name, { about, otherwise }]) => `  ${name.padEnd(26)} ${about} (${otherwise})`)
  .join('\n')}
`;

const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  'dns-port': { type: 'string' },
  reset: { type: 'boolean' },
  fast: { type: 'boolean' },
  profile: { type: 'string' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** Commands that read their own options. */
const ownOptions = ['token', 'install'];

/** A command line that cannot be carried out. */
class UsageError extends Error {}

async function main(args: readonly string[]): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 19))
    throw new UsageError(`This is Node ${process.versions.node}; registrar-mcp needs 22.19 or newer.`);
  if (major === 22) withoutSqliteWarning();
  if (args.includes('--help') || args.includes('-h')) return print(usage);
  const { values, positionals } = parsed(ownOptions.includes(args[0] ?? '') ? args.slice(0, 1) : args);
  if (values.version) return print(`${version}\n`);
  const [command = 'stdio', ...rest] = positionals;
  // What a newcomer begins with works whatever the environment holds.
  switch (command) {
    case 'tour': {
      const screen = (await import('./screen.ts')).openScreen(process.stdout, { fast: values.fast ?? false });
      return await (await import('./tour.ts')).run(environment => opener(configured(environment), 'tour')(), screen);
    }
    case 'install': {
      const place = { platform: process.platform, home: homedir(), project: process.cwd(), environment: process.env };
      return print((await import('./install.ts')).run(args.slice(1), { place, now: clock }));
    }
  }
  // A profile that was meant and is empty must not be none.
  if (values.profile?.trim() === '') throw new UsageError('--profile is given and names nothing.');
  const { profile = process.env.REGISTRAR_PROFILE } = values;
  const config = configured({ ...process.env, REGISTRAR_PROFILE: profile });
  switch (command) {
    case 'stdio':
      return await (await import('./stdio.ts')).run(opener(config, 'stdio'));
    case 'http':
      return await (await import('./http.ts')).run(opener(config, 'http'), config, {
        host: values.host ?? '127.0.0.1',
        port: port(values.port, 8808),
      });
    case 'sandbox':
      return await (await import('./sandbox.ts')).run(config, {
        host: values.host ?? '127.0.0.1',
        port: port(values.port, 0),
        dnsPort: port(values['dns-port'], 0),
        reset: values.reset ?? false,
      });
    case 'tools':
      return await (await import('./shell.ts')).tools(opener(config, 'shell')());
    case 'call':
      return await (await import('./shell.ts')).call(opener(config, 'shell')(), rest);
    case 'doctor':
      return await (await import('./doctor.ts')).run(opener(config, 'shell')());
    case 'token':
      return await (await import('./token.ts')).run(opener(config, 'shell')(), args.slice(args.indexOf('token') + 1));
    case 'export':
    case 'import':
      return await (await import('./transfer.ts')).run(opener(config, 'shell')(), positionals);
    case 'journal':
      return await (await import('./journal.ts')).run(opener(config, 'shell')(), rest);
    default:
      throw new UsageError(`There is no command "${command}".`);
  }
}

/** Node 22 calls its SQLite an experiment in the middle of whatever is printed, and nobody can do anything about it. */
function withoutSqliteWarning(): void {
  const others = process.listeners('warning');
  process.removeAllListeners('warning').on('warning', warning => {
    if (!warning.message.startsWith('SQLite is an experimental')) for (const other of others) other(warning);
  });
}

function configured(environment: Environment): Config {
  return readConfig(environment, {
    readFile: path => readFileSync(path, 'utf8'),
    toolsets: toolsets.map(({ name }) => name),
  });
}

/** The composed server, and MCP over it. */
export interface Serving {
  readonly composed: Composed;
  readonly factory: ReturnType<typeof mcpServers>;
  /** Who listens for changes over HTTP. */
  readonly listening: Listening;
}

/** Composes the server, for the way in which it is served. */
export type Opener = (surroundings?: Surroundings) => Serving;

function opener(config: Config, caller: string): Opener {
  return surroundings => {
    const composed = compose(config, toolsets, surroundings);
    return {
      composed,
      factory: mcpServers({ ...composed, version, caller, resources, prompts }),
      listening: openListening({ ...composed, resources }),
    };
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'The command line cannot be read.');
  }
}

function port(given: string | undefined, otherwise: number): number {
  const number = given === undefined ? otherwise : /^\d{1,5}$/.test(given) ? Number(given) : -1;
  if (number < 0 || number > 65_535) throw new UsageError(`--port must be a number from 0 to 65535, not "${given}".`);
  return number;
}

function print(text: string): void {
  process.stdout.write(text);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n${error instanceof UsageError ? `\n${usage}` : ''}`);
  process.exitCode = error instanceof ConfigError || error instanceof UsageError ? 2 : 1;
});
