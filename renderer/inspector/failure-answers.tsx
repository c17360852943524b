/** "What happens if this fails?", answered for every way the node can fail. */
import { TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { nodeAt } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import { type FailureMode, failureModesOf } from '../../shared/spec/failure-modes';
import type { Flow } from '../../shared/spec/flow';
import { kindWords } from '../i18n/failure-words';
import { t } from '../i18n/t';

export function FailureAnswers({ flow, id }: { readonly flow: Flow; readonly id: string }) {
  const groups = useMemo(() => grouped(flow, failureModesOf(flow, id)), [flow, id]);
  if (groups.length === 0) return <p className="meta">{t('inspector.failures.none')}</p>;
  return (
    <>
      <h3 className="failures-title">{t('inspector.failures.title')}</h3>
      <dl className="failures">
        {groups.map(({ sentence, kinds, handled }) => (
          <div key={sentence}>
            <dt>{kinds.map(kindWords).join(', ')}</dt>
            <dd className={handled ? '' : 'is-unhandled'}>
              {handled ? null : <TriangleAlert size={11} aria-hidden />} {sentence}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

interface Group {
  readonly sentence: string;
  readonly kinds: readonly string[];
  readonly handled: boolean;
}

/** Kinds with the same answer share it. */
function grouped(flow: Flow, modes: readonly FailureMode[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const mode of modes) {
    const sentence = failureSentence(flow, mode);
    const known = groups.get(sentence);
    groups.set(sentence, {
      sentence,
      kinds: [...(known?.kinds ?? []), mode.kind],
      handled: mode.handled,
    });
  }
  return [...groups.values()];
}

/** What the document says happens, as one sentence in the window's language. */
export function failureSentence(flow: Flow, mode: FailureMode): string {
  const named = (id: string) => nameOf(id, nodeAt(flow, id) ?? { kind: 'start' });
  const parts = [
    ...(mode.retries > 0 ? [t('inspector.failures.tries', { count: mode.retries })] : []),
    ...(mode.models.length > 0 ? [t('inspector.failures.models', { models: mode.models.join(', ') })] : []),
    ...(mode.through.length > 0
      ? [t('inspector.failures.through', { names: mode.through.map((id) => `“${named(id)}”`).join(', ') })]
      : []),
    t(`inspector.failures.${mode.ends}`, { to: mode.to === undefined ? '' : named(mode.to) }),
  ];
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
