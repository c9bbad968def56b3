import { useState } from 'preact/hooks';
import type { Call, Result } from '../call.ts';
import { Failed, Lines, Notice, Pending } from '../parts.tsx';
import { type Shown, show } from '../show.tsx';
import { Decision } from './decision.tsx';
import { Outcome } from './outcome.tsx';
import { PlanSheet } from './plan-sheet.tsx';
import { Gated } from './shape.ts';

/** What a person did here, on top of what the call came to. */
interface Since {
  readonly result?: Result | undefined;
  readonly declined?: boolean;
}

/** A plan under review, and what became of it. */
function PlanView({ calls: [call], host }: Shown) {
  const [since, setSince] = useState<Since & { readonly of?: Result | undefined }>({});
  // What was done about an earlier result is not about this one.
  const { result: later, declined = false } = since.of === call?.result ? since : {};
  if (!call?.result) return <Pending doing="A plan is being made." cancelled={call?.cancelled} />;
  const result = later ?? call.result;
  const gated = result.isError ? undefined : Gated.safeParse(result.structured).data;
  const before = Gated.safeParse(call.result.structured).data;

  if (gated?.status === 'done')
    return (
      <Outcome
        done={gated}
        does={before?.status === 'done' ? undefined : before?.plan.does}
        fresh={later !== undefined}
      />
    );
  const waiting = gated ?? (before?.status === 'done' ? undefined : before);
  if (!waiting) return result.isError ? <Failed text={result.text} /> : <Words of={result.text} />;
  return (
    <>
      {later?.isError && <Failed text={later.text} />}
      {later && gated && (
        <Notice kind="danger">
          <strong>Not done</strong> The plan has changed since it was shown. Look at it again.
        </Notice>
      )}
      <PlanSheet plan={waiting.plan} />
      {declined ? (
        <Declined onReturn={() => setSince({ ...since, declined: false })} />
      ) : (
        <Decision
          key={waiting.confirm}
          waiting={waiting}
          call={repeatable(call)}
          host={host}
          onResult={given => {
            setSince({ of: call.result, result: given });
            host.tell(
              `In the view of the plan, the person pressed the button to have it carried out. The server answered:\n${given.text}`,
            );
          }}
          onDecline={() => {
            setSince({ ...since, of: call.result, declined: true });
            host.tell(
              `In the view of the plan, the person declined: ${waiting.plan.does} Nothing was done. Do not ask again for the same.`,
            );
          }}
        />
      )}
    </>
  );
}

/** The call as it can be made again; undefined where the host does not say which tool it was of. */
function repeatable({ tool, args }: Call) {
  return tool === undefined ? undefined : { tool, args };
}

function Declined({ onReturn }: { readonly onReturn: () => void }) {
  return (
    <div class="declined" role="status">
      <p>
        <strong>Declined.</strong> Nothing was done.
      </p>
      <button type="button" onClick={onReturn}>
        Look again
      </button>
    </div>
  );
}

function Words({ of }: { readonly of: string }) {
  return (
    <p>
      <Lines of={of.split('\n')} />
    </p>
  );
}

show(PlanView);
