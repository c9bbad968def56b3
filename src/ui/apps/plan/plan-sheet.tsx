import { Lines, Notice, Side, Text } from '../parts.tsx';
import type { Plan } from './shape.ts';

/** A plan as a person wants to read it: the price in large, what is dangerous and lost, what changes from what to what. */
export function PlanSheet({ plan }: { readonly plan: Plan }) {
  const { does, cost, credit, budget, items = [], loses = [], notes = [], hazards = [], earlier = [] } = plan;
  return (
    <>
      <h1>
        <Text of={does} />
      </h1>
      {cost !== undefined && (
        <div class="money">
          <p class="price">
            <Amount of={cost} />
          </p>
          <dl class="credit">
            {credit && <Fact name="Credit now" value={credit.now} />}
            {credit && <Fact name="Credit after" value={credit.after} />}
            {budget !== undefined && <Fact name="Budget" value={budget} />}
          </dl>
        </div>
      )}
      {hazards.map(({ what, kind }) => (
        <Notice kind="danger" key={kind + what}>
          <strong>Danger</strong> <Text of={what} />
        </Notice>
      ))}
      {earlier.map(({ what, entry }) => (
        <Notice key={entry}>
          <strong>Look first</strong> <Text of={what} /> (journal entry {entry}).
        </Notice>
      ))}
      {items.length > 0 && <Items items={items} />}
      {loses.length > 0 && (
        <section class="losses">
          <h2>What is lost or at risk</h2>
          <ul>
            {loses.map((loss, at) => (
              <li key={at}>
                <Text of={loss} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Changes changes={plan.changes ?? []} />
      {notes.map((note, at) => (
        <p class="note" key={at}>
          <Text of={note} />
        </p>
      ))}
    </>
  );
}

/** An amount with its currency small beside it. */
function Amount({ of }: { readonly of: string }) {
  const [amount = '', ...currency] = of.split(' ');
  return (
    <>
      <Text of={amount} />
      <span class="currency"> {currency.join(' ')}</span>
    </>
  );
}

export function Fact({ name, value }: { readonly name: string; readonly value: string | readonly string[] }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Lines of={typeof value === 'string' ? [value] : value} />
      </dd>
    </div>
  );
}

function Items({ items }: { readonly items: NonNullable<Plan['items']> }) {
  return (
    <table class="items">
      <caption>Every item</caption>
      <thead>
        <tr>
          <th scope="col">Item</th>
          <th scope="col" class="amount">
            Price
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ what, cost }, at) => (
          <tr key={at}>
            <td>
              <Text of={what} />
            </td>
            <td class="amount">
              <Text of={cost} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What changes, under what it changes in: with a sign and a word as well as a colour. */
function Changes({ changes }: { readonly changes: NonNullable<Plan['changes']> }) {
  if (changes.length === 0) return null;
  const subjects = new Map<string, typeof changes>();
  for (const change of changes) subjects.set(change.what, [...(subjects.get(change.what) ?? []), change]);
  return (
    <section>
      <h2>What changes</h2>
      {[...subjects].map(([what, ofIt]) => (
        <div class="change" key={what}>
          <h3>
            <Text of={what} />
          </h3>
          {ofIt.map(({ from, to }, at) => (
            <div class="pair" key={at}>
              {from !== undefined && <Side of="del" text={from} />}
              {to !== undefined && <Side of="ins" text={to} />}
            </div>
          ))}
        </div>
      ))}
    </section>
  );
}
