import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { type Browser, chromium, type Frame, type Page } from 'playwright-core';
import { expect } from 'vitest';
import * as z from 'zod';

/** A real browser. */
export async function openBrowser(): Promise<Browser> {
  expect(existsSync('/usr/bin/chromium'), 'chromium is installed: apt-get install chromium').toBe(true);
  return await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
    ],
  });
}

const screenshots = 'artifacts/screenshots';

/** Keeps what a page looks like, for people to look at. */
export async function keepLook(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  const before = page.viewportSize();
  // What of a frame is outside of the window is not painted.
  const height = z.number().parse(await page.evaluate('document.documentElement.scrollHeight'));
  if (before) await page.setViewportSize({ ...before, height: Math.max(height, 200) });
  for (const frame of page.frames().slice(1))
    await frame.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: true, animations: 'disabled' });
  if (before) await page.setViewportSize(before);
}

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const Found = z.array(
  z.object({
    id: z.string(),
    impact: z.string(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string() })),
  }),
);

/** What axe finds that is serious or critical: nothing is what it should be. */
export async function barriers(frame: Frame): Promise<readonly string[]> {
  await frame.evaluate(axe);
  const found: unknown = await frame.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  );
  return Found.parse(found)
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
