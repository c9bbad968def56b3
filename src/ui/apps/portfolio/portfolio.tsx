import { useState } from 'preact/hooks';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { Failed, Pending, Text } from '../parts.tsx';
import { type Shown, show } from '../show.tsx';
import { DomainTable } from './domain-table.tsx';
import { RenewalsChart } from './renewals-chart.tsx';
import { Portfolio, type Row, words } from './shape.ts';
import { Timeline } from './timeline.tsx';

/** All names at a glance: what they will cost and when, and which of them want a look. */
function PortfolioView({ calls: [call], host, look }: Shown) {
  if (!call?.result) return <Pending doing="The names are being read." cancelled={call?.cancelled} />;
  const { structured, text, isError } = call.result;
  const read = isError ? undefined : Portfolio.safeParse(structured).data;
  return read ? <Names read={read} call={call} host={host} look={look} /> : <Failed text={text} />;
}

interface NamesProps {
  readonly read: Portfolio;
  readonly call: Call;
  readonly host: Host;
  readonly look: number;
}

function Names({ read, call, host, look }: NamesProps) {
  const { totals, renewals, months, total, notes = [] } = read;
  const { rows, next, more, problem } = useMore(read, call, host);
  const [filter, setFilter] = useState('all');
  const wanting = rows.filter(({ attention }) => attention.length > 0);
  const kept = filter === 'all' ? rows : wanting.filter(row => filter === 'any' || row.attention.includes(filter));
  const kinds = Object.keys(words).filter(word => rows.some(({ attention }) => attention.includes(word)));
  const of = (word: string) => rows.filter(({ attention }) => attention.includes(word)).length;
  return (
    <>
      <h1>Portfolio</h1>
      <dl class="totals">
        <Total name="Domains" value={String(totals.domains)} />
        <Total
          name={`Renewing in ${renewals.within_days} days`}
          value={renewals.cost}
          more={`${renewals.domains} due${renewals.unpriced > 0 ? `, ${renewals.unpriced} without a price` : ''}`}
        />
        <Total name="Expire soon" value={String(totals.expiring ?? 0)} kind={totals.expiring ? 'look' : ''} />
        <Total name="Expired" value={String(totals.expired ?? 0)} kind={totals.expired ? 'expired' : ''} />
      </dl>
      {notes.map((note, at) => (
        <p class="note" key={at}>
          <Text of={note} />
        </p>
      ))}
      <div class="figures">
        <RenewalsChart months={months} look={look} />
        <Timeline rows={rows} look={look} />
      </div>
      <h2 id="names">Names</h2>
      <fieldset class="filter">
        <legend class="unseen">Show</legend>
        <Choice name="All" count={rows.length} on={filter === 'all'} choose={() => setFilter('all')} />
        <Choice name="To look at" count={wanting.length} on={filter === 'any'} choose={() => setFilter('any')} />
        {kinds.map(word => (
          <Choice
            key={word}
            name={words[word] ?? word}
            count={of(word)}
            on={filter === word}
            choose={() => setFilter(word)}
          />
        ))}
      </fieldset>
      {kept.length > 0 ? <DomainTable rows={kept} host={host} /> : <p class="soft">None of these names.</p>}
      <p class="soft" role="status">
        {kept.length} shown{rows.length < total ? `, ${rows.length} of ${total} read` : ''}.
      </p>
      {problem !== undefined && <Failed text={problem} />}
      {more && (
        <button type="button" onClick={more}>
          Read more names
        </button>
      )}
      {host.link && next !== undefined && (
        <a class="button" href={host.link('/portfolio', { cursor: next })}>
          More names
        </a>
      )}
    </>
  );
}

/** The names that are there, and how to read more of them through the host. */
function useMore(read: Portfolio, { tool, args }: Call, { call }: Host) {
  const [since, setSince] = useState<{
    of?: Portfolio;
    rows: readonly Row[];
    next?: string | undefined;
    problem?: string;
  }>({
    rows: [],
  });
  const further = since.of === read ? since : { rows: [], next: read.next_cursor, problem: undefined };
  const { next } = further;
  const more =
    call && tool !== undefined && next !== undefined
      ? async () => {
          const { structured, text, isError } = await call(tool, { ...args, cursor: next });
          const page = isError ? undefined : Portfolio.safeParse(structured).data;
          setSince(
            page
              ? { of: read, rows: [...further.rows, ...page.domains], next: page.next_cursor }
              : { of: read, rows: further.rows, next, problem: text },
          );
        }
      : undefined;
  return { rows: [...read.domains, ...further.rows], next, more, problem: further.problem };
}

interface TotalProps {
  readonly name: string;
  readonly value: string;
  readonly more?: string;
  readonly kind?: string;
}

function Total({ name, value, more, kind = '' }: TotalProps) {
  return (
    <div class={kind}>
      <dt>{name}</dt>
      <dd>
        <Text of={value} />
        {more !== undefined && <small>{more}</small>}
      </dd>
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly count: number;
  readonly on: boolean;
  readonly choose: () => void;
}

function Choice({ name, count, on, choose }: ChoiceProps) {
  return (
    <button type="button" class="choice" aria-pressed={on} onClick={choose}>
      {name} <span class="count">{count}</span>
    </button>
  );
}

show(PortfolioView);
