import { randomBytes } from 'node:crypto';
import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  type InputRequests,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import { asksOf } from '#server/asking.ts';
import { said } from './content-fixtures.ts';

const states = createRequestStateCodec<string>({ key: randomBytes(32) });

const name = inputRequired.elicit({
  message: 'What is your name?',
  requestedSchema: z.object({ name: z.string() }),
});
const color = inputRequired.elicit({
  message: 'What is your favorite color?',
  requestedSchema: z.object({ color: z.string() }),
});
const consent = inputRequired.elicit({ message: 'Please confirm', requestedSchema: z.object({ ok: z.boolean() }) });
const roots = inputRequired.listRoots();

function sampled(text: string) {
  return inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text } }],
    maxTokens: 100,
  });
}

/** Questions with every kind of default (SEP-1034). */
const defaults = inputRequired.elicit({
  message: 'Please look these over',
  requestedSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', default: 'John Doe' },
      age: { type: 'integer', default: 30 },
      score: { type: 'number', default: 95.5 },
      status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
      verified: { type: 'boolean', default: true },
    },
  },
});

const titled = ['First', 'Second', 'Third'].map((title, at) => ({ const: `value${at + 1}`, title }));
/** Questions with every kind of choice (SEP-1330). */
const choices = inputRequired.elicit({
  message: 'Please choose',
  requestedSchema: {
    type: 'object',
    properties: {
      untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
      titledSingle: { type: 'string', oneOf: titled },
      legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
      untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
      titledMulti: { type: 'array', items: { anyOf: titled } },
    },
  },
});

/**
 * Tools that ask for more than the product ever does: it asks for nothing but a decision, and neither for roots nor for
 * a sample of the client's model.
 */
export function addAskingFixtures(mcp: McpServer): void {
  const asking = (tool: string, questions: InputRequests, sealed = false) =>
    mcp.registerTool(tool, { description: 'Asks, then tells what it was told.' }, ctx => ask(ctx, questions, sealed));

  asking('test_input_required_result_elicitation', { user_name: name });
  asking('test_input_required_result_sampling', { capital_question: sampled('What is the capital of France?') });
  asking('test_input_required_result_list_roots', { client_roots: roots });
  asking('test_input_required_result_request_state', { confirm: consent }, true);
  asking(
    'test_input_required_result_multiple_inputs',
    { user_name: name, greeting: sampled('Generate a greeting'), client_roots: roots },
    true,
  );
  asking('test_missing_capability', { sample: sampled('Anything') });
  asking('test_elicitation_sep1034_defaults', { form: defaults });
  asking('test_elicitation_sep1330_enums', { form: choices });

  const description = 'Asks what it is told to ask.';
  mcp.registerTool('test_sampling', { description, inputSchema: z.object({ prompt: z.string() }) }, ({ prompt }, ctx) =>
    ask(ctx, { sample: sampled(prompt) }),
  );
  mcp.registerTool(
    'test_elicitation',
    { description, inputSchema: z.object({ message: z.string() }) },
    ({ message }, ctx) => {
      const requestedSchema = z.object({ username: z.string(), email: z.string() });
      return ask(ctx, { user: inputRequired.elicit({ message, requestedSchema }) });
    },
  );
  mcp.registerTool(
    'test_input_required_result_capabilities',
    { description: 'Asks only what the client can answer.' },
    ctx => {
      const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {};
      const canBeAsked = asksOf(envelope[CLIENT_CAPABILITIES_META_KEY]) !== undefined;
      return ask(ctx, canBeAsked ? { user_name: name } : { sample: sampled('Anything') });
    },
  );
  mcp.registerTool('test_input_required_result_multi_round', { description: 'Asks twice.' }, async ctx => {
    const step = await stateOf(ctx);
    if (step === 'color' && isAnswered(ctx, 'step2')) return said('Thank you.');
    const next = step === 'name' && isAnswered(ctx, 'step1') ? 'color' : 'name';
    const inputRequests: InputRequests = next === 'color' ? { step2: color } : { step1: name };
    return inputRequired({ inputRequests, requestState: await states.mint(next) });
  });
}

/** Asks until everything is answered. Where it is sealed, the answers are heard only with the state that they were asked with. */
async function ask(ctx: ServerContext, inputRequests: InputRequests, sealed = false) {
  const answered = Object.keys(inputRequests).every(key => isAnswered(ctx, key));
  if (answered && !sealed) return said(JSON.stringify(ctx.mcpReq.inputResponses));
  if (answered && (await stateOf(ctx)) === 'asked') return said('state-ok');
  return inputRequired({ inputRequests, ...(sealed && { requestState: await states.mint('asked') }) });
}

function isAnswered({ mcpReq }: ServerContext, key: string): boolean {
  return inputResponse(mcpReq.inputResponses, key).kind !== 'missing';
}

async function stateOf(ctx: ServerContext): Promise<string | undefined> {
  const state = ctx.mcpReq.requestState();
  return typeof state === 'string' ? await states.verify(state, ctx) : undefined;
}
