import type { Icon } from '@modelcontextprotocol/server';
import type { Risk } from '../model/risk.ts';

/**
 * What hosts show people beside names: a handful of drawings, small enough to travel with every list. Their colours stand
 * out on light and on dark alike, so that one of each suffices; the server's goes with every answer.
 */
function icon(colour: string, drawing: string): readonly Icon[] {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#${colour}">${drawing}</svg>`;
  const src = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  return [{ src, mimeType: 'image/svg+xml', sizes: ['any'] }];
}

/** A globe. */
export const serverIcons = icon('38f', '<circle cx="8" cy="8" r="7"/><path d="M1 8h14M8 1q7 7 0 14q-7-7 0-14"/>');

/** An eye, a plus sign, a warning sign, a coin: what a tool can do to an account, at a glance. */
export const wordIcons: Readonly<Record<Risk, readonly Icon[]>> = {
  read: icon('78909c', '<path d="M1 8q7-9 14 0q-7 9-14 0"/><circle cx="8" cy="8" r="2"/>'),
  write: icon('2a5', '<path d="M8 2v12M2 8h12"/>'),
  destructive: icon('e43', '<path d="M8 2l7 12H1zM8 6v4m0 1v1"/>'),
  paid: icon('c90', '<circle cx="8" cy="8" r="7"/><path d="M10 5q-4-1-4 1t4 3-4 2M8 3v10"/>'),
};

/** A sheet of paper. */
export const resourceIcons = icon('78909c', '<path d="M3 1h7l3 3v11H3zM10 1v3h3M5 8h6M5 11h6"/>');

/** A list with its first item done. */
export const promptIcons = icon('38f', '<path d="M1 4l2 2 3-4M8 4h7M2 9h13M2 13h13"/>');
