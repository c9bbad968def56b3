import type { Config } from '../config/config.ts';
import { readiness } from '../doctor.ts';
import { openMetrics } from '../metrics.ts';
import { isLoopback } from '../model/loopback.ts';
import { serveHttp } from '../server/http.ts';
import type { Opener } from './registrar-mcp.ts';
import { finish, untilTold } from './until-told.ts';

/** Serves HTTP until the process is told to end, and says where and how to connect. */
export async function run(open: Opener, config: Config, { host, port }: { host: string; port: number }): Promise<void> {
  const { hosts, publicUrl, token, oauth, signIn } = config.http;
  const tokens = await madeHere(open);
  // Where others than the person come by, a page without a code or a sign-in would let any of them approve.
  const known = token !== undefined || oauth !== undefined || tokens;
  if (!known && config.accounts && config.accounts.callers.size > 0)
    throw new Error(
      'REGISTRAR_ACCOUNTS_FILE says what callers may do, and nothing here knows who calls: make tokens with registrar-mcp token create, or set REGISTRAR_HTTP_TOKEN or REGISTRAR_OAUTH_ISSUER.',
    );
  const exposed = !isLoopback(host) || hosts.length > 0 || publicUrl !== undefined || known;
  const withPages = !exposed || config.approvalCode !== undefined || signIn !== undefined;
  let at: URL | undefined;
  const metrics = openMetrics();
  const { composed, factory, listening } = open({
    observed: metrics.observed,
    pagesAt: withPages ? async () => new URL(publicUrl ?? at ?? `http://${host}`) : undefined,
  });
  const { permitOf, narrowed, now } = composed;
  const server = await serveHttp({
    factory,
    listening,
    host,
    port,
    authorization: known ? { token, oauth, permitOf, narrowed, now } : undefined,
    hosts: publicUrl === undefined ? hosts : [...hosts, new URL(publicUrl).hostname],
    ready: () => readiness(composed.patient),
    metrics: { ...metrics, text: () => metrics.text(composed) },
    pages: withPages ? composed.pages : undefined,
    onerror: error => composed.log('warn', { error: error.message }, 'http'),
  });
  at = server.url;
  composed.settleSoon();
  const dns = await composed.dns();
  const header = token === undefined && !tokens ? '' : ' --header "Authorization: Bearer $REGISTRAR_HTTP_TOKEN"';
  process.stderr.write(`MCP for ${composed.words}
  at       ${server.url}
  Claude   claude mcp add --transport http registrar ${server.url}${header}
  by hand  npx registrar-mcp call domain_list
${withPages ? `  pages    ${new URL('/', publicUrl ?? server.url)}\n` : ''}${dns ? `  DNS      dig @${dns.address} -p ${dns.port} harbor-bakery.com\n` : ''}`);
  await untilTold();
  await finish(server.close(), composed.close());
}

/** Whether tokens have been made for callers: from then on, every call needs one, also once the last is revoked. */
async function madeHere(open: Opener): Promise<boolean> {
  const { composed } = open();
  return await composed.everMadeTokens().finally(() => composed.close());
}
