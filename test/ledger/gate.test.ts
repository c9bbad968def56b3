import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openConfirmations } from '#ledger/confirmations.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { openSqlite } from '#ledger/sqlite.ts';
import { openLedger } from '#ledger/store/ledger.ts';
import { openGate, type Policy } from '#tool/gate.ts';
import { request } from '../support/acts.ts';
import { noon } from '../support/world.ts';

let directory: string;
let ledger: Ledger;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'registrar-ledger-'));
  ledger = await openLedger(openSqlite(directory));
});
afterEach(async () => {
  await ledger.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('the gate by itself', () => {
  const plan = { does: 'Something.', subject: undefined };
  const call = { binding: { tool: 't', args: '{}', caller: 'c', account: 'a' }, request, client: 'test' };
  const quiet = { confirm: undefined, answered: undefined, asks: { form: false, url: false } };
  const open = (policy: Policy) =>
    openGate(
      policy,
      openConfirmations(ledger.key, () => noon),
      ledger,
      () => noon,
    );

  test('lets nothing through for a caller who has gone by the time it is planned', async () => {
    const gate = open({ confirm: 'agent', proof: false, grave: () => false });
    const gone = { ...call, ...quiet, signal: AbortSignal.abort() };
    await expect(gate.pass(gone, async () => ({ plan }))).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('says that nobody has approved yet even where there is no page to name any more', async () => {
    const here = { ...call, ...quiet, signal: new AbortController().signal };
    const shown = await open({
      confirm: 'human',
      proof: false,
      grave: () => false,
      page: async id => new URL(`http://x/${id}`),
    }).pass(here, async () => ({ plan }));
    const confirm = 'reply' in shown && 'structured' in shown.reply ? String(shown.reply.structured.confirm) : '';
    const later = open({ confirm: 'human', proof: false, grave: () => false });
    await expect(later.pass({ ...here, confirm }, async () => ({ plan }))).rejects.toMatchObject({
      code: 'not_approved_yet',
      message: 'Nobody has approved this yet. Nothing was done.',
    });
  });
});
