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
