import { Chart } from 'chart.js';
import { visible } from '../../../model/text.ts';
import { Drawing } from './chart.tsx';
import { dollars, type Month, monthName } from './shape.ts';

/** What renewing costs in each month, as bars and as a table. */
export function RenewalsChart({ months, look }: { readonly months: readonly Month[]; readonly look: number }) {
  const dearest = months.reduce((most, month) => (dollars(month.cost) > dollars(most.cost) ? month : most), {
    month: '',
    domains: 0,
    cost: '0',
  });
  if (dearest.month === '') return null;
  const label = `Renewal cost by month. The dearest is ${monthName(dearest.month, true)} with ${visible(dearest.cost)}.`;
  return (
    <figure>
      <figcaption>Renewal cost by month</figcaption>
      <Drawing
        label={label}
        height="11rem"
        of={[months, look]}
        draw={(canvas, palette) =>
          new Chart(canvas, {
            type: 'bar',
            data: {
              labels: months.map(({ month }) => monthName(month)),
              datasets: [
                {
                  data: months.map(({ cost }) => dollars(cost)),
                  backgroundColor: palette('--bar'),
                  borderRadius: 4,
                  maxBarThickness: 34,
                },
              ],
            },
            options: {
              maintainAspectRatio: false,
              plugins: {
                tooltip: {
                  displayColors: false,
                  callbacks: {
                    title: ([at]) => monthName(months[at?.dataIndex ?? 0]?.month ?? '', true),
                    label: ({ dataIndex }) => told(months[dataIndex]),
                  },
                },
              },
              scales: {
                x: {
                  grid: { display: false },
                  border: { color: palette('--line') },
                  ticks: { color: palette('--soft') },
                },
                y: {
                  beginAtZero: true,
                  border: { display: false },
                  grid: { color: palette('--line') },
                  ticks: { color: palette('--soft'), maxTicksLimit: 4, callback: value => `$${value}` },
                },
              },
            },
          })
        }
      />
      <details>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Month</th>
              <th scope="col" class="amount">
                Domains
              </th>
              <th scope="col" class="amount">
                Cost
              </th>
            </tr>
          </thead>
          <tbody>
            {months.map(({ month, domains, cost, unpriced = 0 }) => (
              <tr key={month}>
                <td>{monthName(month, true)}</td>
                <td class="amount">{domains}</td>
                <td class="amount">
                  {visible(cost)}
                  {without(unpriced)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function told(month: Month | undefined): string {
  if (!month) return '';
  const { cost, domains, unpriced = 0 } = month;
  return `${visible(cost)}, ${domains === 1 ? '1 domain' : `${domains} domains`}${without(unpriced)}`;
}

function without(unpriced: number): string {
  return unpriced === 0 ? '' : `, ${unpriced} without a price`;
}
