import { domainToASCII } from 'node:url';
import * as z from 'zod';
import type { Quote } from '#model/domain.ts';
import { parseDomainName, shownName, unicodeName } from '#model/domain-name.ts';
import { Ending, endingOf } from '#model/ending.ts';
import { Fault, refuse } from '#model/fault.ts';
import { type Money, show } from '#model/money.ts';
import { scriptWarning } from '#model/script.ts';
import { count, oneOf, quote } from '#model/text.ts';
import { tool } from '#tool/define.ts';
import { page } from '#tool/page.ts';
import { readList } from '#tool/reading.ts';
import { goodFor } from '#tool/readings.ts';
import { renewalPrices } from '#tool/renewal-prices.ts';

const Keyword = z.codec(z.string().describe('A word, "largecat", or a whole name, "largecat.com"'), z.string(), {
  decode: (text, ctx) => {
    const whole = text.trim().includes('.') || /[/@:]/.test(text) ? parseDomainName(text) : undefined;
    const word = /^[\p{L}\p{M}\p{N}-]{1,63}$/u.test(text.trim()) ? domainToASCII(text.trim()) : '';
    if (whole && 'ok' in whole) return whole.ok;
    if (!whole && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(word)) return word;
    ctx.issues.push({
      code: 'custom',
      message:
        whole && 'problem' in whole
          ? whole.problem
          : `${quote(text)} is not a word that a name can have: letters, digits and inner hyphens only`,
      input: text,
    });
    return z.NEVER;
  },
  encode: keyword => keyword,
});

const Row = z.object({
  domain_name: z.string(),
  unicode_name: z.string().optional(),
  available: z.boolean(),
  price: z.string().optional(),
  renewal_price: z.string().optional(),
  premium: z.boolean().optional(),
  backorder: z.boolean().optional(),
  mixed_script: z.string().optional(),
});

/** How many suggestions an answer has at the most. */
const mostSuggested = 20;

export default tool.read({
  name: 'domain_check',
  title: 'Check availability',
  description:
    "Says which names can be registered, and the registrar's price; the best first. Use it before domain_create, and to find alternatives (suggest). Many words are compared in one call (keywords).",
  input: z.strictObject({
    keyword: Keyword.optional(),
    keywords: z.array(Keyword).min(1).max(20).optional().describe('Up to 20 of them, the favourite first'),
    tlds: z.array(Ending).min(1).max(50).optional().describe('Endings to try, "com"'),
    suggest: z.boolean().default(false).describe('Similar names too'),
    limit: z.int().min(1).max(200).optional().describe('Most names, 1 to 200'),
  }),
  output: z.object({
    names: z
      .array(Row)
      .describe(
        'price: first year, "unknown" where the registrar gives none; renewal_price: what names of this account with the same ending renew for, "unknown" for premium names',
      ),
    suggested: z.array(Row).optional(),
    refused: z.array(z.object({ keyword: z.string(), why: z.string() })).optional(),
    free: z.int(),
    total: z.int(),
    more: z.int().optional(),
  }),

  async run({ keyword, keywords = [], tlds, suggest, limit }, { registrar, readings, now, progress }) {
    const asked = [...new Set([...(keyword === undefined ? [] : [keyword]), ...keywords])];
    refuseUnclear(asked, tlds);
    const refused: { keyword: string; why: string }[] = [];
    let done = 0;
    const found = await Promise.all(
      asked.map(async word => {
        try {
          return await registrar.domain_check({
            keyword: word,
            tlds,
            services: suggest ? ['availability', 'suggested'] : ['availability'],
          });
        } catch (error) {
          // One word that the registrar does not take says nothing of the others; where it takes none, that is the answer.
          if (!(error instanceof Fault) || error.code !== 'registrar_refused' || refused.length + 1 === asked.length)
            throw error;
          refused.push({ keyword: word, why: error.message });
          return { domains: [], suggested: [] };
        } finally {
          done += 1;
          if (asked.length > 1) progress(done, asked.length);
        }
      }),
    );
    const names = inOrder(
      asked,
      found.map(({ domains }) => domains),
    );
    const known = new Set(names.map(({ domain_name }) => domain_name));
    const suggested = unique(inTurn(found.map(each => each.suggested)))
      .filter(({ domain_name }) => !known.has(domain_name))
      .sort((a, b) => standing(a) - standing(b));

    const regular = [...names, ...suggested].some(({ available, premium }) => available && !premium);
    const renewals = regular ? await renewalsOf({ registrar, readings }, now) : new Map<string, Money>();
    const row = (quote: Quote) => rowOf(quote, renewals);
    const similar = suggested.slice(0, Math.min(limit ?? mostSuggested, mostSuggested)).map(row);
    const { rows } = page(
      names.map((quote, at) => ({ at: String(at).padStart(5, '0'), row: row(quote) })),
      ({ at }) => at,
      { limit },
      each => JSON.stringify(each.row).length,
      JSON.stringify([similar, refused]).length,
    );
    const more = names.length - rows.length + (suggested.length - similar.length);
    return {
      names: rows.map(each => each.row),
      suggested: suggest ? similar : undefined,
      refused: refused.length > 0 ? refused : undefined,
      free: names.filter(({ available }) => available).length,
      total: names.length,
      more: more > 0 ? more : undefined,
    };
  },

  summary: ({ free, total, more, refused = [] }) =>
    `${free} of ${count(total, 'name')} can be registered.${refused.length === 0 ? '' : ` ${count(refused.length, 'word')} could not be checked.`}${more === undefined ? '' : ` ${more} more are not shown: ask for fewer words or endings.`}`,
});

