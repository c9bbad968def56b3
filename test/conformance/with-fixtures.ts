import { McpServer, type McpServerFactory, Server, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { addAskingFixtures } from './asking-fixtures.ts';
import { addContentFixtures } from './content-fixtures.ts';
import { addPromptFixtures } from './prompt-fixtures.ts';
import { addResourceFixtures } from './resource-fixtures.ts';

const Params = z.looseObject({});

/** The lists of both, by what the answer calls them. */
const lists = {
  'tools/list': 'tools',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
  'prompts/list': 'prompts',
} as const;

/** What is asked for by a name: a fixture has one that says so. */
const named = {
  'tools/call': z.looseObject({ name: z.string() }).transform(({ name }) => name),
  'prompts/get': z.looseObject({ name: z.string() }).transform(({ name }) => name),
  'resources/read': z.looseObject({ uri: z.string() }).transform(({ uri }) => uri),
  'completion/complete': z
    .looseObject({ ref: z.looseObject({ name: z.string().optional(), uri: z.string().optional() }) })
    .transform(({ ref }) => ref.name ?? ref.uri ?? ''),
} as const;

/**
 * The servers of the product with fixtures beside what they have. What the product lists and answers is asked of its own
 * handlers, so that these are what is tested; `own` are the names of its tools, among which are some that the suite asks for.
 */
export function withFixtures(factory: McpServerFactory, own: ReadonlySet<string>): McpServerFactory {
  return async context => {
    const mcp = await factory(context);
    if (!(mcp instanceof McpServer)) throw new Error('the product serves with something else');
    const { server } = mcp;
    const methods = [...Object.keys(lists), ...Object.keys(named)];
    const ours = new Map(methods.map(method => [method, Handlers.of(server, method)]));
    for (const method of methods) server.removeRequestHandler(method);
    // As in the product, nothing that is listed changes.
    server.registerCapabilities({ resources: { listChanged: false }, prompts: { listChanged: false } });
    addContentFixtures(mcp, context.era);
    addAskingFixtures(mcp);
    addResourceFixtures(mcp, context.era);
    addPromptFixtures(mcp);
    const theirs = new Map(methods.map(method => [method, Handlers.of(server, method)]));

    for (const [method, key] of Object.entries(lists)) {
      server.setRequestHandler(method, { params: Params }, async (params, ctx) => {
        const answers = await Promise.all([ours, theirs].map(each => each.get(method)?.(params, ctx)));
        return { [key]: answers.flatMap(answer => Params.parse(answer)[key]) };
      });
    }
    for (const [method, nameIn] of Object.entries(named)) {
      server.setRequestHandler(method, { params: Params }, async (params, ctx) => {
        const name = nameIn.parse(params);
        const fixture = /^(?:test|json_schema)/.test(name) && !own.has(name);
        return (await (fixture ? theirs : ours).get(method)?.(params, ctx)) ?? {};
      });
    }
    return mcp;
  };
}

/** The SDK shows a server's handlers to its subclasses only. This is one for no other reason, and is never made. */
class Handlers extends Server {
  static of(server: Server, method: string) {
    const handler = Handlers.prototype._getRequestHandler.call(server, method);
    if (!handler) throw new Error(`nothing answers ${method}`);
    return (params: Record<string, unknown>, ctx: ServerContext) =>
      handler({ jsonrpc: '2.0', id: ctx.mcpReq.id, method, params }, ctx);
  }
}
