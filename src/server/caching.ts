/** What does not change while a server runs, so that a client may keep it. */
export const forAnHour = { ttlMs: 3_600_000, cacheScope: 'private' } as const;
