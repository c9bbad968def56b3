import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  PointElement,
  ScatterController,
  Tooltip,
} from 'chart.js';
import { useEffect, useRef } from 'preact/hooks';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, PointElement, ScatterController, Tooltip);

/** The colours of the style sheet, as a canvas needs them. */
type Palette = (name: '--ink' | '--soft' | '--line' | '--bar' | '--warn' | '--gone' | '--paper') => string;

export interface ChartProps {
  /** What it shows, in a sentence; the figures are in a table beside it. */
  readonly label: string;
  readonly height: string;
  readonly draw: (canvas: HTMLCanvasElement, palette: Palette) => { destroy(): void };
  /** Drawn anew when one of these changes. */
  readonly of: readonly unknown[];
}

/** A drawing for the eye alone: it takes no focus, and does not move. */
export function Drawing({ label, height, draw, of }: ChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    // A custom property keeps its light-dark() as it was written; a colour that is used is computed.
    const probe = document.createElement('span');
    element.parentElement?.append(probe);
    const palette: Palette = name => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    Chart.defaults.font.family = getComputedStyle(element).fontFamily;
    Chart.defaults.font.size = 0.75 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    Chart.defaults.animation = false;
    const chart = draw(element, palette);
    probe.remove();
    return () => chart.destroy();
  }, of);
  return (
    <div class="drawing" style={{ height }}>
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}
