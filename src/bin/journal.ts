import type { Composed } from '../compose.ts';
import { unlikeJournal } from '../ledger/budget.ts';
import { verifyChain } from '../ledger/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { parseAmount, show } from '../model/money.ts';
import { timestamp } from '../model/timestamp.ts';
import type { Serving } from './registrar-mcp.ts';

/** What a person does with the journal at a shell: prove that it is whole, and say what became of a purchase. */
export async function run({ composed }: Serving, [command, ...rest]: readonly string[]): Promise<void> {
  const ledger = await composed.ledger();
  try {
    if (command === 'verify') await verify(ledger, composed, rest[0]);
    else if (command === 'settle') await settle(ledger, composed, rest);
    else throw new Error('Say what to do: registrar-mcp journal verify [HASH], or journal settle ENTRY AMOUNT.');
  } finally {
    await composed.close();
  }
}

async function verify(ledger: Ledger, { accounts }: Composed, noted: string | undefined): Promise<void> {
  const { links, ...end } = await ledger.chain();
  const verified = verifyChain(links, { ...end, noted });
  if ('problem' in verified) throw new Error(`The journal is NOT whole. ${verified.problem}`);
  for (const { key: account } of accounts) {
    const acts = await ledger.acts({ account, limit: Number.MAX_SAFE_INTEGER });
    const lost = unlikeJournal(acts, await ledger.purchasesSince(account, ''));
    if (lost.length > 0) throw new Error(`The budget is NOT what the journal says. ${lost.join(' ')}`);
  }
  process.stdout.write(
    `The journal is whole: ${verified.entries} entries, each as it was written and in its place.
The last one's hash is ${verified.head}
Note it elsewhere: registrar-mcp journal verify HASH then shows that nothing up to it was replaced.
`,
  );
}

/** For a purchase that reading the account cannot decide: a person has looked at the registrar, and says what it cost. */
async function settle(ledger: Ledger, composed: Composed, [entry = '', amount = '']: readonly string[]): Promise<void> {
  const number = /^\d{1,15}$/.test(entry) ? Number(entry) : Number.NaN;
  const charged = parseAmount(amount);
  if (Number.isNaN(number) || !charged || charged.cents < 0)
    throw new Error('Give the entry and what was charged: journal settle 12 9.99, or journal settle 12 0 for nothing.');
  const open = await Promise.all(composed.accounts.map(({ key }) => ledger.openPurchases(key)));
  const act = open.flat().find(purchase => purchase.entry === number);
  const settled =
    act?.state === 'unknown' &&
    (await ledger.settle(number, {
      at: timestamp(composed.now()),
      outcome: charged.cents > 0 ? 'done' : 'failed',
      charged,
      why: 'A person has looked at the registrar, and said so at a shell.',
    }));
  if (!settled) throw new Error(`Entry ${entry} is no purchase whose outcome is unknown.`);
  process.stdout.write(`Entry ${entry} is settled: ${show(charged)} was charged.\n`);
}
