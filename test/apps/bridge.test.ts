import { expect, test } from 'vitest';
import { HostError, openBridge } from '#ui/apps/bridge.ts';
import { connectHost } from '#ui/apps/host.ts';

/** A host that keeps what it is sent, and says what it likes. */
function openLine() {
  const sent: Readonly<Record<string, unknown>>[] = [];
  const told: unknown[] = [];
  let say: (message: unknown) => void = () => undefined;
  const wire = {
    send: (message: Readonly<Record<string, unknown>>) => void sent.push(message),
    listen(hear: (message: unknown) => void) {
      say = hear;
    },
  };
  const bridge = openBridge(wire, (method, params) => told.push({ method, params }));
  return { bridge, sent, told, say: (message: unknown) => say(message) };
}

test('each answer goes to who asked, in whatever order they come', async () => {
  const { bridge, sent, say } = openLine();
  const first = bridge.request('tools/call', { name: 'a' });
  const second = bridge.request('tools/call', { name: 'b' });
  expect(sent).toMatchObject([
    { jsonrpc: '2.0', id: 1, params: { name: 'a' } },
    { jsonrpc: '2.0', id: 2, params: { name: 'b' } },
  ]);
  say({ jsonrpc: '2.0', id: 2, result: 'of b' });
  say({ jsonrpc: '2.0', id: 2, result: 'once more' });
  say({ jsonrpc: '2.0', id: 1, result: 'of a' });
  expect(await Promise.all([first, second])).toEqual(['of a', 'of b']);
});

test('a host’s no is its own words', async () => {
  const { bridge, say } = openLine();
  const asked = [bridge.request('ui/open-link', { url: 'x' }), bridge.request('ui/open-link', { url: 'y' })];
  say({ jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'Not here.' } });
  say({ jsonrpc: '2.0', id: 2, error: 'odd' });
  await expect(asked[0]).rejects.toThrow(new HostError('Not here.'));
  await expect(asked[1]).rejects.toThrow(new HostError('No reason given.'));
});

test('what is told is handed on, and what is asked of a view is answered', () => {
  const { bridge, sent, told, say } = openLine();
  bridge.notify('ui/notifications/initialized');
  say({ jsonrpc: '2.0', method: 'ui/notifications/tool-input', params: { arguments: { a: 1 } } });
  say({ jsonrpc: '2.0', method: 'ui/notifications/tool-cancelled' });
  expect(told).toEqual([
    { method: 'ui/notifications/tool-input', params: { arguments: { a: 1 } } },
    { method: 'ui/notifications/tool-cancelled', params: {} },
  ]);
  say({ jsonrpc: '2.0', id: 7, method: 'ui/resource-teardown', params: {} });
  say({ jsonrpc: '2.0', id: 8, method: 'tools/list' });
  expect(sent).toEqual([
    { jsonrpc: '2.0', method: 'ui/notifications/initialized', params: {} },
    { jsonrpc: '2.0', id: 7, result: {} },
    { jsonrpc: '2.0', id: 8, error: { code: -32601, message: 'There is no tools/list here.' } },
  ]);
});

test.each([[undefined], ['text'], [[]], [{ id: 1, result: 'x' }], [{ jsonrpc: '2.0', id: 'one', result: 'x' }]])(
  '%j is no message of a host’s',
  message => {
    const { bridge, sent, told, say } = openLine();
    bridge.request('ui/initialize', {}).catch(() => undefined);
    say(message);
    expect([sent.length, told]).toEqual([1, []]);
  },
);

test.each([
  ['is of another shape', { result: { content: 'all done' } }, /not known what came of this\. Look into the journal/],
  ['is none', { result: null }, /not known what came of this/],
  ['is a no', { error: { code: -1, message: 'The user said no.' } }, /^The user said no\.$/],
])('an answer to a call that %s is told to whoever pressed the button', async (_, answer, says) => {
  let say: (message: unknown) => void = () => undefined;
  const wire = {
    send({ id, method }: Readonly<Record<string, unknown>>) {
      const can = { result: { hostCapabilities: { serverTools: {} } } };
      queueMicrotask(() => say({ jsonrpc: '2.0', id, ...(method === 'tools/call' ? answer : can) }));
    },
    listen(hear: (message: unknown) => void) {
      say = hear;
    },
  };
  const { host } = await connectHost(wire, { call: () => undefined, context: () => undefined });
  expect(await host.call?.('domain_create', {})).toMatchObject({ isError: true, text: expect.stringMatching(says) });
});
