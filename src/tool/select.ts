import { type Profile, withheldBy } from '../model/profile.ts';
import type { Tool } from './define.ts';

/** A folder of tools. */
export interface Toolset {
  readonly name: string;
  readonly tools: readonly Tool[];
}

/** What a deployment serves. */
export interface Selection {
  /** Names of toolsets; all of them where there are none. */
  readonly toolsets: readonly string[];
  readonly readOnly: boolean;
  readonly profile?: Profile | undefined;
}

/** The tools to serve, in a fixed order, and for each that is left out the setting that brings it back. */
export function select(toolsets: readonly Toolset[], { toolsets: wanted, readOnly, profile }: Selection) {
  const tools: Tool[] = [];
  const hidden = new Map<string, string>();
  for (const { name, tools: inside } of toolsets) {
    for (const tool of inside) {
      if (wanted.length > 0 && !wanted.includes(name))
        hidden.set(tool.name, `The tool ${tool.name} is switched off: REGISTRAR_TOOLSETS does not have "${name}".`);
      else if (readOnly && tool.risk !== 'read')
        hidden.set(
          tool.name,
          `The tool ${tool.name} is switched off: REGISTRAR_READ_ONLY is set, and it is a ${tool.risk} tool.`,
        );
      else if (withheldBy(profile).includes(tool.risk))
        hidden.set(
          tool.name,
          `The tool ${tool.name} is switched off: REGISTRAR_PROFILE is ${profile}, and it is a ${tool.risk} tool.`,
        );
      else tools.push(tool);
    }
  }
  return { tools, hidden: (name: string) => hidden.get(name) };
}
