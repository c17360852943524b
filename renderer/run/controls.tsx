/** Floats over the drawing: pause, one step, go on, stop; when the run is over, what can be done with it. */
import { Button, Menu, Tooltip } from '@mantine/core';
import { CircleStop, GitFork, Pause, Play, RotateCcw, StepForward } from 'lucide-react';
import { useState } from 'react';
import { allGraphs } from '../../shared/editing/graphs';
import type { RunStatus } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import { act } from '../app/toasts';
import { request } from '../bridge/bridge';
import { t } from '../i18n/t';
import { isEnded } from './run-store';
import { useRun } from './use-run';

interface Props {
  readonly onFork: () => void;
  readonly onAgain: () => void;
}

export function ControlBar({ onFork, onAgain }: Props) {
  const runId = useRun((s) => s.runId);
  const status = useRun((s) => s.trace.run.status);
  const reason = useRun((s) => s.trace.run.reason);
  const [busy, setBusy] = useState<string>();
  const send = (name: ControlName) => {
    setBusy(name);
    act(() => request(name, { runId }).finally(() => setBusy(undefined)));
  };
  const ended = isEnded(status);
  const overBudget = status === 'paused' && reason === 'budget';
  return (
    <div className="control-bar" role="toolbar" aria-label={t('run.controls')}>
      {ended ? null : (
        <>
          <PauseOrResume status={status} busy={busy} overBudget={overBudget} onSend={send} />
          <Tooltip label={t('run.step.help')}>
            <Button
              variant="default"
              leftSection={<StepForward size={14} aria-hidden />}
              loading={busy === 'run.step'}
              disabled={status !== 'paused' || overBudget}
              onClick={() => send('run.step')}
            >
              {t('run.stepOnce')}
            </Button>
          </Tooltip>
          <CancelButton runId={runId} />
        </>
      )}
      <Tooltip label={t('run.fork.now')}>
        <Button variant="default" leftSection={<GitFork size={14} aria-hidden />} onClick={onFork}>
          {t('run.fork')}
        </Button>
      </Tooltip>
      <Button
        variant={ended ? 'filled' : 'default'}
        leftSection={<RotateCcw size={14} aria-hidden />}
        onClick={onAgain}
      >
        {t('run.again')}
      </Button>
    </div>
  );
}

type ControlName = 'run.pause' | 'run.resume' | 'run.step';

interface PauseProps {
  readonly status: RunStatus;
  readonly busy: string | undefined;
  readonly overBudget: boolean;
  readonly onSend: (name: ControlName) => void;
}

function PauseOrResume({ status, busy, overBudget, onSend }: PauseProps) {
  if (status === 'paused') {
    return (
      <Button
        leftSection={<Play size={14} aria-hidden />}
        loading={busy === 'run.resume'}
        disabled={overBudget}
        title={overBudget ? t('run.overBudget') : undefined}
        onClick={() => onSend('run.resume')}
      >
        {t('run.resume')}
      </Button>
    );
  }
  return (
    <Button
      variant="default"
      leftSection={<Pause size={14} aria-hidden />}
      loading={busy === 'run.pause'}
      disabled={status === 'compensating'}
      onClick={() => onSend('run.pause')}
    >
      {t('run.pause')}
    </Button>
  );
}

/** Cancelling cannot be taken back, so it always says what becomes of what was done. */
function CancelButton({ runId }: { readonly runId: string }) {
  const canUndo = useRun((s) =>
    allGraphs(s.flow ?? NO_GRAPH).some(({ graph }) =>
      Object.values(graph.nodes).some((node) => node.compensate !== undefined),
    ),
  );
  const cancel = (compensate: boolean) => act(() => request('run.cancel', { runId, compensate }));
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" leftSection={<CircleStop size={14} aria-hidden />}>
          {t('run.cancel')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => cancel(false)}>{t('run.cancel.keep')}</Menu.Item>
        {canUndo ? <Menu.Item onClick={() => cancel(true)}>{t('run.cancel.undo')}</Menu.Item> : null}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Stands in until the flow is there. */
const NO_GRAPH = { nodes: {}, edges: [] } as unknown as Flow;
