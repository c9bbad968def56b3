import { posix, win32 } from 'node:path';
import { inShell } from './in-shell.ts';
import type { Server } from './server.ts';

export type Scope = 'user' | 'project';

/** Where a client's files are looked for. */
export interface Place {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** The folder of the project. */
  readonly project: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A program that servers are added to. */
export interface Client {
  readonly title: string;
  readonly format: 'json' | 'toml';
  /** The member of its file that holds the servers. */
  readonly key: string;
  readonly file: { readonly [scope in Scope]?: (at: Place) => readonly string[] };
  /** Whether an entry says that it is a program to start. */
  readonly typed?: true;
  /** How a file refers to a variable of the person's own environment; a client that cannot has none. */
  readonly reference?: (variable: string) => string;
  /** Whether it asks the person for what it is to pass on, and keeps that itself. */
  readonly asks?: true;
  /** Whether what it passes on is a list of names. */
  readonly lists?: true;
  /** Its own command that does the same; it knows no references. */
  readonly add?: (server: Server, scope: Scope) => readonly string[];
  readonly afterwards: string;
}

/** The program's folder for its settings, as Electron has it. */
function settingsFolder({ platform, home, environment }: Place): string[] {
  if (platform === 'win32') return environment.APPDATA ? [environment.APPDATA] : [home, 'AppData', 'Roaming'];
  if (platform === 'darwin') return [home, 'Library', 'Application Support'];
  return environment.XDG_CONFIG_HOME ? [environment.XDG_CONFIG_HOME] : [home, '.config'];
}

function given(flag: string, env: Server['env']): string[] {
  return Object.entries(env).flatMap(([name, value]) => [flag, `${name}=${value}`]);
}

/** The clients, as their own pages described their files in November 2026. */
export const clients: Readonly<Record<string, Client>> = {
  'claude-desktop': {
    title: 'Claude Desktop',
    format: 'json',
    key: 'mcpServers',
    file: { user: at => [...settingsFolder(at), 'Claude', 'claude_desktop_config.json'] },
    afterwards: 'Quit Claude Desktop and open it again.',
  },
  'claude-code': {
    title: 'Claude Code',
    format: 'json',
    key: 'mcpServers',
    file: {
      user: ({ home, environment }) => [environment.CLAUDE_CONFIG_DIR || home, '.claude.json'],
      project: ({ project }) => [project, '.mcp.json'],
    },
    // Without a default, a variable that is not set arrives as these very characters.
    reference: variable => `\${${variable}:-}`,
    // Its --env takes all words up to the next option, so that one comes before the name.
    add: ({ name, command, args, env }, scope) => [
      ...['claude', 'mcp', 'add', ...given('--env', env), '--scope', scope, name, '--', command, ...args],
    ],
    afterwards: 'Start Claude Code anew; /mcp shows it.',
  },
  cursor: {
    title: 'Cursor',
    format: 'json',
    key: 'mcpServers',
    file: {
      user: ({ home }) => [home, '.cursor', 'mcp.json'],
      project: ({ project }) => [project, '.cursor', 'mcp.json'],
    },
    reference: variable => `\${env:${variable}}`,
    afterwards: 'Cursor shows it under Settings > MCP.',
  },
  vscode: {
    title: 'VS Code',
    format: 'json',
    key: 'servers',
    file: {
      user: at => [...settingsFolder(at), 'Code', 'User', 'mcp.json'],
      project: ({ project }) => [project, '.vscode', 'mcp.json'],
    },
    typed: true,
    reference: variable => `\${input:${variable}}`,
    asks: true,
    afterwards: 'Start it with the command "MCP: List Servers".',
  },
  codex: {
    title: 'Codex',
    format: 'toml',
    key: 'mcp_servers',
    file: {
      user: ({ home, environment }) => [environment.CODEX_HOME || `${home}/.codex`, 'config.toml'],
      project: ({ project }) => [project, '.codex', 'config.toml'],
    },
    reference: variable => variable,
    lists: true,
    // It adds to the person's own file, and to no other.
    add: ({ name, command, args, env }) => [
      'codex',
      'mcp',
      'add',
      name,
      ...given('--env', env),
      '--',
      command,
      ...args,
    ],
    afterwards: 'Start Codex anew; /mcp shows it.',
  },
  gemini: {
    title: 'Gemini CLI',
    format: 'json',
    key: 'mcpServers',
    file: {
      user: ({ home }) => [home, '.gemini', 'settings.json'],
      project: ({ project }) => [project, '.gemini', 'settings.json'],
    },
    reference: variable => `$${variable}`,
    // Its own -y would switch its questions off. Where nobody can be asked, npx does not ask either.
    add: ({ name, command, args, env }, scope) => [
      ...['gemini', 'mcp', 'add', '--scope', scope, ...given('--env', env), name],
      ...[command, ...args].filter(arg => arg !== '-y'),
    ],
    afterwards: 'Start Gemini CLI anew; /mcp shows it.',
  },
  windsurf: {
    title: 'Windsurf',
    format: 'json',
    key: 'mcpServers',
    file: { user: ({ home }) => [home, '.codeium', 'windsurf', 'mcp_config.json'] },
    reference: variable => `\${env:${variable}}`,
    afterwards: 'Refresh the list of servers in Cascade.',
  },
};

/** The file of a client's servers; undefined where it has none of that scope. */
export function fileOf({ file }: Client, scope: Scope, at: Place): string | undefined {
  const parts = file[scope]?.(at);
  return parts && (at.platform === 'win32' ? win32 : posix).join(...parts);
}

/** The member that a client's file holds of a server. */
export function entryOf(client: Client, { command, args, env, passed }: Server): Record<string, unknown> {
  const names = passed.map(({ name }) => name);
  const referred = client.lists ? [] : names.map(name => [name, client.reference?.(name)]);
  const all = { ...env, ...Object.fromEntries(referred) };
  return {
    ...(client.typed && { type: 'stdio' }),
    command,
    args: [...args],
    ...(Object.keys(all).length > 0 && { env: all }),
    ...(client.lists && names.length > 0 && { env_vars: names }),
  };
}

/** The client's own command for it, as it is typed; undefined where there is none that does the same. */
export function commandOf(client: Client, server: Server, scope: Scope): string | undefined {
  if (!client.add || server.passed.length > 0 || (client.lists && scope === 'project')) return undefined;
  return client.add(server, scope).map(inShell).join(' ');
}
