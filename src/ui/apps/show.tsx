import { type FunctionComponent, render } from 'preact';
import * as z from 'zod/mini';
import type { Wire } from './bridge.ts';
import type { Call } from './call.ts';
import { type Context, connectHost, type Host } from './host.ts';

/** What a view draws: a call, and whom it can ask for more. */
export interface Shown {
  readonly calls: readonly Call[];
  readonly host: Host;
  /** Grows when colours change, for what is not drawn by the style sheet. */
  readonly look: number;
}

/** What a page of the server has already read for the view. */
const Given = z.object({
  calls: z.array(
    z.object({
      tool: z.string(),
      args: z.record(z.string(), z.unknown()),
      result: z.object({ structured: z.unknown(), text: z.string(), isError: z.boolean() }),
    }),
  ),
  /** What every link carries. */
  query: z.record(z.string(), z.string()),
});

/** Draws a view with what the page gives it, or with what its host tells it. */
export function show(View: FunctionComponent<Shown>): void {
  const root = document.querySelector<HTMLElement>('#view');
  if (!root) return;
  let look = 0;
  let calls: readonly Call[] = [];
  let host: Host = { tell: () => undefined };
  const draw = () => render(<View calls={calls} host={host} look={look} />, root);
  const recolour = () => {
    look += 1;
    draw();
  };
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'])
    matchMedia(query).addEventListener('change', recolour);

  const { given } = root.dataset;
  if (given !== undefined) {
    const { calls: read, query } = Given.parse(JSON.parse(given));
    calls = read;
    host = { ...host, link: (path, more) => `${path}?${new URLSearchParams({ ...query, ...more })}` };
    draw();
    return;
  }

  const audience = {
    call(change: Partial<Call>) {
      calls = [{ args: {}, ...calls[0], ...change }];
      draw();
    },
    context(context: Context) {
      dress(context);
      recolour();
    },
  };
  connectHost(parentWindow(), audience).then(
    connected => {
      host = connected.host;
      draw();
      new ResizeObserver(() => connected.resized(Math.ceil(root.getBoundingClientRect().bottom))).observe(root);
      connected.ready();
    },
    () => audience.call({ cancelled: 'the application that shows this did not say what it can do' }),
  );
}

/**
 * The window that shows the view. It is not known by name: hosts put views into frames of an origin of their own. So any
 * may hear what is sent, which is no more than what it gave, and only that one is listened to.
 */
function parentWindow(): Wire {
  return {
    send: message => parent.postMessage(message, '*'),
    listen: hear => addEventListener('message', ({ source, data }) => source === parent && hear(data)),
  };
}

/** Takes on the look of the host: its scheme, and the colours and type that it names. */
function dress({ theme, styles }: Context): void {
  const { style } = document.documentElement;
  if (theme) style.colorScheme = theme;
  for (const [name, value] of Object.entries(styles?.variables ?? {})) {
    // A value that fetches something is none of ours.
    if (name.startsWith('--') && value !== undefined && !/url\(|image/i.test(value)) style.setProperty(name, value);
  }
}
