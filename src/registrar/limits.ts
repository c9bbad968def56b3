import PQueue from 'p-queue';
import { Fault } from '../model/fault.ts';

/** The most requests to start in any second and in any hour; Infinity for no limit. */
export interface Limits {
  readonly perSecond: number;
  readonly perHour: number;
}

/** The registrar's limits as its current API documents them. */
export const defaultLimits: Limits = { perSecond: 20, perHour: 3000 };

/** Lets calls start no faster than the limits allow; the others wait their turn. */
export function openLimiter({ perSecond, perHour }: Limits) {
  const hour = window(perHour, 3_600_000);
  const second = window(perSecond, 1000);

  /** Resolves when a request may start; rejects with the signal's reason where the caller gives up first. */
  return async function turn(signal?: AbortSignal): Promise<void> {
    for (const queue of [hour, second]) if (queue) await inTime(queue, signal);
  };
}

/** Longer than this, in milliseconds, nobody waits for a turn: clients give up, and would call again. */
const patience = 20_000;

async function inTime(queue: PQueue, signal: AbortSignal | undefined): Promise<void> {
  const late = AbortSignal.timeout(patience);
  try {
    await queue.add(() => undefined, { signal: signal ? AbortSignal.any([signal, late]) : late });
  } catch (error) {
    if (!late.aborted || signal?.aborted) throw error;
    const used = 'The limit on requests to the registrar is used up; nothing was sent.';
    throw new Fault('registrar_busy', used, 'Wait some minutes, or see REGISTRAR_RATE_PER_HOUR.');
  }
}

function window(intervalCap: number, interval: number): PQueue | undefined {
  return Number.isFinite(intervalCap) ? new PQueue({ intervalCap, interval, strict: true }) : undefined;
}
