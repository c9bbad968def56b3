import { servePages } from '../server/pages.ts';
import { serveStdio } from '../server/stdio.ts';
import type { Opener } from './registrar-mcp.ts';
import { finish, untilTold } from './until-told.ts';

/** Serves one client until it goes or the process is told to end; calls that run finish first. */
export async function run(open: Opener): Promise<void> {
  let pages: ReturnType<typeof servePages> | undefined;
  const { composed, factory } = open({
    pagesAt: async () => {
      pages ??= servePages(composed.pages);
      return (await pages).url;
    },
  });
  const { ended, close } = serveStdio(factory, process.stdin, error =>
    composed.log('warn', { error: error.message }, 'stdio'),
  );
  composed.settleSoon();
  await Promise.race([ended, untilTold()]);
  await finish(
    composed.close().finally(async () => {
      await close();
      if (pages) (await pages).close();
    }),
  );
}
