import type { ComponentChildren } from 'preact';
import { visible } from '../../model/text.ts';

/** Text from outside, with what would hide or reorder it made visible. Views write text in no other way. */
export function Text({ of }: { readonly of: string }) {
  return <>{visible(of)}</>;
}

/** Texts from outside, a line each. */
export function Lines({ of }: { readonly of: readonly string[] }) {
  return <span class="lines">{of.map(visible).join('\n')}</span>;
}

/** Something to look at before all else. */
export function Notice({
  kind = 'warn',
  children,
}: {
  readonly kind?: 'warn' | 'danger';
  children: ComponentChildren;
}) {
  return (
    <div class={`notice ${kind}`} role={kind === 'danger' ? 'alert' : 'note'}>
      {children}
    </div>
  );
}

/** What stands there until the call has come to something, or when it has come to nothing. */
export function Pending({ doing, cancelled }: { readonly doing: string; readonly cancelled?: string | undefined }) {
  return (
    <p class="pending" role="status">
      {cancelled === undefined ? (
        <>
          <span class="spinner" aria-hidden="true" />
          {doing}
        </>
      ) : (
        <>
          Nothing came of this: <Text of={cancelled} />.
        </>
      )}
    </p>
  );
}

/** A call that came to an error, in the server's sentences. */
export function Failed({ text }: { readonly text: string }) {
  return (
    <Notice kind="danger">
      <p>
        <Lines of={text.split('\n')} />
      </p>
    </Notice>
  );
}

/** What goes or what comes: with a sign and a word as well as a colour. */
export function Side({ of: Tag, text }: { readonly of: 'del' | 'ins'; readonly text: string }) {
  return (
    <Tag>
      <span aria-hidden="true">{Tag === 'del' ? '−' : '+'}</span>
      <span class="unseen">{Tag === 'del' ? 'removed' : 'added'}: </span>
      <span class="value">
        <Text of={text} />
      </span>
    </Tag>
  );
}
