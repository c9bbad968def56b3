import type { ChildProcess } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import * as z from 'zod';

const Told = z.object({ heap: z.number(), resident: z.number(), active: z.array(z.string()) });

/** What a process holds: memory in bytes, what keeps its loop alive, open sockets, and other file descriptors. */
export interface Figures extends z.infer<typeof Told> {
  readonly sockets: number;
  readonly files: number;
}

/** Asks a process that was started with the probe. */
export async function figuresOf(child: ChildProcess): Promise<Figures> {
  const told = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.send('figures', error => error && reject(error));
  });
  const open = readdirSync(`/proc/${child.pid}/fd`).map(name => target(`/proc/${child.pid}/fd/${name}`));
  const sockets = open.filter(name => name.startsWith('socket:')).length;
  return { ...Told.parse(told), sockets, files: open.length - sockets };
}

/** What a descriptor is of; nothing where it has been closed since it was listed. */
function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

export function shown({ heap, resident, active, sockets, files }: Figures): string {
  const mb = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
  return `heap ${mb(heap)} MB, resident ${mb(resident)} MB, ${sockets} sockets, ${files} other descriptors, active: ${active.join(' ')}`;
}
