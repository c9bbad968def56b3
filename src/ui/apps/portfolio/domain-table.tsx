import type { Host } from '../host.ts';
import { Text } from '../parts.tsx';
import { type Row, stateOf, when, words } from './shape.ts';

/** Names with what calls for a look at them. */
export function DomainTable({ rows, host }: { readonly rows: readonly Row[]; readonly host: Host }) {
  return (
    // Where it is narrow a row becomes a card, and the roles keep it a table for who listens to it.
    // biome-ignore-start lint/a11y/noRedundantRoles: display: grid takes the roles away.
    <table class="domains" role="table">
      <caption class="unseen">Domain names</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">
            Domain
          </th>
          <th scope="col" role="columnheader">
            Expires
          </th>
          <th scope="col" role="columnheader" class="amount">
            A year more
          </th>
          <th scope="col" role="columnheader">
            To look at
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(row => (
          <tr key={row.domain_name} role="row" class={stateOf(row)}>
            <th scope="row" role="rowheader">
              <Name row={row} host={host} />
            </th>
            <td role="cell">
              {row.expires.slice(0, 10)} <span class="soft">{when(row.days_left)}</span>
            </td>
            <td role="cell" class="amount">
              {row.renewal_price === undefined ? <span class="soft">not known</span> : <Text of={row.renewal_price} />}
            </td>
            <td role="cell" class="badges">
              {row.attention.map(word => (
                <span key={word} class={`badge ${word === 'expired' ? 'expired' : ''}`}>
                  {words[word] ?? <Text of={word} />}
                </span>
              ))}
              {row.attention.length === 0 && <span class="unseen">nothing</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: display: grid takes the roles away.
  );
}

/** A name in its own letters, and below it as the name system has it where that differs: look-alikes show there. */
function Name({ row: { domain_name, unicode_name }, host }: { readonly row: Row; readonly host: Host }) {
  const text = <Text of={unicode_name ?? domain_name} />;
  return (
    <>
      {host.link ? <a href={host.link('/zone', { domain_name })}>{text}</a> : text}
      {unicode_name !== undefined && unicode_name !== domain_name && (
        <span class="ascii mono">
          <Text of={domain_name} />
        </span>
      )}
    </>
  );
}
