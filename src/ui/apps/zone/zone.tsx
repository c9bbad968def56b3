import { useState } from 'preact/hooks';
import type { Call, Result } from '../call.ts';
import type { Host } from '../host.ts';
import { Failed, Pending, Text } from '../parts.tsx';
import { type Shown, show } from '../show.tsx';
import { ChangesSheet } from './changes-sheet.tsx';
import { CheckSheet } from './check-sheet.tsx';
import { RecordTable } from './record-table.tsx';
import { Checked, Journaled, Listed, type Row } from './shape.ts';

/** A zone: what is saved, and what is served of it. Which of the two a call answers shows in its answer. */
function ZoneView({ calls, host }: Shown) {
  const [asked, setAsked] = useState<{ of?: readonly Call[]; results: readonly Result[] }>({ results: [] });
  const [busy, setBusy] = useState(false);
  const [first] = calls;
  if (!first?.result) return <Pending doing="The zone is being read." cancelled={first?.cancelled} />;
  const further = asked.of === calls ? asked.results : [];
  const results = [...calls.flatMap(({ result }) => (result ? [result] : [])), ...further];
  const failed = results.findLast(({ isError }) => isError);
  const facts = results.filter(({ isError }) => !isError).map(({ structured }) => structured);
  const lists = facts.flatMap(fact => Listed.safeParse(fact).data ?? []);
  const journals = facts.flatMap(fact => Journaled.safeParse(fact).data ?? []);
  const check = facts.map(fact => Checked.safeParse(fact).data).findLast(data => data !== undefined);
  const domain =
    check?.domain_name ?? (typeof first.args.domain_name === 'string' ? first.args.domain_name : undefined);

  async function ask(tool: string, more: Readonly<Record<string, string | number>> = {}): Promise<void> {
    if (!host.call || !first) return;
    const { account } = first.args;
    // What narrows a list is no argument of a check, and the other way round; an act has a number of its own.
    const whose = { ...(account !== undefined && { account }) };
    const named = 'entry' in more ? whose : { domain_name: domain, ...whose };
    const about = lists.length > 0 && tool === 'dns_list' ? first.args : named;
    setBusy(true);
    const result = await host.call(tool, { ...about, ...more }).finally(() => setBusy(false));
    setAsked(({ of, results: before }) => ({ of: calls, results: [...(of === calls ? before : []), result] }));
  }

  const cursor = lists.at(-1)?.next_cursor;
  return (
    <>
      <h1>{domain === undefined ? 'Zone' : <Text of={domain} />}</h1>
      {failed && <Failed text={failed.text} />}
      {check && <CheckSheet check={check} />}
      <ChangesSheet journals={journals} read={entry => ask('journal', { entry })} />
      {lists.length > 0 && <Records rows={unique(lists)} total={lists[0]?.total ?? 0} domain={domain} />}
      <div class="choices">
        <More host={host} domain={domain} cursor={cursor} checked={check !== undefined} />
        {host.call && cursor !== undefined && (
          <button type="button" disabled={busy} onClick={() => ask('dns_list', { cursor })}>
            Read more records
          </button>
        )}
        {host.call && domain !== undefined && lists.length === 0 && (
          <button type="button" disabled={busy} onClick={() => ask('dns_list')}>
            Show the records
          </button>
        )}
        {host.call && domain !== undefined && journals.length === 0 && (
          <button type="button" disabled={busy} onClick={() => ask('journal')}>
            Show what changed
          </button>
        )}
        {host.call && domain !== undefined && !check && (
          <button type="button" disabled={busy} aria-busy={busy} onClick={() => ask('dns_check')}>
            {busy ? 'Asking…' : 'Check what is served'}
          </button>
        )}
      </div>
    </>
  );
}

interface MoreProps {
  readonly host: Host;
  readonly domain: string | undefined;
  readonly cursor: string | undefined;
  readonly checked: boolean;
}

/** The same as links, on a page of the server. */
function More({ host: { link }, domain, cursor, checked }: MoreProps) {
  if (!link || domain === undefined) return null;
  return (
    <>
      {cursor !== undefined && (
        <a class="button" href={link('/zone', { domain_name: domain, cursor })}>
          More records
        </a>
      )}
      <a class="button" href={link('/zone', { domain_name: domain, check: 'yes' })}>
        {checked ? 'Check again' : 'Check what is served'}
      </a>
      <a class="button" href={link('/journal', { domain_name: domain })}>
        What changed
      </a>
    </>
  );
}

/** Records of several pages, each once. */
function unique(lists: readonly Listed[]): readonly Row[] {
  return [...new Map(lists.flatMap(({ records }) => records).map(row => [row.record_id, row])).values()];
}

interface RecordsProps {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly domain: string | undefined;
}

function Records({ rows, total, domain }: RecordsProps) {
  const [wanted, setWanted] = useState('');
  const needle = wanted.trim().toLowerCase();
  const kept = rows.filter(({ host, type, content }) => `${host} ${type} ${content}`.toLowerCase().includes(needle));
  return (
    <section>
      <h2>What is saved</h2>
      <div class="find">
        <label for="find">Find</label>
        <input
          id="find"
          type="search"
          autocomplete="off"
          placeholder="host, type or content"
          value={wanted}
          onInput={({ currentTarget }) => setWanted(currentTarget.value)}
        />
        <span class="soft" role="status">
          {kept.length} of {total}
        </span>
      </div>
      {kept.length > 0 ? <RecordTable rows={kept} domain={domain} /> : <p class="soft">No record has that.</p>}
    </section>
  );
}

show(ZoneView);
