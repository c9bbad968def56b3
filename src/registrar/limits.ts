import { setTimeout as delay } from 'node:timers/promises';
import PQueue from 'p-queue';
import { Fault } from '../model/fault.ts';

/** The most requests to start in any second and in any hour; Infinity for no limit. */
export interface Limits {
  readonly perSecond: number;
  readonly perHour: number;
}

/** The registrar's limits as its current API documents them. */
export const defaultLimits: Limits = { perSecond: 20, perHour: 3000 };

/**
 * Takes a turn among all processes that use an account: gives when it was asked for, by this process's clock, and how long to
 * wait for it, in milliseconds; undefined where that would be longer than `patience`. A request may start late by as much as `margin` without more than `perSecond` in a second.
 */
export type TakeTurn = (
  wanted: Limits & { readonly margin: number; readonly patience: number },
) => Promise<{ readonly asked: number; readonly wait: number } | undefined>;

/** Resolves when a request may start; rejects with the signal's reason where the caller gives up first. */
type Turn = (signal?: AbortSignal) => Promise<void>;

/** Longer than this, in milliseconds, nobody waits for a turn: clients give up, and would call again. */
const patience = 20_000;

/** Lets calls start no faster than the limits allow; the others wait their turn, in this process or among all of them. */
export function openLimiter(limits: Limits, take?: TakeTurn): Turn {
  const limited = Number.isFinite(limits.perSecond) || Number.isFinite(limits.perHour);
  return take && limited ? among(limits, take) : within(limits);
}

function within({ perSecond, perHour }: Limits): Turn {
  const hour = window(perHour, 3_600_000);
  const second = window(perSecond, 1000);
  return async signal => {
    for (const queue of [hour, second]) if (queue) await inTime(queue, signal);
  };
}

/** So many turns are taken at most for one request: where each comes too late, the next would as well. */
const mostTries = 5;

/** By how much a request may start later than its turn, in milliseconds: a busy process is late. */
const margin = 150;

function among(limits: Limits, take: TakeTurn): Turn {
  return async signal => {
    // Whoever comes too late for a turn would start among those of the next second, and takes another.
    for (let tries = 0; tries < mostTries; tries += 1) {
      const turn = await take({ ...limits, margin, patience }).catch((cause: unknown) => {
        throw busy('The limit on requests to the registrar cannot be asked for; nothing was sent.', { cause });
      });
      if (turn === undefined) throw busy();
      const { asked, wait } = turn;
      if (wait > 0) await delay(wait, undefined, signal && { signal });
      if (performance.now() - asked - wait < margin) return;
    }
    throw busy('The database that the limit on requests is kept in answers too slowly; nothing was sent.');
  };
}

function busy(
  what = 'The limit on requests to the registrar is used up; nothing was sent.',
  options?: ErrorOptions,
): Fault {
  return new Fault('registrar_busy', what, 'Wait some minutes, or see REGISTRAR_RATE_PER_HOUR.', options);
}

async function inTime(queue: PQueue, signal: AbortSignal | undefined): Promise<void> {
  const late = AbortSignal.timeout(patience);
  try {
    await queue.add(() => undefined, { signal: signal ? AbortSignal.any([signal, late]) : late });
  } catch (error) {
    if (!late.aborted || signal?.aborted) throw error;
    throw busy();
  }
}

function window(intervalCap: number, interval: number): PQueue | undefined {
  return Number.isFinite(intervalCap) ? new PQueue({ intervalCap, interval, strict: true }) : undefined;
}
