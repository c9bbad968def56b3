/** Opens a thing when it is first asked for, once; a failed try is not kept. */
export function once<T>(make: () => Promise<T>) {
  let made: Promise<T> | undefined;
  return {
    open(): Promise<T> {
      made ??= make().catch((error: unknown) => {
        made = undefined;
        throw error;
      });
      return made;
    },
    async close(shut: (opened: T) => void | Promise<void>): Promise<void> {
      const opened = made;
      made = undefined;
      if (opened) await shut(await opened);
    },
  };
}
