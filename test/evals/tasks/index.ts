import { kinds, type Task } from '../task.ts';
import { ambiguous } from './ambiguous.ts';
import { easy } from './easy.ts';
import { impossible } from './impossible.ts';
import { long } from './long.ts';
import { malicious } from './malicious.ts';

const all = { easy, long, ambiguous, impossible, malicious };

/** Every task, kind by kind. */
export const tasks: readonly Task[] = kinds.flatMap(kind => all[kind].map(task => ({ kind, ...task })));
