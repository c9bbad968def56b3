import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** This process as the ledger names it, and whether one that it names still runs: only of this machine that is known. */
export function thisProcess() {
  const here = hostname();
  const name = `${here} ${process.pid} ${randomUUID()}`;
  return {
    name,
    alive(other: string): boolean {
      if (other === name) return true;
      const [host, pid] = other.split(' ');
      if (host !== here) return true;
      // A number that is ours now was another's before.
      return Number(pid) !== process.pid && runs(Number(pid));
    },
  };
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
