/** The one word per endpoint and per tool on which everything about safety hangs; the README's table is printed from here. */
export const meaning = {
  read: { means: 'changes nothing', gate: 'none' },
  write: { means: 'adds, or changes what is easily put back', gate: 'none' },
  destructive: { means: 'removes, replaces or exposes', gate: 'plan, then confirm' },
  paid: { means: 'spends money', gate: 'plan with a price, then confirm, within the budget' },
} as const;

export type Risk = keyof typeof meaning;

export const words = Object.keys(meaning).filter((word): word is Risk => word in meaning);

/** The words whose endpoints a tool of a given word may reach. */
export const reach = {
  read: ['read'],
  write: ['read', 'write'],
  destructive: ['read', 'write', 'destructive'],
  paid: ['read', 'write', 'paid'],
} as const satisfies Record<Risk, readonly Risk[]>;
