import { clients, entryOf } from './clients.ts';
import { type Server, startedBy } from './server.ts';

/** Links that a click installs from: the entry that `install` would write, on any platform and without a setting. */
const server: Server = { name: 'registrar', ...startedBy('any'), env: {}, passed: [] };

function entry(client: string): string {
  const known = clients[client];
  return JSON.stringify(known ? entryOf(known, server) : {});
}

export const links = {
  vscode: `https://vscode.dev/redirect/mcp/install?name=${server.name}&config=${encodeURIComponent(entry('vscode'))}`,
  cursor: `cursor://anysphere.cursor-deeplink/mcp/install?name=${server.name}&config=${encodeURIComponent(Buffer.from(entry('cursor')).toString('base64'))}`,
};
