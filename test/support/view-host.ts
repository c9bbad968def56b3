import type { Browser, Frame } from 'playwright-core';
import { build } from 'rolldown';
import { expect } from 'vitest';
import * as z from 'zod';
import type { World } from './world.ts';

/** What a host lets its views do. */
const everything = { serverTools: {}, openLinks: {}, updateModelContext: { text: {} } };

export interface HostOptions {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  readonly capabilities?: Partial<typeof everything>;
  /** Whether the host says which tool a view is of. */
  readonly namesTool?: boolean;
}

const Meta = z.object({ ui: z.object({ resourceUri: z.string() }) });
let script: Promise<string> | undefined;

/** The reference host: a page built with the bridge of MCP Apps, whose views call the real server. */
export async function openHost(browser: Browser, world: World, options: HostOptions = {}) {
  const { width = 720, theme = 'light', capabilities = everything, namesTool = true } = options;
  script ??= build({
    input: 'test/apps/host/host.ts',
    platform: 'browser',
    write: false,
    output: { format: 'iife' },
  }).then(({ output }) => output[0].code);
  const context = await browser.newContext({ viewport: { width, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  /** What the page or a view in it asked of any network: nothing. */
  const requests: string[] = [];
  await context.route('**/*', route => {
    requests.push(route.request().url());
    return route.abort();
  });
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(error.message));
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  const calls: { name: string; arguments: Record<string, unknown> }[] = [];
  const opened: string[] = [];
  const told: string[] = [];
  const Params = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });
  await page.exposeFunction('callTool', async (params: unknown) => {
    const call = Params.parse(params);
    calls.push(call);
    return await world.client.callTool(call);
  });
  await page.exposeFunction('openLink', (url: string) => {
    opened.push(url);
    return true;
  });
  await page.exposeFunction('told', (text: string) => {
    told.push(text);
  });
  await page.setContent('<!doctype html><html lang="en"><title>Host</title><body style="margin:0"></body></html>');
  await page.evaluate(await script);

  return {
    page,
    calls,
    opened,
    told,
    /** Calls a tool as the model would, and shows its view. */
    async show(name: string, args: Record<string, unknown>, result?: object): Promise<Frame> {
      const { tools } = await world.client.listTools();
      const tool = tools.find(each => each.name === name);
      const uri = Meta.parse(tool?._meta).ui.resourceUri;
      return await this.draw(
        uri,
        namesTool ? tool : undefined,
        args,
        result ?? (await world.client.callTool({ name, arguments: args })),
      );
    },
    /** Shows a view with an answer. */
    async draw(uri: string, tool: object | undefined, args: object, result: object): Promise<Frame> {
      const { contents } = await world.client.readResource({ uri });
      const html = contents.map(part => ('text' in part ? part.text : '')).join('');
      const given = { html, tool, args, result, theme, capabilities };
      await page.evaluate(`startView(${JSON.stringify(given)})`);
      const frame = page.frames().at(-1);
      if (!frame || frame === page.mainFrame()) return expect.unreachable('there is no view');
      await frame.locator('#view > *').first().waitFor();
      return frame;
    },
    async say(context: object): Promise<void> {
      await page.evaluate(`say(${JSON.stringify(context)})`);
    },
    /** Closes it, once nothing was asked of any network and nothing complained of. */
    async close(): Promise<void> {
      expect(requests, 'a view asks nothing of any network').toEqual([]);
      expect(problems).toEqual([]);
      await context.close();
    },
  };
}

export type ViewHost = Awaited<ReturnType<typeof openHost>>;
