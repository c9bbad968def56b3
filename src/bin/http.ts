import type { Config } from '../config.ts';
import { serveHttp } from '../server/http.ts';
import type { Serving } from './registrar-mcp.ts';
import { finish, untilTold } from './until-told.ts';

/** Serves HTTP until the process is told to end, and says where and how to connect. */
export async function run(
  { composed, factory }: Serving,
  config: Config,
  { host, port }: { host: string; port: number },
): Promise<void> {
  const server = await serveHttp({
    factory,
    host,
    port,
    ...config.http,
    onerror: error => composed.log('warn', { error: error.message }, 'http'),
  });
  const header = config.http.token === undefined ? '' : ' --header "Authorization: Bearer $REGISTRAR_HTTP_TOKEN"';
  process.stderr.write(`MCP for ${composed.account}
  at       ${server.url}
  Claude   claude mcp add --transport http registrar ${server.url}${header}
  by hand  npx registrar-mcp call domain_list
`);
  await untilTold();
  await finish(server.close(), composed.close());
}
