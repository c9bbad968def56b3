import * as z from 'zod';
import { Money, show } from '#model/money.ts';
import { count } from '#model/text.ts';
import { tool } from '#tool/define.ts';

export default tool.read({
  name: 'budget',
  title: 'Show the budget',
  description:
    'Shows what may still be spent today, and looks into orders whose outcome is unknown. The credit at the registrar: account_get.',
  input: z.strictObject({}),
  output: z.object({
    per_day: Money.optional(),
    per_order: Money.optional(),
    spent: Money,
    reserved: Money,
    unknown: Money,
    left: Money.optional().describe('No limit where absent'),
    open: z.array(z.object({ entry: z.int(), state: z.string(), what: z.string(), cost: Money, at: z.string() })),
  }),
  async run(_input, { records }) {
    const ledger = await records();
    const spending = await ledger.spending();
    const { perDay, perOrder } = ledger.limits;
    return {
      per_day: perDay,
      per_order: perOrder,
      spent: spending.charged,
      reserved: spending.reserved,
      unknown: spending.unknown,
      left: spending.left,
      open: (await ledger.openPurchases()).map(({ entry, state, lines, reserved, at }) => ({
        entry,
        state,
        what: lines.map(({ what }) => what).join('; '),
        cost: reserved,
        at,
      })),
    };
  },
  summary({ spent: charged, left, open }) {
    const limit = left ? `${show(left)} left` : 'no limit';
    const unknown = open.filter(({ state }) => state === 'unknown').length;
    return `Today (UTC): ${show(charged)} spent, ${limit}${unknown > 0 ? `; the outcome of ${count(unknown, 'order')} is NOT KNOWN yet` : ''}.`;
  },
});
