import { parseArgs } from 'node:util';
import { transports } from './server.ts';
import { kinds } from './task.ts';
import { tasks } from './tasks/index.ts';

const usage = `run.ts [--task ID …] [--kind KIND …] [--repeat N] [--parallel N] [--timeout SECONDS] [--transport http|stdio] [--json FILE] -- COMMAND …

The command is run once for each task, in an empty directory. Its final answer is what it prints. Where its arguments have
them, these are filled in; in its environment they are EVAL_PROMPT and so on:
  {prompt}      what the person says; on its standard input where no argument has it
  {mcp_config}  a file with mcpServers
  {url}         the server's address, with --transport http
`;

const numeral = (text: string) => (/^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined);

/** What the command line says, or what is wrong with it. */
export function readArguments(args: readonly string[]) {
  const at = args.indexOf('--');
  const command = at < 0 ? [] : args.slice(at + 1);
  const { values } = parseArgs({
    args: at < 0 ? [...args] : args.slice(0, at),
    options: {
      task: { type: 'string', multiple: true, default: [] },
      kind: { type: 'string', multiple: true, default: [] },
      repeat: { type: 'string', default: '1' },
      parallel: { type: 'string', default: '1' },
      timeout: { type: 'string', default: '300' },
      transport: { type: 'string', default: 'http' },
      json: { type: 'string' },
    },
  });
  const [repeat, parallel, timeout] = [values.repeat, values.parallel, values.timeout].map(numeral);
  const transport = transports.find(known => known === values.transport);
  const chosen = tasks.filter(
    ({ id, kind }) =>
      (values.task.length === 0 || values.task.includes(id)) &&
      (values.kind.length === 0 || values.kind.includes(kind)),
  );
  const problems = [
    ...(command.length === 0 ? ['There is no command: it comes after --.'] : []),
    ...values.task.filter(id => !tasks.some(task => task.id === id)).map(id => `There is no task "${id}".`),
    ...values.kind.filter(name => !kinds.some(kind => kind === name)).map(name => `There is no kind "${name}".`),
    ...(chosen.length === 0 ? ['No task is left to do.'] : []),
  ];
  if (problems.length > 0 || !repeat || !parallel || !timeout || !transport)
    throw new Error([...problems, `\n${usage}`].join('\n'));
  return { chosen, repeat, parallel, timeout, transport, command, json: values.json };
}
