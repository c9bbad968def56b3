import type { Tool as ListedTool } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Risk } from '../model/risk.ts';
import type { Tool } from '../tool/define.ts';
import { wordIcons } from './icons.ts';

/** What MCP hosts are told of each word. */
const hints = {
  read: { readOnlyHint: true, destructiveHint: false },
  write: { readOnlyHint: false, destructiveHint: false },
  destructive: { readOnlyHint: false, destructiveHint: true },
  paid: { readOnlyHint: false, destructiveHint: true },
} as const satisfies Record<Risk, ListedTool['annotations']>;

/** At least one host asks its user before a tool that carries this, even where prompts are switched off. */
const asksAPerson = { 'anthropic/requiresUserInteraction': true } as const;

/** The tools that only read whose answers have a view (MCP Apps). What is gated has that of its plan. */
const views: ReadonlyMap<string, string> = new Map([
  ['portfolio', 'portfolio'],
  ['dns_list', 'zone'],
  ['dns_check', 'zone'],
]);

/** What hosts are told of a tool besides what models are. */
function metaOf({ name, risk }: Tool): ListedTool['_meta'] {
  const gated = risk === 'destructive' || risk === 'paid';
  const view = gated ? 'plan' : views.get(name);
  if (view === undefined) return undefined;
  return { ui: { resourceUri: `ui://registrar-mcp/${view}` }, ...(gated && asksAPerson) };
}

/** The tools as `tools/list` shows them to who may use these accounts; with several, each call says which. */
export function listTools(tools: readonly Tool[], accounts: readonly string[]): ListedTool[] {
  const account = z.strictObject({ account: z.enum(accounts).describe('The account that it is about') });
  return tools.map(tool => {
    const { name, title, description, risk, input, output } = tool;
    const _meta = metaOf(tool);
    return {
      name,
      title,
      description,
      inputSchema: jsonSchema(accounts.length > 1 ? account.extend(input.shape) : input),
      outputSchema: jsonSchema(output),
      annotations: hints[risk],
      icons: [...wordIcons[risk]],
      ...(_meta && { _meta }),
    };
  });
}

/** Both directions as they travel; without the dialect and without bounds that only say "a safe integer". */
function jsonSchema(schema: z.ZodObject): ListedTool['inputSchema'] {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema: node }) => {
      if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
      if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
      delete node.propertyNames;
    },
  });
  // zod's and the SDK's types for the same JSON Schema do not meet; every tool's schemas are objects at their root.
  return rest as ListedTool['inputSchema'];
}
