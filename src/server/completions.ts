import { type CompleteRequest, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { type DomainName, unicode } from '../model/domain-name.ts';
import { quote } from '../model/text.ts';
import type { Choices, ChoicesByName } from '../tool/choices.ts';
import type { Prompt } from '../tool/prompt.ts';
import { addressOf, type Resource } from '../tool/resource.ts';
import type { Asked, Session } from './session.ts';

/** As many as the protocol lets an answer have. */
const most = 100;
/** So many of the last acts are offered. */
const mostEntries = 50;

const Journal = z.object({ acts: z.array(z.object({ entry: z.int() })) });

/** What can be given, and the forms in which a person may type it, in small letters. */
interface Word {
  readonly value: string;
  readonly forms: readonly string[];
}

interface Known {
  readonly prompts: (session: Session) => readonly Prompt[];
  readonly resources: readonly Resource[];
  /** The domains of an account; what was read a moment ago suffices. Nothing where they are not served. */
  readonly domainNames: ((account: string) => Promise<readonly DomainName[]>) | undefined;
}

/** Completes the variables of addresses and the arguments of prompts while a person types. What goes wrong completes nothing. */
export function serveCompletions({ prompts, resources, domainNames }: Known) {
  /** What the variables of an address or the arguments of a prompt can be. */
  function choicesOf(session: Session, ref: CompleteRequest['params']['ref']): ChoicesByName {
    const { accounts } = session;
    const found =
      ref.type === 'ref/prompt'
        ? prompts(session).find(({ name }) => name === ref.name)
        : resources.find(each => session.may('read') && addressOf(each, accounts) === ref.uri);
    const asked = ref.type === 'ref/prompt' ? ref.name : ref.uri;
    if (!found) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no ${quote(asked)} to complete.`);
    return { ...found.choices, ...(accounts.length > 1 && { account: accounts }) };
  }

  async function wordsOf(choices: Choices, account: string, session: Session, asked: Asked): Promise<readonly Word[]> {
    switch (choices) {
      case 'domain names':
        if (!session.may('read') || !domainNames) return [];
        return (await domainNames(account)).map(name => ({ value: name, forms: [name, unicode(name)] }));
      case 'journal entries': {
        const args = { limit: mostEntries, ...(session.accounts.length > 1 && { account }) };
        const { structured } = await session.call('journal', args, asked);
        return structured ? Journal.parse(structured).acts.map(({ entry }) => word(String(entry))) : [];
      }
      default:
        return choices.map(word);
    }
  }

  return (session: Session): void => {
    session.mcp.server.setRequestHandler('completion/complete', async ({ params }, { mcpReq }) => {
      const { ref, argument, context } = params;
      const choices = choicesOf(session, ref);
      const { accounts } = session;
      const account = accounts.length > 1 ? context?.arguments?.account : accounts[0];
      const own = Object.hasOwn(choices, argument.name) ? choices[argument.name] : undefined;
      // Before it is known which account it is about, only the accounts can be completed.
      const known = account !== undefined && accounts.includes(account);
      const words =
        own === undefined || (typeof own === 'string' && !known)
          ? []
          : await wordsOf(own, account ?? '', session, mcpReq).catch(() => []);
      const values = matching(words, argument.value);
      return { completion: { values: values.slice(0, most), total: values.length, hasMore: values.length > most } };
    });
  };
}

function word(value: string): Word {
  return { value, forms: [value.toLowerCase()] };
}

/** The words that begin with what was typed, then those that have it inside; a name is found in either of its forms. */
function matching(words: readonly Word[], typed: string): string[] {
  const wanted = typed.trim().normalize('NFC').toLowerCase();
  const begins = ({ forms }: Word) => forms.some(form => form.startsWith(wanted));
  const has = ({ forms }: Word) => forms.some(form => form.includes(wanted));
  return [...words.filter(begins), ...words.filter(each => !begins(each) && has(each))].map(({ value }) => value);
}
