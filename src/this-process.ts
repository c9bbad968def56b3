import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** This process as the ledger names it, and whether one that it names still runs: only of this machine that is known. */
export function thisProcess() {
  const here = thisPlace();
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

/**
 * Where numbers of processes mean something: this machine since it started, and in it the namespace, which containers have
 * their own of even where they share a host's name.
 */
export function thisPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return [hostname(), boot, readlinkSync('/proc/self/ns/pid')].join('/');
  } catch {
    // Only Linux says so.
    return hostname();
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
