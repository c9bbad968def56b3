import { Side, Text } from '../parts.tsx';
import type { Act, Journaled } from './shape.ts';

interface Props {
  readonly journals: readonly Journaled[];
  /** Reads an act in full. */
  readonly read: (entry: number) => void;
}

/** What was done to the domain through this server, newest first; each in full when it is opened. */
export function ChangesSheet({ journals, read }: Props) {
  const [list] = journals.filter(({ detail }) => detail === undefined);
  if (!list) return null;
  const details = new Map(journals.flatMap(({ acts: [act], detail }) => (act && detail ? [[act.entry, detail]] : [])));
  return (
    <section>
      <h2>What changed</h2>
      {list.acts.length === 0 && <p class="soft">Nothing was changed through this server.</p>}
      {list.acts.map(act => (
        <details
          class="act"
          key={act.entry}
          onToggle={({ currentTarget: { open } }) => open && !details.has(act.entry) && read(act.entry)}
        >
          <summary>
            <Text of={act.about} /> <Ended act={act} />
          </summary>
          <InFull detail={details.get(act.entry)} />
        </details>
      ))}
      {list.more_before !== undefined && <p class="soft">Earlier changes are in the journal.</p>}
    </section>
  );
}

/** When an act was, with which tool and for whom, and how it ended where it did not end well. */
function Ended({ act: { at, tool, caller, outcome } }: { readonly act: Act }) {
  return (
    <span class="when">
      {at.slice(0, 16).replace('T', ' ')}, <Text of={tool} />, <Text of={caller} />
      {outcome === 'done' ? '' : `, ${outcome}`}
    </span>
  );
}

function InFull({ detail }: { readonly detail: Journaled['detail'] }) {
  if (!detail) return <p class="soft">It is being read.</p>;
  const { plan = [], before, after, fault } = detail;
  const [, ...changes] = plan;
  return (
    <div class="change">
      {fault !== undefined && (
        <p class="line">
          <Text of={fault} />
        </p>
      )}
      {changes.map((line, at) => (
        <Line key={at} of={line} />
      ))}
      {plan.length === 0 && before !== undefined && before !== 'nothing' && <Side of="del" text={before} />}
      {plan.length === 0 && after !== undefined && <Side of="ins" text={after} />}
    </div>
  );
}

/** A line of a plan: what it says that goes or comes stands as such. */
function Line({ of }: { readonly of: string }) {
  const [, verb, what = ''] = /^- (removed|added): (.*)$/s.exec(of) ?? [];
  if (verb !== undefined) return <Side of={verb === 'added' ? 'ins' : 'del'} text={what.replace(/ → nothing$/, '')} />;
  return (
    <p class="line">
      <Text of={of} />
    </p>
  );
}
