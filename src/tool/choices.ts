/** What a variable of an address, or an argument of a prompt, can be: words of ours, or what the account has. */
export type Choices = readonly string[] | 'domain names' | 'journal entries';

/** By the name of the variable or argument. */
export type ChoicesByName = Readonly<Record<string, Choices>>;
