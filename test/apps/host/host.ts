import { AppBridge, PostMessageTransport } from '@modelcontextprotocol/ext-apps/app-bridge';

/** What the test's side of the host does; playwright puts these functions into the page. */
declare global {
  interface Window {
    callTool(params: unknown): Promise<{ content: [] }>;
    openLink(url: string): Promise<boolean>;
    told(text: string): void;
    startView(given: Given): Promise<void>;
    say(context: Parameters<AppBridge['sendHostContextChange']>[0]): void;
  }
}

/** What a host knows of a call whose answer has a view. */
interface Given {
  readonly html: string;
  readonly tool: Parameters<typeof contextOf>[0];
  readonly args: Record<string, unknown>;
  readonly result: Parameters<AppBridge['sendToolResult']>[0];
  readonly theme: 'light' | 'dark';
  readonly capabilities: ConstructorParameters<typeof AppBridge>[2];
}

type Context = NonNullable<NonNullable<ConstructorParameters<typeof AppBridge>[3]>['hostContext']>;

function contextOf(tool: NonNullable<Context['toolInfo']>['tool'] | undefined, theme: Context['theme']): Context {
  return { ...(theme && { theme }), ...(tool && { toolInfo: { tool } }) };
}

/** A host as MCP Apps describes it: a sandboxed frame of no origin, and the bridge connected before the view begins. */
window.startView = async ({ html, tool, args, result, theme, capabilities }) => {
  document.querySelector('iframe')?.remove();
  document.body.style.margin = '0';
  document.body.style.background = theme === 'dark' ? '#000' : '#fff';
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.title = 'View';
  frame.style.cssText = 'border: 0; width: 100%; height: 400px; display: block';
  document.body.append(frame);
  const view = frame.contentWindow;
  if (!view) throw new Error('the frame has no window');
  const hostContext = contextOf(tool, theme);
  const bridge = new AppBridge(null, { name: 'reference', version: '1' }, capabilities, { hostContext });
  bridge.oncalltool = async params => await window.callTool(params);
  bridge.onopenlink = async ({ url }) => ((await window.openLink(url)) ? {} : { isError: true });
  bridge.onupdatemodelcontext = async ({ content = [] }) => {
    for (const part of content) if (part.type === 'text') window.told(part.text);
    return {};
  };
  bridge.onsizechange = ({ height = 400 }) => {
    frame.style.height = `${height}px`;
  };
  window.say = context => void bridge.sendHostContextChange(context);
  const initialized = new Promise<void>(resolve => {
    bridge.oninitialized = () => resolve();
  });
  await bridge.connect(new PostMessageTransport(view, view));
  frame.srcdoc = html;
  await initialized;
  await bridge.sendToolInput({ arguments: args });
  await bridge.sendToolResult(result);
};
