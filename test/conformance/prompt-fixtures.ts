import {
  type ContentBlock,
  completable,
  type GetPromptResult,
  inputRequired,
  inputResponse,
  type McpServer,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import { png } from './content-fixtures.ts';

const TwoArguments = z.object({
  arg1: completable(z.string(), value => ['paris', 'park', 'party'].filter(word => word.startsWith(value))),
  arg2: z.string(),
});

export function addPromptFixtures(mcp: McpServer): void {
  const description = 'A prompt for testing.';
  mcp.registerPrompt('test_simple_prompt', { description }, () => told('This is a simple prompt for testing.'));
  mcp.registerPrompt('test_prompt_with_arguments', { description, argsSchema: TwoArguments }, ({ arg1, arg2 }) =>
    told(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`),
  );
  mcp.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description, argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri: uri }) => {
      const resource = { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' };
      return told('Please process the embedded resource above.', { type: 'resource', resource });
    },
  );
  mcp.registerPrompt('test_prompt_with_image', { description }, () =>
    told('Please analyze the image above.', { type: 'image', data: png, mimeType: 'image/png' }),
  );
  mcp.registerPrompt('test_input_required_result_prompt', { description }, ctx => {
    if (inputResponse(ctx.mcpReq.inputResponses, 'user_context').kind !== 'missing') return told('In that context.');
    const question = inputRequired.elicit({
      message: 'What context should the prompt use?',
      requestedSchema: z.object({ context: z.string() }),
    });
    return inputRequired({ inputRequests: { user_context: question } });
  });
}

/** A prompt's words, below what they are about. */
function told(text: string, about?: ContentBlock): GetPromptResult {
  const blocks: ContentBlock[] = [...(about ? [about] : []), { type: 'text', text }];
  return { messages: blocks.map(content => ({ role: 'user', content })) };
}
