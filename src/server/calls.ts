import { inputRequired, type Tool as ListedTool, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { Fault } from '../model/fault.ts';
import { scopeOf } from '../model/permit.ts';
import type { Kernel } from '../tool/kernel.ts';
import { asInput } from './asking.ts';
import { listTools } from './catalogue.ts';
import type { Session } from './session.ts';

/** Lists tools and carries out their calls. */
export function serveTools({ tools }: Pick<Kernel, 'tools'>): (session: Session) => void {
  const risks = new Map(tools.map(({ name, risk }) => [name, risk]));
  /** The tools as they are listed, by the accounts that whoever asks may use. */
  const listed = new Map<string, ListedTool[]>();

  /** What a caller may call; nothing where they have no account. */
  function listedFor({ accounts, may }: Session): ListedTool[] {
    if (accounts.length === 0) return [];
    const key = accounts.join(' ');
    const all = listed.get(key) ?? listTools(tools, accounts);
    listed.set(key, all);
    return all.filter(({ name }) => {
      const risk = risks.get(name);
      return risk !== undefined && may(risk);
    });
  }

  return session => {
    const { mcp, permit, call } = session;
    // A call beyond what its token permits is answered with the scopes to ask for (step-up), before it is begun.
    mcp.resolveScopeChallenge = ({ request }) => {
      const risk = request.method === 'tools/call' ? risks.get(String(request.params?.name)) : undefined;
      if (!permit || risk === undefined || permit.words.includes(risk)) return undefined;
      return { scopes: [scopeOf(risk), ...permit.words.map(scopeOf)] };
    };

    mcp.server.setRequestHandler('tools/list', () => ({ tools: listedFor(session) }));

    mcp.server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
      const outcome = await call(params.name, params.arguments, mcpReq);
      if (outcome.ask) return inputRequired(asInput(outcome));
      if (outcome.fault && isTheClients(outcome.fault, mcpReq.requestState()))
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, outcome.text);
      const content = [{ type: 'text' as const, text: outcome.text }];
      return outcome.fault ? { content, isError: true } : { content, structuredContent: outcome.structured };
    });
  };
}

/**
 * Whether a fault is the client's, for which the protocol has errors, and not the model's: a tool that is not listed, or
 * a state that did not come back as it was given out (SEP-2322), which no model ever sees.
 */
function isTheClients({ code }: Fault, state: unknown): boolean {
  return code === 'unknown_tool' || (code === 'confirm_invalid' && state !== undefined);
}
