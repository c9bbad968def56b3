import * as z from 'zod/mini';
import { HostError, openBridge, type Wire } from './bridge.ts';
import { type Call, type Result, readResult } from './call.ts';

/** Whoever shows a view: a chat's client, or a page of the server itself, which offers links in place of calls. */
export interface Host {
  /** Calls a tool of the server that the view is of; undefined where the host does not pass calls on. */
  readonly call?: ((tool: string, args: Readonly<Record<string, unknown>>) => Promise<Result>) | undefined;
  /** Opens an address in the person's browser; undefined where the host does not. False where it did not. */
  readonly open?: ((url: string) => Promise<boolean>) | undefined;
  /** Lets the model know what the person did here, where the host passes it on. */
  tell(text: string): void;
  /** Where a page of the server shows this; undefined in a chat. */
  readonly link?: ((path: string, query: Readonly<Record<string, string>>) => string) | undefined;
}

const Context = z.object({
  theme: z.optional(z.enum(['light', 'dark'])),
  styles: z.optional(z.object({ variables: z.optional(z.record(z.string(), z.optional(z.string()))) })),
  toolInfo: z.optional(z.object({ tool: z.object({ name: z.string() }) })),
});
/** What a host says of itself, as far as views go by it. */
export type Context = z.infer<typeof Context>;

const Initialized = z.object({
  hostCapabilities: z.object({
    serverTools: z.optional(z.unknown()),
    openLinks: z.optional(z.unknown()),
    updateModelContext: z.optional(z.unknown()),
  }),
  hostContext: z.optional(Context),
});

const Input = z.object({ arguments: z.optional(z.record(z.string(), z.unknown())) });
const Cancelled = z.object({ reason: z.optional(z.string()) });
const Opened = z.object({ isError: z.optional(z.boolean()) });

/** What a view is told of as it happens. */
export interface Audience {
  call(change: Partial<Call>): void;
  context(context: Context): void;
}

/** An answer in another shape than the protocol's says nothing of what the call came to. */
const unreadable =
  'The application passed on an answer that cannot be read, so it is not known what came of this. Look into the journal before you go on.';

/** Connects to the host over MCP Apps. Resolves once it has said what it can do; the call follows. */
export async function connectHost(wire: Wire, audience: Audience) {
  const told = (method: string, params: Readonly<Record<string, unknown>>) => {
    if (method === 'ui/notifications/tool-input') audience.call({ args: Input.parse(params).arguments ?? {} });
    if (method === 'ui/notifications/tool-result') audience.call({ result: readResult(params) });
    if (method === 'ui/notifications/tool-cancelled')
      audience.call({ cancelled: Cancelled.parse(params).reason ?? 'the call was cancelled' });
    if (method === 'ui/notifications/host-context-changed') hear(Context.parse(params));
  };
  const hear = (context: Context) => {
    audience.context(context);
    if (context.toolInfo) audience.call({ tool: context.toolInfo.tool.name });
  };
  const bridge = openBridge(wire, told);
  const answered = await bridge.request('ui/initialize', {
    appInfo: { name: 'registrar-mcp', version: '1' },
    appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
    protocolVersion: '2026-01-26',
  });
  const { hostCapabilities: can, hostContext } = Initialized.parse(answered);
  if (hostContext) hear(hostContext);

  const host: Host = {
    call:
      can.serverTools === undefined
        ? undefined
        : async (name, args) => {
            try {
              return readResult(await bridge.request('tools/call', { name, arguments: args }));
            } catch (error) {
              const text = error instanceof HostError ? error.message : unreadable;
              return { structured: undefined, text, isError: true };
            }
          },
    open:
      can.openLinks === undefined
        ? undefined
        : async url =>
            await bridge.request('ui/open-link', { url }).then(
              result => Opened.safeParse(result).data?.isError !== true,
              () => false,
            ),
    tell(text) {
      if (can.updateModelContext === undefined) return;
      // A host that does not pass it on has lost nothing: the journal has it.
      bridge.request('ui/update-model-context', { content: [{ type: 'text', text }] }).catch(() => undefined);
    },
  };
  return {
    host,
    /** Says that the view listens, so that the call can be told. */
    ready: () => bridge.notify('ui/notifications/initialized'),
    resized: (height: number) => bridge.notify('ui/notifications/size-changed', { height }),
  };
}
