/** Starts a run in the middle: at a step of an earlier run, with what came before it taken over from there. */
import { Loader, Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { RunInfo } from '../../shared/events/event';
import { parentOf } from '../../shared/events/step-key';
import type { Trace } from '../../shared/events/trace-model';
import type { Flow } from '../../shared/spec/flow';
import { request, sentenceOf } from '../bridge/bridge';
import { t } from '../i18n/t';
import { readTrace } from '../runs/read-trace';
import { Field } from '../ui/field';
import { absoluteTime } from '../ui/relative-time';
import { changedEdits, type ForkEdits, NO_EDITS } from './fork-edits';
import { isOtherFlow } from './edited-flow';
import { Part } from './facts';
import { type ForkPreview, PinnedData } from './pinned-data';
import { stepNameOfKey } from './words';

/** Where to start, once everything about it is known. */
export interface StartPoint {
  readonly runId: string;
  readonly step: string;
  readonly trace: Trace;
  readonly preview: ForkPreview;
  readonly edits: ForkEdits;
}

const MAX_RUNS = 50;

/** Makes the run; the flow goes along as it is in the editor now. */
export function forkFrom(point: StartPoint, document: Flow): Promise<{ runId: string }> {
  const { runId, step, trace, preview, edits } = point;
  return request('run.fork', {
    runId,
    at: step,
    ...changedEdits(trace, preview.seq, edits),
    ...(trace.flow && !isOtherFlow(document, trace.flow) ? {} : { document }),
  });
}

interface Props {
  readonly flow: Flow;
  readonly point: StartPoint | undefined;
  readonly onChange: (point: StartPoint | undefined) => void;
}

export function StartAt({ flow, point, onChange }: Props) {
  const runs = usePastRuns(flow.id);
  const [runId, setRunId] = useState<string>();
  const [step, setStep] = useState<string>();
  const { trace, error: unreadable } = useTrace(runId);
  const preview = usePreview(runId, step, trace, onChange);
  const error = unreadable ?? preview.error;
  if (runs.length === 0) return null;
  const choose = (nextRun: string | undefined, nextStep: string | undefined) => {
    setRunId(nextRun);
    setStep(nextStep);
    onChange(undefined);
  };
  return (
    <Part title={t('run.startAt')}>
      <div className="model-choices">
        <Field label={t('run.startAt.run')} help={t('run.startAt.help')}>
          {(ids) => (
            <Select
              {...ids}
              value={runId ?? ''}
              searchable
              data={[{ value: '', label: t('run.startAt.beginning') }, ...runs.map(runChoice)]}
              onChange={(value) => choose(value || undefined, undefined)}
            />
          )}
        </Field>
        {runId === undefined ? null : (
          <StepChoice flow={flow} trace={trace} step={step} onChange={(next) => choose(runId, next)} />
        )}
      </div>
      {error === undefined ? null : (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {step !== undefined && !point && error === undefined ? <Loader size="sm" /> : null}
      {point ? (
        <div className="fork-form">
          <PinnedData
            trace={point.trace}
            flow={flow}
            preview={point.preview}
            edits={point.edits}
            onChange={(edits) => onChange({ ...point, edits })}
          />
        </div>
      ) : null}
    </Part>
  );
}

interface StepProps {
  readonly flow: Flow;
  readonly trace: Trace | undefined;
  readonly step: string | undefined;
  readonly onChange: (step: string | undefined) => void;
}

function StepChoice({ flow, trace, step, onChange }: StepProps) {
  return (
    <Field label={t('run.startAt.step')}>
      {(ids) => (
        <Select
          {...ids}
          value={step ?? null}
          searchable
          disabled={!trace}
          placeholder={t(trace ? 'run.startAt.choose' : 'app.loading')}
          data={trace ? stepChoices(trace, flow) : []}
          onChange={(value) => onChange(value ?? undefined)}
        />
      )}
    </Field>
  );
}

function runChoice(run: RunInfo): { value: string; label: string } {
  return {
    value: run.runId,
    label: t('run.startAt.runOf', {
      time: absoluteTime(run.startedAt),
      status: t(`run.status.${run.status}`),
      mode: t(`run.mode.${run.mode}`),
    }),
  };
}

/** Steps of the whole flow's graph, in the order they started, that the flow of today still has. */
function stepChoices(trace: Trace, flow: Flow): { value: string; label: string }[] {
  return trace.roots
    .filter((key) => {
      const step = trace.steps.get(key);
      return (
        step && parentOf(key) === undefined && step.kind !== 'start' && flow.nodes[step.node] !== undefined
      );
    })
    .map((key) => ({ value: key, label: stepNameOfKey(trace, key) }));
}

function usePastRuns(flowId: string): readonly RunInfo[] {
  const [runs, setRuns] = useState<readonly RunInfo[]>([]);
  useEffect(() => {
    let isCurrent = true;
    request('run.list', { flowId, limit: MAX_RUNS }).then(
      (answer) => isCurrent && setRuns(answer.runs),
      () => undefined, // starting at the beginning is possible without it
    );
    return () => {
      isCurrent = false;
    };
  }, [flowId]);
  return runs;
}

function useTrace(runId: string | undefined): { readonly trace?: Trace; readonly error?: string } {
  const [read, setRead] = useState<{ runId: string; trace?: Trace; error?: string }>();
  useEffect(() => {
    if (runId === undefined) return undefined;
    let isCurrent = true;
    readTrace(runId).then(
      (trace) => isCurrent && setRead({ runId, trace }),
      (failure: unknown) => isCurrent && setRead({ runId, error: sentenceOf(failure).message }),
    );
    return () => {
      isCurrent = false;
    };
  }, [runId]);
  return read?.runId === runId && read ? read : {};
}

function usePreview(
  runId: string | undefined,
  step: string | undefined,
  trace: Trace | undefined,
  onChange: Props['onChange'],
): { readonly error?: string } {
  const [error, setError] = useState<{ readonly step: string; readonly message: string }>();
  useEffect(() => {
    if (runId === undefined || step === undefined || !trace) return undefined;
    let isCurrent = true;
    request('run.forkPreview', { runId, at: step }).then(
      (preview) => isCurrent && onChange({ runId, step, trace, preview, edits: NO_EDITS }),
      (failure: unknown) => isCurrent && setError({ step, message: sentenceOf(failure).message }),
    );
    return () => {
      isCurrent = false;
    };
  }, [runId, step, trace, onChange]);
  return error && error.step === step ? { error: error.message } : {};
}
