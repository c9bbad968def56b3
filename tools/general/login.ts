import * as z from 'zod';
import { tool } from '#tool/define.ts';

export default tool.write({
  name: 'login',
  title: 'Open a session',
  description:
    "Opens a session at the registrar with the server's own credentials; later calls use it. Rarely needed: every tool authenticates by itself.",
  input: z.strictObject({}),
  output: z.object({ session: z.literal('open') }),
  async run(_input, { registrar }) {
    await registrar.login({});
    return { session: 'open' as const };
  },
  summary: () => 'A session is open; calls use it until it ends.',
});
