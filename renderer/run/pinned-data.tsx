/** What a run that starts in the middle takes over from an earlier one, and where a person may change it. */
import { useState } from 'react';
import type { Json } from '../../shared/base/json';
import { lastSegment } from '../../shared/events/step-key';
import type { Trace } from '../../shared/events/trace-model';
import type { RequestOutput } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { formatNumber, t } from '../i18n/t';
import { JsonInput } from '../inspector/json-input';
import { Part } from './facts';
import { fieldBefore, type ForkEdits, spentAfter } from './fork-edits';
import { costWords, elapsedWords, nodeName, stepNameOfKey } from './words';

export type ForkPreview = RequestOutput<'run.forkPreview'>;

const MAX_NAMES = 8;
const MAX_OUTPUTS = 100;

interface Props {
  readonly trace: Trace;
  readonly flow: Flow;
  readonly preview: ForkPreview;
  readonly edits: ForkEdits;
  readonly onChange: (edits: ForkEdits) => void;
}

export function PinnedData({ trace, flow, preview, edits, onChange }: Props) {
  return (
    <>
      <WhatHappens trace={trace} flow={flow} preview={preview} />
      <StateFields trace={trace} flow={flow} preview={preview} edits={edits} onChange={onChange} />
      <Outputs trace={trace} preview={preview} edits={edits} onChange={onChange} />
    </>
  );
}

/** Steps kept, effects on the world that would happen again, and what it may cost. */
function WhatHappens({ trace, flow, preview }: Pick<Props, 'trace' | 'flow' | 'preview'>) {
  const names = preview.reused.map((key) => nodeName(flow, lastSegment(key).node));
  return (
    <>
      <p>
        {preview.reused.length > 0
          ? t('run.fork.reused', {
              count: preview.reused.length,
              names: `${names.slice(0, MAX_NAMES).join(', ')}${names.length > MAX_NAMES ? ' …' : ''}`,
            })
          : t('run.fork.fresh')}
      </p>
      {preview.effectsAgain.length > 0 ? (
        <div className="callout tint-amber">
          <strong>{t('run.fork.again', { count: preview.effectsAgain.length })}</strong>
          <ul>
            {preview.effectsAgain.map((effect, i) => (
              // the list never changes
              <li key={i}>
                {t('run.fork.effect', {
                  tool: effect.tool,
                  name: nodeName(flow, lastSegment(effect.step).node),
                  effect: effect.effect,
                })}
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <p className="meta">{t('run.fork.noEffects')}</p>
      )}
      <p className="note">{costSentence(trace, preview.seq)}</p>
    </>
  );
}

function costSentence(trace: Trace, seq: number): string {
  if (trace.run.mode === 'rehearsal') return t('run.fork.cost.rehearsal');
  const { calls, tokens, cost, tookMs } = spentAfter(trace, seq);
  if (calls === 0) return t('run.fork.cost.none');
  return t('run.fork.cost', {
    calls,
    tokens: formatNumber(tokens),
    cost: costWords(cost),
    time: elapsedWords(tookMs),
  });
}

function StateFields({ trace, flow, preview, edits, onChange }: Props) {
  const fields = Object.entries(flow.context ?? {});
  if (fields.length === 0) return null;
  return (
    <Part title={t('run.fork.state')}>
      {fields.map(([field, declared]) => {
        const before = fieldBefore(trace, field, preview.seq);
        return (
          <PinnedValue
            key={field}
            name={field}
            before={before}
            covered={declared.sensitive === true}
            edited={edits.context[field]}
            onChange={(value) => onChange({ ...edits, context: { ...edits.context, [field]: value } })}
          />
        );
      })}
    </Part>
  );
}

function Outputs({ trace, preview, edits, onChange }: Omit<Props, 'flow'>) {
  const kept = preview.reused.flatMap((key) => {
    const step = trace.steps.get(key);
    return step?.output === undefined || step.kind === 'start' ? [] : [step];
  });
  if (kept.length === 0) return null;
  return (
    <Part title={t('run.fork.outputs')}>
      {kept.slice(0, MAX_OUTPUTS).map((step) => (
        <PinnedValue
          key={step.key}
          name={stepNameOfKey(trace, step.key)}
          before={step.output}
          covered={false}
          edited={edits.steps[step.key]}
          onChange={(value) => onChange({ ...edits, steps: { ...edits.steps, [step.key]: value } })}
        />
      ))}
      {kept.length > MAX_OUTPUTS ? (
        <p className="meta">{t('run.fork.outputs.more', { count: kept.length - MAX_OUTPUTS })}</p>
      ) : null}
    </Part>
  );
}

interface ValueProps {
  readonly name: string;
  readonly before: Json | undefined;
  readonly edited: Json | undefined;
  /** Sensitive: not shown before it is opened. */
  readonly covered: boolean;
  readonly onChange: (value: Json | undefined) => void;
}

/** One line until it is opened; then the value as it can be edited. */
function PinnedValue({ name, before, edited, covered, onChange }: ValueProps) {
  const [isOpen, setOpen] = useState(false);
  const isChanged = edited !== undefined && JSON.stringify(edited) !== JSON.stringify(before);
  const short = covered ? '••••••' : JSON.stringify(edited ?? before ?? null);
  return (
    <details className="pinned" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <strong>{name}</strong>{' '}
        {isChanged ? <span className="chip tint-amber">{t('run.fork.changed')}</span> : null}{' '}
        {isOpen ? null : <span className="mono meta">{short}</span>}
      </summary>
      {isOpen ? (
        <JsonInput
          label={name}
          value={edited ?? before}
          optional
          onChange={(value) => onChange(value as Json | undefined)} // JSON.parse made it
        />
      ) : null}
    </details>
  );
}
