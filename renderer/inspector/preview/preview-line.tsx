/** What an expression or a prompt gives right now, below the field it is written in. */
import { useEffect, useMemo, useState } from 'react';
import type { Json } from '../../../shared/base/json';
import { request } from '../../bridge/bridge';
import { t } from '../../i18n/t';
import { useForm } from '../form';
import type { ScopePlace } from '../scope';
import { OFF, readSeen, SAMPLE, usePreview } from './preview-source';
import { sampleScope } from './sample-scope';

interface Props {
  readonly text: string;
  readonly template: boolean;
  readonly withOutput: boolean;
}

type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

const QUIET_MS = 250;
const MAX_LENGTH = 600;

export function PreviewLine({ text, template, withOutput }: Props) {
  const source = usePreview((s) => s.source);
  const isPlain = template && !text.includes('{{');
  if (source === OFF || text.trim() === '' || isPlain) return null;
  return <Line text={text} template={template} withOutput={withOutput} />;
}

function Line({ text, template, withOutput }: Props) {
  const scope = usePreviewScope(withOutput);
  const answer = useAnswer(text, template, scope);
  if (scope === null) return <p className="preview meta">{t('inspector.preview.notRun')}</p>;
  if (!answer) return null;
  if (!answer.ok) return <p className="preview preview-bad">{answer.message}</p>;
  const words = shown(answer.value);
  return (
    <output className="preview" aria-label={t('inspector.preview.label')}>
      <span aria-hidden className="preview-sign">
        {template ? '“' : '='}
      </span>
      <span className={template ? 'preview-text' : 'preview-text mono'}>{words}</span>
    </output>
  );
}

function shown(value: unknown): string {
  if (value === undefined) return t('inspector.preview.nothing');
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  if (text === '') return t('inspector.preview.empty');
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

/** The data to try on; null when the node did not run in the chosen run, undefined while it is being read. */
function usePreviewScope(withOutput: boolean): Readonly<Record<string, Json>> | null | undefined {
  const { flow, place } = useForm();
  const source = usePreview((s) => s.source);
  const node = place.type === 'node' ? place.id : place.type === 'edge' ? place.from : undefined;
  const seen = usePreview((s) => (node === undefined ? undefined : s.seen[node]));
  const fromRun = source !== SAMPLE && node !== undefined;
  useEffect(() => {
    // Why a run cannot be read is said where runs are shown; the preview is simply not there.
    if (fromRun && seen === undefined) readSeen(source, node).catch(() => undefined);
  }, [fromRun, source, node, seen]);
  // The place is made anew with each draft of the form; what it says counts.
  const placeKey = JSON.stringify(place);
  const sample = useMemo(() => {
    const at = JSON.parse(placeKey) as ScopePlace; // written one line above
    return sampleScope(flow, at.type === 'node' ? { ...at, withOutput } : at);
  }, [flow, placeKey, withOutput]);
  return fromRun ? seen : sample;
}

function useAnswer(
  text: string,
  template: boolean,
  scope: Readonly<Record<string, Json>> | null | undefined,
): Answer | undefined {
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    if (!scope) return undefined;
    let stale = false;
    const ask = async () => {
      const next = await request('expression.preview', { source: text, template, scope: { ...scope } }).catch(
        // Too long a text, or a window that is closing: the checks of the document speak for themselves.
        () => undefined,
      );
      if (!stale) setAnswer(next);
    };
    const timer = setTimeout(() => void ask(), QUIET_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [text, template, scope]);
  return answer;
}
