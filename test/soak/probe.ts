/**
 * Loaded into a server's process before it starts: whoever asks over the process's channel is told what is left there
 * after a garbage collection.
 */
process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ heap: heapUsed + external, resident: rss, active: process.getActiveResourcesInfo().toSorted() });
});
process.channel?.unref();
