import * as z from 'zod';
import type { DomainName } from '#model/domain-name.ts';
import type { Money } from '#model/money.ts';
import type { Registrar } from '#registrar/registrar.ts';
import { tool } from '#tool/define.ts';

/** What must not compile. The type checker fails where one of these lines is no error any more. */
declare const read: Registrar<'read'>;
declare const write: Registrar<'write'>;
declare const destructive: Registrar<'destructive'>;
declare const paid: Registrar<'paid'>;
declare const domain_name: DomainName;

// @ts-expect-error what reads cannot buy
read.domain_create({ domain_name, period: 1 });
// @ts-expect-error what reads cannot add
read.dns_create({ domain_name, hostname: '@', type: 'A', content: '192.0.2.1' });
// @ts-expect-error what adds cannot remove
write.dns_delete({ domain_name, record_id: '1' });
// @ts-expect-error what removes cannot buy
destructive.order({ items: [] });
// @ts-expect-error what buys cannot remove
paid.domain_unlock({ domain_name });
// @ts-expect-error a name is parsed before it gets to the registrar
read.domain_get({ domain_name: 'example.com' });
// @ts-expect-error money has a currency
export const price: Money = { cents: 999 };

const shape = {
  name: 'x',
  title: 'X',
  description: 'X.',
  input: z.strictObject({}),
  output: z.object({ ok: z.boolean() }),
  summary: () => '',
};

// @ts-expect-error a read tool is handed a registrar that only reads
tool.read({ ...shape, run: async (_input, { registrar }) => ({ ok: Boolean(await registrar.order({ items: [] })) }) });
// @ts-expect-error a destructive tool has no way to act without a plan
tool.destructive({ ...shape, run: async () => ({ ok: true }) });
tool.paid({
  ...shape,
  // @ts-expect-error a plan only reads
  plan: async (_input, { registrar }) => ({ does: String(await registrar.domain_create({ domain_name, period: 1 })) }),
  apply: async () => ({ ok: true }),
});
// @ts-expect-error a tool answers what its output says
tool.read({ ...shape, run: async () => ({ fine: true }) });
