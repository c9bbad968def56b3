import { type Prompt as ListedPrompt, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { Fault } from '../model/fault.ts';
import { didYouMean, oneOf, quote } from '../model/text.ts';
import { parseInput } from '../tool/input.ts';
import type { Kernel } from '../tool/kernel.ts';
import type { Prompt } from '../tool/prompt.ts';
import { presentFault } from '../tool/render.ts';
import { promptIcons } from './icons.ts';
import type { Session } from './session.ts';

/** The prompts of whoever asks: those whose tools are served, and that they may use. */
export function promptsFor({ tools }: Pick<Kernel, 'tools'>, prompts: readonly Prompt[]) {
  const risks = new Map(tools.map(({ name, risk }) => [name, risk]));
  return ({ may }: Pick<Session, 'may'>): Prompt[] =>
    prompts.filter(prompt =>
      prompt.tools.every(name => {
        const risk = risks.get(name);
        return risk !== undefined && may(risk);
      }),
    );
}

/** Lists prompts and fills them in. With several accounts each is about one of them. */
export function servePrompts(promptsOf: (session: Session) => readonly Prompt[]) {
  return (session: Session): void => {
    const { server } = session.mcp;
    const { accounts } = session;
    server.setRequestHandler('prompts/list', () => ({
      prompts: promptsOf(session).map(prompt => listed(prompt, accounts)),
    }));
    server.setRequestHandler('prompts/get', ({ params }) => {
      const known = promptsOf(session);
      const prompt = known.find(({ name }) => name === params.name);
      if (!prompt) throw new ProtocolError(ProtocolErrorCode.InvalidParams, noSuch(params.name, known));
      const text = filled(prompt, params.arguments ?? {}, accounts);
      return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text } }] };
    });
  };
}

function listed({ name, title, description, arguments: own }: Prompt, accounts: readonly string[]): ListedPrompt {
  const account = { name: 'account', description: 'The account that it is about', required: true };
  const needed = accounts.length > 1 ? [account, ...own] : [...own];
  return { name, title, description, arguments: needed, icons: [...promptIcons] };
}

function filled(prompt: Prompt, given: Readonly<Record<string, string>>, accounts: readonly string[]): string {
  try {
    if (accounts.length < 2) return prompt.fill(given);
    const { account, ...rest } = given;
    const named = parseInput(z.strictObject({ account: z.enum(accounts) }), { account }).account;
    return `${prompt.fill(rest)}\nAll of this is about the account ${quote(named)}: give it as account with every call.`;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, presentFault(error));
  }
}

function noSuch(name: string, known: readonly Prompt[]): string {
  const names = known.map(each => each.name);
  if (names.length === 0) return `There is no prompt ${quote(name)}.`;
  return `There is no prompt ${quote(name)}${didYouMean(name, names) || '.'} The prompts are ${oneOf(names, 'and')}.`;
}
