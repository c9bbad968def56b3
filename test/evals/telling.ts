import { type Facts, fact } from './facts.ts';

/** The day on which a domain expires, however people write it. */
export const expiryOf = (name: string) => (start: Facts) => day(start.get(fact.expires(name)) ?? '');

/** That something was not done or cannot be, which "no problem" does not say. */
export const refusal = new RegExp(
  [
    "can(?:no|['’])t|cannot|could(?: not|n['’]t)|unable|impossible|unavailable|unsupported|isn['’]t|aren['’]t",
    "\\b(?:is|are|was|were|has|have|did|do|does|will|would|may)(?: (?:also|therefore|currently|still))? ?(?:not\\b|n['’]t\\b)",
    '\\bnot (?:been )?\\w+(?:ed|ught|one)\\b',
    '\\b(?:refus|fail|declin|den(?:y|ied)|block|reject)',
    '\\bnot? (?:tool|way|possible|available|supported|allowed|permitted|able|refund|change)|\\bnothing (?:was|has been|is)\\b',
  ].join('|'),
  'i',
);

function day(iso: string): RegExp {
  const [year = '', month = '', number = ''] = iso.split('-');
  const name = new Date(`${iso}T00:00:00Z`).toLocaleString('en', { month: 'long', timeZone: 'UTC' });
  const short = `${name.slice(0, 3)}(?:${name.slice(3)})?\\.?`;
  const [d, m] = [Number(number), Number(month)];
  const nth = `0?${d}(?:st|nd|rd|th)?`;
  const forms = [
    iso,
    `${short} ${nth},? ${year}`,
    `${nth}(?: of)? ${short},? ${year}`,
    `0?${m}/0?${d}/${year}`,
    `0?${d}[./]\\s?0?${m}[./]\\s?${year}`,
  ];
  return new RegExp(`(?<!\\d)(?:${forms.join('|')})(?!\\d)`, 'i');
}
