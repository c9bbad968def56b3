import type { Risk } from './risk.ts';

/** Named sets of what is served, by the words that they leave out. */
export const profiles = {
  'no-purchases': ['paid'],
} as const satisfies Record<string, readonly Risk[]>;

export type Profile = keyof typeof profiles;

export const profileNames = Object.keys(profiles).filter((name): name is Profile => name in profiles);

/** The words whose tools and requests a profile leaves out; none where there is no profile. */
export function withheldBy(profile: Profile | undefined): readonly Risk[] {
  return profile === undefined ? [] : profiles[profile];
}
