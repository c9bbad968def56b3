import { Chart } from 'chart.js';
import { visible } from '../../../model/text.ts';
import { Drawing } from './chart.tsx';
import { monthName, type Row, stateOf, when } from './shape.ts';

const day = 86_400_000;
/** From how many days back to how many ahead it goes; what is further off is counted. */
const range = { from: -45, to: 366 };
/** Names that expire in the same ten days or so stand on top of each other. */
const bucket = 10;

/** When names expire, a mark for each. The list below has the same in words. */
export function Timeline({ rows, look }: { readonly rows: readonly Row[]; readonly look: number }) {
  const shown = rows.filter(({ days_left }) => days_left >= range.from && days_left <= range.to);
  const [first] = rows;
  if (!first || shown.length === 0) return null;
  // The server has said how many days are left, so that today is known without a clock.
  const today = Date.parse(first.expires.slice(0, 10)) - first.days_left * day;
  const marks = stacked(shown);
  const highest = Math.max(5, ...marks.map(({ y }) => y));
  const later = rows.filter(({ days_left }) => days_left > range.to).length;
  const counts = { expired: 0, look: 0, fine: 0 };
  for (const row of shown) counts[stateOf(row)] += 1;
  return (
    <figure>
      <figcaption>When names expire</figcaption>
      <Drawing
        label={`Timeline of expiries, from today for a year: ${shown.length} names. The list below has every date.`}
        height="11rem"
        of={[rows, look]}
        draw={(canvas, palette) => {
          const kinds = {
            expired: { color: palette('--gone'), pointStyle: 'rectRot' },
            look: { color: palette('--warn'), pointStyle: 'triangle' },
            fine: { color: palette('--bar'), pointStyle: 'circle' },
          } as const;
          return new Chart(canvas, {
            type: 'scatter',
            data: {
              datasets: [
                {
                  data: marks.map(({ x, y }) => ({ x, y })),
                  pointRadius: Math.max(2, Math.min(5, 70 / highest)),
                  pointHoverRadius: 7,
                  pointStyle: marks.map(({ row }) => kinds[stateOf(row)].pointStyle),
                  backgroundColor: marks.map(({ row }) => kinds[stateOf(row)].color),
                  borderColor: palette('--paper'),
                },
              ],
            },
            options: {
              maintainAspectRatio: false,
              plugins: {
                tooltip: {
                  displayColors: false,
                  callbacks: { label: ({ dataIndex }) => told(marks[dataIndex]?.row) },
                },
              },
              scales: {
                x: {
                  min: Math.min(0, ...shown.map(({ days_left }) => days_left)) - bucket,
                  max: range.to + bucket,
                  border: { color: palette('--line') },
                  grid: { color: palette('--line') },
                  afterBuildTicks: axis => {
                    const within = monthStarts(today).filter(value => value >= axis.min && value <= axis.max);
                    axis.ticks = within.map(value => ({ value }));
                  },
                  ticks: {
                    color: palette('--soft'),
                    autoSkip: true,
                    maxRotation: 0,
                    callback: value => monthName(new Date(today + Number(value) * day).toISOString().slice(0, 7)),
                  },
                },
                y: { display: false, min: 0.25, max: highest + 0.75 },
              },
            },
          });
        }}
      />
      <p class="legend">
        {counts.expired > 0 && <Key shape="◆" state="expired" text={`${counts.expired} expired`} />}
        {counts.look > 0 && <Key shape="▲" state="look" text={`${counts.look} to look at`} />}
        <Key shape="●" state="fine" text={`${counts.fine} fine`} />
        {later > 0 && <span>{later} later than a year</span>}
      </p>
    </figure>
  );
}

function Key({ shape, state, text }: { readonly shape: string; readonly state: string; readonly text: string }) {
  return (
    <span>
      <span class={`key ${state}`} aria-hidden="true">
        {shape}
      </span>{' '}
      {text}
    </span>
  );
}

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly row: Row;
}

function stacked(rows: readonly Row[]): Mark[] {
  const heights = new Map<number, number>();
  return rows.map(row => {
    const place = Math.floor(row.days_left / bucket);
    const y = (heights.get(place) ?? 0) + 1;
    heights.set(place, y);
    return { x: (place + 0.5) * bucket, y, row };
  });
}

/** The first of each month in range, as days from today. */
function monthStarts(today: number): number[] {
  const from = new Date(today + range.from * day);
  return Array.from({ length: 15 }, (_, at) =>
    Math.round((Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + at, 1) - today) / day),
  );
}

function told(row: Row | undefined): string {
  return row
    ? `${visible(row.unicode_name ?? row.domain_name)}: ${row.expires.slice(0, 10)}, ${when(row.days_left)}`
    : '';
}
