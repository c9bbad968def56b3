import { useState } from 'preact/hooks';
import type { Result } from '../call.ts';
import type { Host } from '../host.ts';
import { Notice } from '../parts.tsx';
import type { Waiting } from './shape.ts';

export interface DecisionProps {
  readonly waiting: Waiting;
  readonly call: { readonly tool: string; readonly args: Readonly<Record<string, unknown>> } | undefined;
  readonly host: Host;
  readonly onResult: (result: Result) => void;
  readonly onDecline: () => void;
}

/**
 * The buttons. A view can prove nothing: its calls reach the server through the host as the model's own do, with a value
 * that the model has as well, so that a click here is worth what a call of the agent's is. Where the agent may confirm
 * that is enough, and the button spares a turn. Where a person must decide it is not, and the view decides nothing: it opens
 * the server's approval page. After that the same call is repeated, and the server looks whether it was approved.
 */
export function Decision({ waiting, call, host, onResult, onDecline }: DecisionProps) {
  const [busy, setBusy] = useState(false);
  const { call: callTool } = host;
  const repeat =
    callTool && call
      ? async () => {
          setBusy(true);
          onResult(await callTool(call.tool, { ...call.args, confirm: waiting.confirm }).finally(() => setBusy(false)));
        }
      : undefined;
  if (waiting.status === 'needs_approval')
    return <OnThePage address={waiting.approve_at} host={host} repeat={repeat} busy={busy} />;
  if (!repeat) return <p class="next">Nothing was done yet. Tell the assistant whether to go on.</p>;
  const { cost } = waiting.plan;
  return (
    <div class="decision">
      <p class="next">Nothing was done yet.</p>
      <div class="choices">
        <button type="button" onClick={onDecline} disabled={busy}>
          Decline
        </button>
        <button type="button" class="approve" onClick={repeat} disabled={busy} aria-busy={busy}>
          {busy ? 'Carrying it out…' : cost === undefined ? 'Approve' : `Approve and pay ${cost}`}
        </button>
      </div>
    </div>
  );
}

interface OnThePageProps {
  readonly address: string;
  readonly host: Host;
  readonly repeat: (() => Promise<void>) | undefined;
  readonly busy: boolean;
}

function OnThePage({ address, host: { open }, repeat, busy }: OnThePageProps) {
  const [opened, setOpened] = useState<'not yet' | 'opened' | 'refused'>('not yet');
  const page = pageAddress(address);
  return (
    <div class="decision elsewhere">
      <p class="next">
        A person must decide about this, on the server’s approval page. Nothing that is pressed here approves it.
      </p>
      {opened === 'refused' && <Notice>The page was not opened. Copy its address into a browser.</Notice>}
      {page && (
        <p class="address">
          <code>{page}</code>
        </p>
      )}
      <div class="choices">
        {opened !== 'not yet' && repeat && (
          <button type="button" onClick={repeat} disabled={busy} aria-busy={busy}>
            {busy ? 'Asking the server…' : 'I have approved it: go on'}
          </button>
        )}
        {page && open && (
          <button
            type="button"
            class="approve"
            onClick={async () => setOpened((await open(page)) ? 'opened' : 'refused')}
          >
            Open the approval page
          </button>
        )}
      </div>
    </div>
  );
}

/** The address as a browser takes it; undefined where it is none of a page. */
function pageAddress(address: string): string | undefined {
  const url = URL.parse(address);
  return url && ['http:', 'https:'].includes(url.protocol) ? url.href : undefined;
}
