import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  inputRequired,
  type Tool as ListedTool,
  McpServer,
  type McpServerFactory,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Fault } from '../model/fault.ts';
import { type Permit, scopeOf } from '../model/permit.ts';
import type { Risk } from '../model/risk.ts';
import { quote } from '../model/text.ts';
import type { Caller } from '../tool/caller.ts';
import type { Kernel } from '../tool/kernel.ts';
import { answered, asInput, asksOf, clientName } from './asking.ts';
import { listTools } from './catalogue.ts';
import { type Document, listDocuments, readDocument } from './documents.ts';
import { stays } from './load.ts';
import { permitIn } from './permits.ts';

export interface McpOptions {
  readonly kernel: Kernel;
  readonly version: string;
  /** What a model should know before its first call. */
  readonly instructions: string;
  /** Whom calls are made for. */
  readonly caller: string;
  /** What can be read besides: fixed texts, for whoever may read. */
  readonly documents?: readonly Document[];
}

/** What is listed does not change while a server runs, so a client may keep it for an hour. */
const keep = { ttlMs: 3_600_000, cacheScope: 'private' } as const;
const cacheable = [
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'prompts/list',
  'server/discover',
] as const;

/**
 * A factory of MCP servers over one kernel. The SDK asks for one per request over HTTP, so all that does not depend on
 * the request is made here, once; sharing a server between clients would mix their answers.
 */
export function mcpServers({ kernel, version, instructions, caller, documents = [] }: McpOptions): McpServerFactory {
  const risks = new Map(kernel.tools.map(({ name, risk }) => [name, risk]));
  /** The tools as they are listed, by the accounts that whoever asks may use. */
  const listed = new Map<string, ListedTool[]>();

  /** What a caller may call; nothing where they have no account. */
  function listedFor(permit: Permit | undefined): ListedTool[] {
    const accounts = kernel.accountsOf(permit);
    if (accounts.length === 0) return [];
    const key = accounts.join(' ');
    const tools = listed.get(key) ?? listTools(kernel.tools, accounts);
    listed.set(key, tools);
    return permit ? tools.filter(({ name }) => permits(permit, risks.get(name))) : tools;
  }

  return ({ authInfo, requestInfo } = { era: 'modern' }) => {
    const permit = permitIn(authInfo);
    const stay = requestInfo && stays.get(requestInfo);
    if (authInfo && !permit) throw new Error('a caller is known and their permit is not');
    const mcp = new McpServer(
      { name: 'registrar-mcp', title: 'Domain registrar', version },
      { instructions, cacheHints: Object.fromEntries(cacheable.map(method => [method, keep])) },
    );
    // A call beyond what its token permits is answered with the scopes to ask for (step-up), before it is begun.
    mcp.resolveScopeChallenge = ({ request }) => {
      const risk = request.method === 'tools/call' ? risks.get(String(request.params?.name)) : undefined;
      if (!permit || risk === undefined || permits(permit, risk)) return undefined;
      return { scopes: [scopeOf(risk), ...permit.words.map(scopeOf)] };
    };
    mcp.server.registerCapabilities({ tools: { listChanged: false }, resources: {}, prompts: {} });

    mcp.server.setRequestHandler('tools/list', () => ({ tools: listedFor(permit) }));

    mcp.server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
      const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
      const call = kernel.call(params.name, params.arguments, {
        id: permit?.caller ?? caller,
        permit,
        signal: mcpReq.signal,
        // What came with the request counts; clients of 2025 said it once, when they opened the connection. Most calls
        // need no person, so it is only read when it is asked for.
        get client() {
          return clientName(envelope[CLIENT_INFO_META_KEY] ?? mcp.server.getClientVersion());
        },
        get asks() {
          return asksOf(envelope[CLIENT_CAPABILITIES_META_KEY] ?? mcp.server.getClientCapabilities());
        },
        get progress() {
          return progressTo(mcpReq);
        },
        get answered() {
          return answered(mcpReq.requestState(), mcpReq.inputResponses);
        },
      });
      const outcome = await (stay ? stay.outlasts(call) : call);
      if (outcome.ask) return inputRequired(asInput(outcome));
      if (outcome.fault && isTheClients(outcome.fault, mcpReq.requestState()))
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, outcome.text);
      const content = [{ type: 'text' as const, text: outcome.text }];
      return outcome.fault ? { content, isError: true } : { content, structuredContent: outcome.structured };
    });

    const readable = !permit || (permits(permit, 'read') && kernel.accountsOf(permit).length > 0) ? documents : [];
    mcp.server.setRequestHandler('resources/list', () => ({ resources: listDocuments(readable) }));
    // Clients list the rest unasked, and an empty list that they can keep ends that.
    mcp.server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [] }));
    mcp.server.setRequestHandler('resources/read', ({ params }) => readDocument(readable, params.uri));
    mcp.server.setRequestHandler('prompts/list', () => ({ prompts: [] }));
    mcp.server.setRequestHandler('prompts/get', ({ params }) => {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt ${quote(params.name)}.`);
    });

    return mcp;
  };
}

function permits({ words }: Permit, risk: Risk | undefined): boolean {
  return risk !== undefined && words.includes(risk);
}

/**
 * Whether a fault is the client's, for which the protocol has errors, and not the model's: a tool that is not listed, or
 * a state that did not come back as it was given out (SEP-2322), which no model ever sees.
 */
function isTheClients({ code }: Fault, state: unknown): boolean {
  return code === 'unknown_tool' || (code === 'confirm_invalid' && state !== undefined);
}

/** Tells a client how far a call is, where it wants to know. */
function progressTo({ _meta, notify }: ServerContext['mcpReq']): Caller['progress'] {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return (progress, total) => {
    // A client that is gone misses nothing.
    notify({ method: 'notifications/progress', params: { progressToken, progress, total } }).catch(() => undefined);
  };
}
