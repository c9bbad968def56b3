import { domainToASCII } from 'node:url';
import * as z from 'zod';
import type { Quote } from '#model/domain.ts';
import { parseDomainName } from '#model/domain-name.ts';
import { refuse } from '#model/fault.ts';
import { show } from '#model/money.ts';
import { count, quote } from '#model/text.ts';
import { tool } from '#tool/define.ts';

const Keyword = z.codec(z.string().describe('A word, "largecat", or a whole name, "largecat.com"'), z.string(), {
  decode: (text, ctx) => {
    const whole = text.trim().includes('.') || /[/@:]/.test(text) ? parseDomainName(text) : undefined;
    const word = /^[\p{L}\p{M}\p{N}-]{1,63}$/u.test(text.trim()) ? domainToASCII(text.trim()) : '';
    if (whole && 'ok' in whole) return whole.ok;
    if (!whole && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(word)) return word;
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

const Tld = z
  .string()
  .refine(tld => /^\.?(?:[a-z0-9-]{2,63}\.)?[a-z][a-z0-9-]{0,62}$/i.test(tld), 'must be an ending such as "com"');

const Row = z.object({
  domain_name: z.string(),
  available: z.boolean(),
  price: z.string().optional(),
  premium: z.boolean().optional(),
  backorder: z.boolean().optional(),
});

export default tool.read({
  name: 'domain_check',
  title: 'Check availability',
  description:
    "Says which names can be registered, and the registrar's price. Use it before domain_create, and to find alternatives (suggest).",
  input: z.strictObject({
    keyword: Keyword,
    tlds: z.array(Tld).min(1).max(50).optional().describe('Endings to try, "com"'),
    suggest: z.boolean().default(false).describe('Similar names too'),
  }),
  output: z.object({
    names: z.array(Row).describe('price: first year, "unknown" where the registrar gives none'),
    suggested: z.array(Row).optional(),
  }),
  async run({ keyword, tlds, suggest }, { registrar }) {
    if (tlds && keyword.includes('.'))
      refuse(
        'invalid_input',
        `keyword is the whole name ${keyword}, and tlds are given too.`,
        'Give the word alone with tlds, or the whole name without.',
      );
    const services = suggest ? (['availability', 'suggested'] as const) : (['availability'] as const);
    const found = await registrar.domain_check({
      keyword,
      tlds: tlds?.map(tld => tld.toLowerCase().replace(/^\./, '')),
      services: [...services],
    });
    return { names: found.domains.map(row), suggested: suggest ? found.suggested.map(row) : undefined };
  },
  summary: ({ names }) => {
    const free = names.filter(({ available }) => available).length;
    return `${free} of ${count(names.length, 'name')} can be registered.`;
  },
});

function row({ domain_name, available, premium, backorder, price }: Quote): z.output<typeof Row> {
  const offered = available || backorder;
  return {
    domain_name,
    available,
    ...(offered && { price: price ? show(price) : 'unknown' }),
    ...(premium && { premium }),
    ...(backorder && { backorder }),
  };
}
