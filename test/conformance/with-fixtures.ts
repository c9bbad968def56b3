import { McpServer, type McpServerFactory, Server, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { addAskingFixtures } from './asking-fixtures.ts';
import { addContentFixtures } from './content-fixtures.ts';
import { addPromptFixtures } from './prompt-fixtures.ts';
import { addResourceFixtures } from './resource-fixtures.ts';

/** What the fixtures answer in place of the product, which has neither resources nor prompts. */
const replaced = ['resources/list', 'resources/templates/list', 'resources/read', 'prompts/list', 'prompts/get'];

const Params = z.looseObject({});
const Called = z.looseObject({ name: z.string() });
const Listed = z.object({ tools: z.array(z.unknown()) });

/**
 * The servers of the product with fixtures beside their tools. What the product lists and answers is asked of its own
 * handlers, so that these are what is tested; `own` are the names of its tools.
 */
export function withFixtures(factory: McpServerFactory, own: ReadonlySet<string>): McpServerFactory {
  return async context => {
    const mcp = await factory(context);
    if (!(mcp instanceof McpServer)) throw new Error('the product serves with something else');
    const { server } = mcp;
    const ours = Handlers.ofTools(server);
    for (const method of [...replaced, 'tools/list', 'tools/call']) server.removeRequestHandler(method);
    // As in the product, nothing that is listed changes.
    server.registerCapabilities({ resources: { listChanged: false }, prompts: { listChanged: false } });
    addContentFixtures(mcp, context.era);
    addAskingFixtures(mcp);
    addResourceFixtures(mcp, context.era);
    addPromptFixtures(mcp);
    const theirs = Handlers.ofTools(server);

    server.setRequestHandler('tools/list', { params: Params }, async (params, ctx) => {
      const lists = await Promise.all([ours, theirs].map(({ list }) => list(params, ctx)));
      return { tools: lists.flatMap(listed => Listed.parse(listed).tools) };
    });
    server.setRequestHandler('tools/call', { params: Called }, (params, ctx) =>
      (own.has(params.name) ? ours : theirs).call(params, ctx),
    );
    return mcp;
  };
}

/** The SDK shows a server's handlers to its subclasses only. This is one for no other reason, and is never made. */
class Handlers extends Server {
  static ofTools(server: Server) {
    return { list: Handlers.of(server, 'tools/list'), call: Handlers.of(server, 'tools/call') };
  }

  private static of(server: Server, method: string) {
    const handler = Handlers.prototype._getRequestHandler.call(server, method);
    if (!handler) throw new Error(`nothing answers ${method}`);
    return (params: Record<string, unknown>, ctx: ServerContext) =>
      handler({ jsonrpc: '2.0', id: ctx.mcpReq.id, method, params }, ctx);
  }
}