/** Without a word there is nothing to check, and a whole name has its ending already. */
function refuseUnclear(asked: readonly string[], tlds: readonly string[] | undefined): void {
  if (asked.length === 0)
    refuse('invalid_input', 'keyword is missing.', 'Give a word as keyword, or several as keywords.');
  const whole = asked.filter(word => word.includes('.'));
  if (tlds && whole.length > 0)
    refuse(
      'invalid_input',
      `${oneOf(whole.map(shownName), 'and')} ${whole.length === 1 ? 'is a whole name' : 'are whole names'}, and tlds are given too.`,
      'Give words alone with tlds, or whole names without.',
    );
}

/**
 * Names in the order in which a person would look at them: what can be had, then what can be backordered, then what is
 * taken. Of these first what was asked for in full and plain .com names, which people try first, in the order of the words;
 * then the others by their word, the cheaper and the shorter. A premium name stands where its price puts it.
 */
function inOrder(asked: readonly string[], found: readonly (readonly Quote[])[]): Quote[] {
  const ranked = found.flatMap((quotes, word) =>
    quotes.map(quote => {
      const { domain_name, premium, price } = quote;
      const plain = !premium && (domain_name === asked[word] || domain_name === `${asked[word]}.com`);
      const rank = [standing(quote), plain ? 0 : 1, word, price?.cents ?? Number.MAX_SAFE_INTEGER, domain_name.length];
      return { quote, rank };
    }),
  );
  return unique(ranked.sort((a, b) => compare(a.rank, b.rank)).map(({ quote }) => quote));
}

/** Of each word its first, then of each its second: few are shown, and each word has its share. */
function inTurn(found: readonly (readonly Quote[])[]): Quote[] {
  const longest = Math.max(0, ...found.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => found.flatMap(quotes => quotes[at] ?? [])).flat();
}

function standing({ available, backorder }: Quote): number {
  return available ? 0 : backorder ? 1 : 2;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function unique(quotes: readonly Quote[]): Quote[] {
  return [...new Map(quotes.map(quote => [quote.domain_name, quote])).values()];
}

/** What names of the account renew for; where it cannot be read, no renewal price is known. */
async function renewalsOf(reader: Parameters<typeof readList>[0], now: Date): Promise<ReadonlyMap<string, Money>> {
  const at = reader.readings.begin(now);
  try {
    return renewalPrices((await readList(reader, { at, since: at - goodFor })).holdings);
  } catch (error) {
    if (error instanceof Fault) return new Map();
    throw error;
  }
}

function rowOf(quote: Quote, renewals: ReadonlyMap<string, Money>): z.output<typeof Row> {
  const { domain_name, available, premium, backorder, price } = quote;
  const renewal = renewals.get(endingOf(domain_name));
  const warning = scriptWarning(domain_name);
  const written = unicodeName(domain_name);
  return {
    domain_name,
    ...(written !== undefined && { unicode_name: written }),
    available,
    ...((available || backorder) && { price: price ? show(price) : 'unknown' }),
    ...(available && premium && { renewal_price: 'unknown' }),
    ...(available && !premium && renewal && { renewal_price: show(renewal) }),
    ...(premium && { premium }),
    ...(backorder && { backorder }),
    ...(warning !== undefined && { mixed_script: warning }),
  };
}
