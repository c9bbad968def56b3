import * as z from 'zod';
import { tool } from '#tool/define.ts';

export default tool.write({
  name: 'logout',
  title: 'End the session',
  description: 'Ends the session that login opened. Other tools keep working: they authenticate by themselves.',
  input: z.strictObject({}),
  output: z.object({ session: z.literal('ended') }),
  async run(_input, { registrar }) {
    await registrar.logout({});
    return { session: 'ended' as const };
  },
  summary: () => 'The session has ended.',
});
