import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

/** A file as it was found, and where it really is. */
export interface Found {
  /** What a link leads to. */
  readonly path: string;
  /** Undefined where there is none. */
  readonly text: string | undefined;
  readonly mode: number;
}

/** What files of settings have that are made here: they may hold a token. */
const ownersOnly = 0o600;

/**
 * Reads a file that is to be changed; throws with a sentence where it cannot be, or must not be. Where it has to be `within` a
 * folder, a link must not lead out of it: a project may be a stranger's.
 */
export function findFile(name: string, within?: string): Found {
  const found = lstatSync(name, { throwIfNoEntry: false });
  const stats = statSync(name, { throwIfNoEntry: false });
  if (found && !stats)
    throw new Error(`${name} is a link that leads nowhere. Nothing was written; mend it, or remove it.`);
  const path = realOf(name);
  if (within !== undefined && !path.startsWith(`${realOf(within)}${sep}`))
    throw new Error(`${name} leads out of the project, to ${path}. Nothing was written.`);
  if (!stats) return { path, text: undefined, mode: ownersOnly };
  if (!stats.isFile()) throw new Error(`${path} is no file. Nothing was written.`);
  if ((stats.mode & constants.S_IWUSR) === 0)
    throw new Error(`${path} is read-only, so somebody wants it as it is. Nothing was written.`);
  return { path, text: decoded(path), mode: stats.mode & 0o777 };
}

/** Where a name leads to, through the links on the way; what is not there yet stays as it is called. */
function realOf(name: string): string {
  if (existsSync(name)) return realpathSync(name);
  const above = dirname(name);
  return above === name ? name : join(realOf(above), basename(name));
}

/** The text of a file, whose bytes come back as they are. */
function decoded(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Error(`${path} is not UTF-8. Nothing was written; save it as UTF-8 first.`);
  }
}

/**
 * Puts a text in the place of a file in one step, so that nobody ever reads half of it, and keeps what was there beside it.
 * Refuses where the file has changed since it was found. Tells the name of the backup.
 */
export function replaceFile({ path, text: before, mode }: Found, text: string, now: Date): string | undefined {
  mkdirSync(dirname(path), { recursive: true });
  const stamp = now.toISOString().replace(/[-:.]/g, '');
  const temporary = `${path}.${stamp}.tmp`;
  const file = openSync(temporary, 'wx', ownersOnly);
  try {
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    chmodSync(temporary, mode);
    const found = lstatSync(path, { throwIfNoEntry: false }) ? decoded(path) : undefined;
    if (found !== before)
      throw new Error(`${path} was changed by another program just now. Nothing was written; run this again.`);
    const backup = before === undefined ? undefined : `${path}.${stamp}.bak`;
    if (backup !== undefined) copyFileSync(path, backup, constants.COPYFILE_EXCL);
    renameSync(temporary, path);
    return backup;
  } finally {
    rmSync(temporary, { force: true });
  }
}
