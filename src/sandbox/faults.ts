import type { EndpointName } from '../registrar/endpoints.ts';

/**
 * A fault to produce on purpose. `when`: before the command takes effect, or after. `how`: reset the connection,
 * answer with a status of its own, answer with garbage, send half the answer and stop, dribble it, or wait.
 */
export interface SandboxFault {
  readonly on?: EndpointName;
  readonly when: 'before' | 'after';
  readonly how: 'reset' | 'status' | 'garbage' | 'truncate' | 'slow' | 'delay';
  /** For `status`: the HTTP status, and headers such as `Retry-After`. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** For `delay` and `slow`: milliseconds to wait, before the answer or between its bytes. */
  readonly ms?: number;
  /** How many requests it lets pass first; none unless told. */
  readonly spare?: number;
  /** How many requests it strikes; 1 unless told. */
  readonly times?: number;
}

/** The faults that wait to strike, oldest first. */
export function openFaults() {
  const waiting: { fault: SandboxFault; spare: number; left: number }[] = [];
  return {
    add(fault: SandboxFault): void {
      waiting.push({ fault, spare: fault.spare ?? 0, left: fault.times ?? 1 });
    },
    /** The fault that strikes this request, if one does. */
    strike(name: EndpointName): SandboxFault | undefined {
      const at = waiting.findIndex(({ fault }) => fault.on === undefined || fault.on === name);
      const struck = waiting[at];
      if (!struck) return undefined;
      if (struck.spare > 0) {
        struck.spare -= 1;
        return undefined;
      }
      struck.left -= 1;
      if (struck.left === 0) waiting.splice(at, 1);
      return struck.fault;
    },
    /** How many wait. */
    get waiting(): number {
      return waiting.length;
    },
    clear(): void {
      waiting.length = 0;
    },
  };
}

export type Faults = ReturnType<typeof openFaults>;
