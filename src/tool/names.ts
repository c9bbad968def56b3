import { refuse } from '../model/fault.ts';
import { matches } from '../model/pattern.ts';
import { type Permit, scopeOf } from '../model/permit.ts';
import type { Risk } from '../model/risk.ts';
import { few } from '../model/text.ts';

/** Patterns of names, in lower-case ASCII, `*` for anything. */
export interface NamePolicy {
  /** The names that may be changed at all; all of them where the list is empty. */
  readonly allow: readonly string[];
  /** The names that no gated tool may touch. */
  readonly protect: readonly string[];
}

/** Refuses a call that would touch a name which the deployment keeps from it. */
export function refuseKept(names: readonly string[], risk: Risk, { allow, protect }: NamePolicy): void {
  if (risk === 'read') return;
  const outside = names.filter(name => allow.length > 0 && !allow.some(pattern => matches(name, pattern)));
  if (outside.length > 0) keep(outside, 'not among the names that may be changed here (REGISTRAR_ALLOW)');
  const kept = names.filter(name => risk !== 'write' && protect.some(pattern => matches(name, pattern)));
  if (kept.length > 0) keep(kept, `protected from ${risk} tools (REGISTRAR_PROTECT)`);
}

/** Refuses a call that goes beyond what its caller may do. */
export function refuseBeyond({ caller, words, names: lists }: Permit, risk: Risk, names: readonly string[]): void {
  if (!words.includes(risk))
    refuse(
      'not_permitted',
      `${caller} may not use ${risk} tools here. Nothing was done.`,
      `It would need the scope ${scopeOf(risk)}; only whoever runs this server can give it.`,
    );
  const outside = names.filter(name => !lists.every(patterns => patterns.some(pattern => matches(name, pattern))));
  if (risk !== 'read' && outside.length > 0) keep(outside, `not among the names that ${caller} may change`);
}

function keep(names: readonly string[], why: string): never {
  refuse(
    'name_protected',
    `${few(names, 20)} ${names.length === 1 ? 'is' : 'are'} ${why}. Nothing was done.`,
    'Only whoever runs this server can change that; tell the person.',
  );
}

/** Every domain that a call's arguments name, at whatever depth. */
export function namesIn(args: unknown): string[] {
  if (Array.isArray(args)) return [...new Set(args.flatMap(namesIn))];
  if (typeof args !== 'object' || args === null) return [];
  return [
    ...new Set(
      Object.entries(args).flatMap(([key, value]) => {
        if (key === 'domain_name' && typeof value === 'string') return [value];
        if (key === 'domain_names' && Array.isArray(value)) return value.filter(name => typeof name === 'string');
        return namesIn(value);
      }),
    ),
  ];
}
