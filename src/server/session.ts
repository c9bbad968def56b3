import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type McpRequestContext,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Permit } from '../model/permit.ts';
import type { Risk } from '../model/risk.ts';
import type { Caller } from '../tool/caller.ts';
import type { Kernel, Outcome } from '../tool/kernel.ts';
import { answered, asksOf, clientName } from './asking.ts';
import { stays } from './load.ts';
import { permitIn } from './permits.ts';

export type Asked = ServerContext['mcpReq'];

/** Whom one server object serves: a request over HTTP, or a whole connection. */
export interface Session {
  readonly mcp: McpServer;
  readonly permit: Permit | undefined;
  /** The accounts that they may use. */
  readonly accounts: readonly string[];
  /** Whether they may use what has this word, on any account at all. */
  may(word: Risk): boolean;
  /** Carries out a call of theirs. */
  call(name: string, args: unknown, asked: Asked): Promise<Outcome>;
}

export function openSession(
  { kernel, caller }: { readonly kernel: Kernel; readonly caller: string },
  mcp: McpServer,
  { authInfo, requestInfo }: Pick<McpRequestContext, 'authInfo' | 'requestInfo'>,
): Session {
  const permit = permitIn(authInfo);
  const stay = requestInfo && stays.get(requestInfo);
  const accounts = kernel.accountsOf(permit);
  return {
    mcp,
    permit,
    accounts,
    may: word => accounts.length > 0 && (!permit || permit.words.includes(word)),
    async call(name, args, asked) {
      const call = kernel.call(name, args, callerOf(mcp, permit?.caller ?? caller, permit, asked));
      return await (stay ? stay.outlasts(call) : call);
    },
  };
}

function callerOf(mcp: McpServer, id: string, permit: Permit | undefined, asked: Asked): Caller {
  const envelope: Readonly<Record<string, unknown>> = asked.envelope ?? {};
  return {
    id,
    permit,
    signal: asked.signal,
    // What came with the request counts; clients of 2025 said it once, when they opened the connection. Most calls
    // need no person, so it is only read when it is asked for.
    get client() {
      return clientName(envelope[CLIENT_INFO_META_KEY] ?? mcp.server.getClientVersion());
    },
    get asks() {
      return asksOf(envelope[CLIENT_CAPABILITIES_META_KEY] ?? mcp.server.getClientCapabilities());
    },
    get progress() {
      return progressTo(asked);
    },
    get answered() {
      return answered(asked.requestState(), asked.inputResponses);
    },
  };
}

/** Tells a client how far a call is, where it wants to know. */
function progressTo({ _meta, notify }: Asked): Caller['progress'] {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return (progress, total) => {
    // A client that is gone misses nothing.
    notify({ method: 'notifications/progress', params: { progressToken, progress, total } }).catch(() => undefined);
  };
}
