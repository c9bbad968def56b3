import * as z from 'zod';
import { daysOn, timestamp } from '../../model/timestamp.ts';
import { type Approval, wrongCodes } from '../approvals.ts';
import type { Database, Query } from '../database.ts';
import { Requested } from '../journal.ts';
import type { Ledger } from '../ledger.ts';
import { redeem, usedBy } from './acts.ts';
import { append } from './journal.ts';
import { all, column, first, json } from './rows.ts';

const Row = z
  .object({
    id: z.string(),
    at: z.string(),
    expires: z.string(),
    request: json(Requested),
    state: z.enum(['waiting', 'approved', 'refused']),
    coded: column.flag,
    by: column.maybe,
  })
  .transform(({ coded: proven, ...approval }): Approval => ({ ...approval, proven }));

const Count = z.object({ count: z.int() });

async function approvalIn(query: Query, id: string): Promise<Approval | undefined> {
  return await first(Row, query, 'SELECT * FROM approvals WHERE id = $1', id);
}

export function approvalsOver({
  query,
  transaction,
}: Database): Pick<Ledger, 'addApproval' | 'approval' | 'waiting' | 'decide' | 'decline' | 'tryCode'> {
  return {
    addApproval: ({ id, at, expires, request }) =>
      transaction(async within => {
        await within('DELETE FROM approvals WHERE expires < $1', daysOn(at, -1));
        await within(
          "INSERT INTO approvals (id, account, at, expires, request, state) VALUES ($1, $2, $3, $4, $5, 'waiting')",
          id,
          request.account,
          at,
          expires,
          JSON.stringify(z.encode(Requested, request)),
        );
      }),
    approval: id => approvalIn(query, id),
    waiting: (account, now) =>
      all(
        Row,
        query,
        "SELECT * FROM approvals WHERE account = $1 AND state = 'waiting' AND expires > $2 ORDER BY at, id",
        account,
        now,
      ),
    decide: (id, { state, by = '', proven }, at) =>
      transaction(async within => {
        const { changes } = await within(
          "UPDATE approvals SET state = $1, by = $2, coded = $3 WHERE id = $4 AND state = 'waiting' AND expires > $5",
          state,
          by,
          Number(proven),
          id,
          at,
        );
        const decided = changes === 1 && (await approvalIn(within, id));
        if (!decided) return false;
        if (state === 'refused') await append(within, { ...decided.request, kind: 'declined', by, at });
        return true;
      }),
    decline: (request, nonce, by, at) =>
      transaction(async within => {
        if ((await usedBy(within, nonce.value)) !== undefined) return;
        await redeem(within, nonce, await append(within, { ...request, kind: 'declined', by, at }), at);
      }),
    tryCode: (right, most, at) =>
      transaction(async within => {
        const since = timestamp(new Date(Date.parse(at) - wrongCodes.minutes * 60_000));
        const wrong = await first(Count, within, 'SELECT count(*) AS count FROM wrong_codes WHERE at > $1', since);
        if (wrong && wrong.count >= most) return false;
        if (right) return true;
        await within('DELETE FROM wrong_codes WHERE at <= $1', since);
        await within('INSERT INTO wrong_codes (at) VALUES ($1)', at);
        return true;
      }),
  };
}
