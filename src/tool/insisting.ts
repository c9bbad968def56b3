import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../model/fault.ts';

/** In milliseconds. */
const waits = [500, 1000, 2000] as const;

/**
 * Does what should not be left half done, also where the registrar asks to slow down: what was refused for that did not
 * happen.
 */
export async function insisting<T>(work: () => Promise<T>): Promise<T> {
  for (const wait of waits) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'registrar_busy') throw error;
      await delay(wait);
    }
  }
  return await work();
}
