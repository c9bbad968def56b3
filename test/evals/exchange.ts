import * as z from 'zod';

/** A request of MCP and what was answered. */
export const Exchange = z.object({
  method: z.string(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
});
export type Exchange = z.output<typeof Exchange>;

const Message = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
});

/** Puts the messages of one connection, in both directions, together into exchanges. */
export function openPairing(tell: (exchange: Exchange) => void) {
  const asked = new Map<string | number, { method: string; params: unknown }>();
  return (text: string): void => {
    const { id, method, params, result } = Message.safeParse(parsed(text)).data ?? {};
    if (id === undefined) return;
    if (method !== undefined) asked.set(id, { method, params });
    else {
      const request = asked.get(id);
      asked.delete(id);
      if (request) tell({ ...request, result });
    }
  };
}

/** Some hosts let nobody but a person call a tool that asks for one, and nobody sits at an agent that is tried. */
export function unattended(text: string): string {
  return text.replaceAll('"anthropic/requiresUserInteraction":true', '"anthropic/requiresUserInteraction":false');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
