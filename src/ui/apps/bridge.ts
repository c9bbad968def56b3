import { isRecord } from '../../model/is-record.ts';

/** A way to whoever shows the view, and back. */
export interface Wire {
  send(message: Readonly<Record<string, unknown>>): void;
  listen(hear: (message: unknown) => void): void;
}

/** A host said no, in its own words. */
export class HostError extends Error {}

/**
 * JSON-RPC with the host of a view (MCP Apps, 2026-01-26). The ready-made class does the same in 542 KB, and every view is
 * sent whole. What the host tells without being asked goes to `told`.
 */
export function openBridge(wire: Wire, told: (method: string, params: Readonly<Record<string, unknown>>) => void) {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: HostError): void }>();
  let last = 0;

  wire.listen(message => {
    if (!isRecord(message) || message.jsonrpc !== '2.0') return;
    const { id, method, params, result, error } = message;
    if (typeof method === 'string') {
      if (id === undefined) return told(method, isRecord(params) ? params : {});
      // A host asks a view whether it is there, and tells it that it will be taken away: nothing here has to be saved.
      const known = method === 'ping' || method === 'ui/resource-teardown';
      const answer = known ? { result: {} } : { error: { code: -32601, message: `There is no ${method} here.` } };
      return wire.send({ jsonrpc: '2.0', id, ...answer });
    }
    const asked = typeof id === 'number' ? waiting.get(id) : undefined;
    if (!asked || typeof id !== 'number') return;
    waiting.delete(id);
    if (error === undefined) return asked.resolve(result);
    asked.reject(
      new HostError(isRecord(error) && typeof error.message === 'string' ? error.message : 'No reason given.'),
    );
  });

  return {
    /** Asks the host; rejects with a `HostError` where it says no. */
    async request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
      last += 1;
      const id = last;
      return await new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        wire.send({ jsonrpc: '2.0', id, method, params });
      });
    },
    notify(method: string, params: Readonly<Record<string, unknown>> = {}): void {
      wire.send({ jsonrpc: '2.0', method, params });
    },
  };
}
