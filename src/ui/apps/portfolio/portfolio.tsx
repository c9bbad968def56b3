import { useState } from 'preact/hooks';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { Failed, Pending, Text } from '../parts.tsx';
import { type Shown, show } from '../show.tsx';
import { DomainTable } from './domain-table.tsx';
import { useReading } from './reading.ts';
import { RenewalsChart } from './renewals-chart.tsx';
import { type Row, words } from './shape.ts';
import { Timeline } from './timeline.tsx';
import { Totals } from './totals.tsx';

/** All names at a glance: what they will cost and when, and which of them want a look. */
function PortfolioView({ calls: [call], host, look }: Shown) {
  if (!call?.result) return <Pending doing="The names are being read." cancelled={call?.cancelled} />;
  return <Names call={call} text={call.result.text} host={host} look={look} />;
}

interface NamesProps {
  readonly call: Call;
  readonly text: string;
  readonly host: Host;
  readonly look: number;
}

function Names({ call, text, host, look }: NamesProps) {
  const { head, rows, next, more, deeper, problem, busy } = useReading(call, host);
  const [filter, setFilter] = useState('all');
  if (!head) return <Failed text={text} />;
  const { totals, renewals, months, total, notes = [] } = head;
  const kept = rows.filter(chosen(filter));
  const kinds = Object.keys(words).filter(word => rows.some(chosen(word)));
  const unread = totals.unread ?? 0;
  return (
    <>
      <h1>Portfolio</h1>
      <Totals totals={totals} renewals={renewals} />
      <div class="figures">
        <RenewalsChart months={months} look={look} />
        <Timeline rows={rows} look={look} />
      </div>
      <h2>Names</h2>
      {notes.map((note, at) => (
        <p class="note" key={at}>
          <Text of={note} />
        </p>
      ))}
      {problem !== undefined && <Failed text={problem} />}
      <fieldset class="filter">
        <legend class="unseen">Show</legend>
        {['all', 'any', ...kinds].map(word => (
          <button
            key={word}
            type="button"
            class="choice"
            aria-pressed={filter === word}
            onClick={() => setFilter(word)}
          >
            {word === 'all' ? 'All' : word === 'any' ? 'To look at' : words[word]}{' '}
            <span class="count">{rows.filter(chosen(word)).length}</span>
          </button>
        ))}
      </fieldset>
      {kept.length > 0 ? <DomainTable rows={kept} host={host} /> : <p class="soft">None of these names.</p>}
      <p class="soft" role="status">
        {kept.length} shown{rows.length < total ? `, ${rows.length} of ${total} read` : ''}.
      </p>
      <div class="choices">
        {unread > 0 && deeper && (
          <button type="button" onClick={deeper} disabled={busy} aria-busy={busy}>
            {busy ? 'Reading…' : 'Read each name by itself'}
          </button>
        )}
        {more && (
          <button type="button" onClick={more} disabled={busy}>
            Read more names
          </button>
        )}
        {unread > 0 && host.link && (
          <a class="button" href={host.link('/portfolio', { depth: 'domains' })}>
            Read each name by itself
          </a>
        )}
        {next !== undefined && host.link && (
          <a class="button" href={host.link('/portfolio', { cursor: next })}>
            More names
          </a>
        )}
      </div>
    </>
  );
}

/** Whether a name is among those that a filter keeps: all, those that want a look, or those with one word. */
function chosen(filter: string): (row: Row) => boolean {
  return ({ attention }) => filter === 'all' || (filter === 'any' ? attention.length > 0 : attention.includes(filter));
}

show(PortfolioView);
