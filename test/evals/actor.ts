import * as z from 'zod';
import type { Answer } from '../support/world.ts';

export type Args = Readonly<Record<string, unknown>>;

/** An answer of a tool, as far as a script looks at it. */
export type Said = Pick<Answer, 'text' | 'structured' | 'isError'>;

/** Whoever carries out a script: it calls tools, and confirms what it is asked to. */
export interface Actor {
  /** Calls a tool and, where that only plans, confirms. Anything but success ends the script. */
  call(tool: string, args?: Args): Promise<Said>;
  /** Calls a tool and confirms nothing. */
  preview(tool: string, args: Args): Promise<Said>;
  /** Calls, and confirms, what is to be refused: gives the sentence. */
  refused(tool: string, args?: Args): Promise<string>;
  /** The records of a domain that a filter of dns_list finds, as dns_delete takes them. */
  records(domain_name: string, filter: Args): Promise<readonly Found[]>;
}

const Asking = z.object({ status: z.literal('needs_confirmation'), confirm: z.string() });
const Found = z.object({ record_id: z.string(), host: z.string(), type: z.string(), content: z.string() });
type Found = z.output<typeof Found> & { readonly domain_name: string };
const Listed = z.object({ records: z.array(Found) });

export function actorWith(send: (tool: string, args: Args) => Promise<Said>): Actor {
  async function confirmed(tool: string, args: Args): Promise<Said> {
    const first = await send(tool, args);
    const asking = Asking.safeParse(first.structured);
    return asking.success ? await send(tool, { ...args, confirm: asking.data.confirm }) : first;
  }
  async function call(tool: string, args: Args = {}): Promise<Said> {
    const said = await confirmed(tool, args);
    if (said.isError) throw new Error(`${tool}: ${said.text}`);
    return said;
  }
  return {
    call,
    preview: send,
    async refused(tool, args = {}) {
      const said = await confirmed(tool, args);
      if (!said.isError) throw new Error(`${tool} was to be refused, and was not: ${said.text}`);
      return said.text;
    },
    async records(domain_name, filter) {
      const { structured } = await call('dns_list', { domain_name, ...filter });
      return Listed.parse(structured).records.map(record => ({ domain_name, ...record }));
    },
  };
}
