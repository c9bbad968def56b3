import { Text } from '../parts.tsx';
import type { Portfolio } from './shape.ts';

/** The figures that come first. */
export function Totals({ totals, renewals }: Pick<Portfolio, 'totals' | 'renewals'>) {
  const { within_days, cost, domains, unpriced } = renewals;
  const { expiring = 0, expired = 0 } = totals;
  return (
    <dl class="totals">
      <Total name="Domains" value={String(totals.domains)} />
      <Total
        name={`Renewing in ${within_days} days`}
        value={cost}
        more={`${domains} due${unpriced > 0 ? `, ${unpriced} without a price` : ''}`}
      />
      <Total name="Expire soon" value={String(expiring)} kind={expiring > 0 ? 'look' : ''} />
      <Total name="Expired" value={String(expired)} kind={expired > 0 ? 'expired' : ''} />
    </dl>
  );
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
