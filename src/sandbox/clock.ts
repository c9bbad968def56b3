/** Times as the wire writes them: `2027-01-30 23:59:59`, in UTC. */
export function wireTime(instant: Date): string {
  return instant.toISOString().slice(0, 19).replace('T', ' ');
}

/** The same day and time, some years on; 29 February becomes 1 March where there is none. */
export function yearsOn(time: string, years: number): string {
  const instant = new Date(`${time.replace(' ', 'T')}Z`);
  instant.setUTCFullYear(instant.getUTCFullYear() + years);
  return wireTime(instant);
}

export function daysOn(now: Date, days: number): string {
  return wireTime(new Date(now.getTime() + days * 86_400_000));
}
