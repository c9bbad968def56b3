import { Lines, Text } from '../parts.tsx';
import { Fact } from './plan-sheet.tsx';

type Row = Readonly<Record<string, unknown>>;

/** More words than this are folded. */
const most = 12;

/** What a tool says of what it did: lists of things as tables, since what failed is one, and then words as facts. */
export function ResultFacts({ result }: { readonly result: Row }) {
  const facts = Object.entries(result).filter(([, value]) => !isEmpty(value));
  return (
    <>
      {facts.map(([name, value]) => (isTable(value) ? <Things key={name} name={spoken(name)} rows={value} /> : null))}
      <dl class="facts">
        {facts.map(([name, value]) =>
          isTable(value) ? null : <OneFact key={name} name={spoken(name)} value={value} />,
        )}
      </dl>
    </>
  );
}

function OneFact({ name, value }: { readonly name: string; readonly value: unknown }) {
  const words = Array.isArray(value) ? value.map(inWords) : [inWords(value)];
  if (words.length <= most) return <Fact name={name} value={words} />;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <details>
          <summary>{words.length}</summary>
          <Lines of={words} />
        </details>
      </dd>
    </div>
  );
}

function Things({ name, rows }: { readonly name: string; readonly rows: readonly Row[] }) {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row).filter(key => !isEmpty(row[key]))))];
  return (
    // Where it is narrow a row becomes a card, and the roles keep it a table for who listens to it.
    // biome-ignore-start lint/a11y/noRedundantRoles: display: block takes the roles away.
    <table class="things" role="table">
      <caption>{name}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(column => (
            <th key={column} scope="col" role="columnheader">
              {spoken(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row, at) => (
          <tr key={at} role="row">
            {columns.map(column => (
              <td key={column} role="cell" data-name={spoken(column)}>
                <Text of={inWords(row[column])} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: display: block takes the roles away.
  );
}

/** `domain_name` as it is spoken. */
function spoken(key: string): string {
  const words = key.replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function isTable(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.every(item => typeof item === 'object' && item !== null);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function inWords(value: unknown): string {
  if (isEmpty(value)) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(inWords).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name.replaceAll('_', ' ')} ${inWords(inner)}`)
    .join(', ');
}
