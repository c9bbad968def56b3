import * as z from 'zod';
import { tool } from '#tool/define.ts';

export default tool.read({
  name: 'hello',
  title: 'Greet the registrar',
  description:
    'Asks the registrar who it is: service, version, its clock, and the address it sees. Use it to test the connection.',
  input: z.strictObject({}),
  output: z.object({
    service: z.string(),
    version: z.string(),
    server_date: z.string(),
    language: z.string(),
    client_ip: z.string(),
  }),
  run: (_input, { registrar }) => registrar.hello({}),
  summary: () => 'The registrar answers.',
});
