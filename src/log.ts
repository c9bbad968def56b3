import type { Logger } from 'pino';

export type Level = 'debug' | 'info' | 'warn' | 'error';

const rank = { debug: 20, info: 30, warn: 40, error: 50, silent: 99 } as const;

/**
 * Structured lines on standard error; standard output belongs to the protocol. The library loads with the first line.
 * `cleared` takes secrets out of a line.
 */
export function openLog(least: keyof typeof rank, cleared: (text: string) => string) {
  let logger: Promise<Logger> | undefined;

  async function open(): Promise<Logger> {
    const { pino } = await import('pino');
    return pino(
      {
        level: least,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        hooks: { streamWrite: cleared },
      },
      pino.destination({ dest: 2, sync: true }),
    );
  }

  return (level: Level, event: Readonly<Record<string, unknown>>, message: string): void => {
    if (rank[level] < rank[least]) return;
    logger ??= open();
    void logger.then(lines => lines[level](event, message));
  };
}
