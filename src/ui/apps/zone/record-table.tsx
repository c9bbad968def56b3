import { Text } from '../parts.tsx';
import { byHost, lasting, type Row } from './shape.ts';

/** The records of a zone, host by host. */
export function RecordTable({ rows, domain }: { readonly rows: readonly Row[]; readonly domain: string | undefined }) {
  return (
    <table class="records">
      <caption class="unseen">Records by host</caption>
      <thead>
        <tr>
          <th scope="col">Type</th>
          <th scope="col">Content</th>
          <th scope="col" class="amount">
            TTL
          </th>
        </tr>
      </thead>
      {byHost(rows).map(([host, records]) => (
        <tbody key={host}>
          <tr>
            <th scope="rowgroup" colSpan={3} class="host">
              <Host host={host} domain={domain} />
            </th>
          </tr>
          {records.map(({ record_id, type, content, ttl, priority }) => (
            <tr key={record_id}>
              <td>
                <span class="type">
                  <Text of={type} />
                </span>
              </td>
              <td class="mono">
                {priority !== undefined && (
                  <span class="priority">
                    <span class="unseen">priority </span>
                    {priority}
                  </span>
                )}
                <Text of={content} />
              </td>
              <td class="amount">{lasting(ttl)}</td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}

function Host({ host, domain }: { readonly host: string; readonly domain: string | undefined }) {
  if (domain === undefined) return <Text of={host} />;
  if (host === '@') return <Text of={domain} />;
  return (
    <>
      <Text of={host} />
      <span class="soft">
        .<Text of={domain} />
      </span>
    </>
  );
}
