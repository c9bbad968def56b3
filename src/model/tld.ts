/** TLDs whose registries ask for more than the common fields when a name is registered. */
export const demandingTlds = ['asia', 'ca', 'de', 'eu', 'jobs', 'nl', 'pro', 'tel', 'travel', 'us'] as const;

export function isDemanding(domain: string): boolean {
  const tld = domain.slice(domain.lastIndexOf('.') + 1);
  return demandingTlds.some(demanding => demanding === tld);
}
