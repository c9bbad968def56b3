import * as z from 'zod';
import { refuse } from '#model/fault.ts';
import { type Tool, tool } from '#tool/define.ts';
import domainUnlock from '../../tools/domains/domain-unlock.ts';

/** The fixtures that our own tools can be: these go through the kernel, and two of them through the gate. */
const input = z.strictObject({});
const output = z.object({ text: z.string() });

const simpleText = tool.read({
  name: 'test_simple_text',
  title: 'Simple text',
  description: 'Answers with a text.',
  input,
  output,
  run: async () => ({ text: 'This is a simple text response for testing.' }),
  summary: ({ text }) => text,
});

const withProgress = tool.read({
  name: 'test_tool_with_progress',
  title: 'Progress',
  description: 'Tells three times how far it is.',
  input,
  output,
  async run(_input, { progress }) {
    for (const done of [0, 50, 100]) progress(done, 100);
    return { text: 'All of it is done.' };
  },
  summary: ({ text }) => text,
});

const failing = tool.read({
  name: 'test_error_handling',
  title: 'Error',
  description: 'Always fails.',
  input,
  output,
  run: async () => refuse('conflict', 'This tool intentionally returns an error for testing.', 'Leave it at that.'),
  summary: ({ text }) => text,
});

/** A real act on a domain of the sandbox, under the name and with the lack of arguments that the suite calls it by. */
function unlockAs(name: string): Tool {
  return { ...domainUnlock, name, input, open: () => domainUnlock.open({ domain_name: 'harbor-bakery.com' }) };
}

export const ownFixtures: readonly Tool[] = [
  simpleText,
  { ...simpleText, name: 'test_logging_tool' },
  withProgress,
  failing,
  unlockAs('test_streaming_elicitation'),
  unlockAs('test_input_required_result_tampered_state'),
];
