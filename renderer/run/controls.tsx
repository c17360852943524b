/** Floats over the drawing: pause, one step, go on, stop; when the run is over, what can be done with it. */
import { Button, Menu, Tooltip } from '@mantine/core';
import { CircleStop, GitFork, Pause, Play, RotateCcw, StepForward } from 'lucide-react';
import { useState } from 'react';
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
  useRun((s) => s.revision);
  const { status, reason } = useRun((s) => s.trace.run);
  const canUndo = useRun((s) =>
    Object.values(s.flow?.nodes ?? {}).some((node) => node.compensate !== undefined),
  );
  const [busy, setBusy] = useState<string>();
  const send = (name: 'run.pause' | 'run.resume' | 'run.step') => {
    setBusy(name);
    act(() => request(name, { runId }).finally(() => setBusy(undefined)));
  };
  const cancel = (compensate: boolean) => act(() => request('run.cancel', { runId, compensate }));
  const ended = isEnded(status);
  const overBudget = status === 'paused' && reason === 'budget';
  return (
    <div className="control-bar" role="toolbar" aria-label={t('run.controls')}>
      {ended ? null : (
        <>
          {status === 'paused' ? (
            <Button
              leftSection={<Play size={14} aria-hidden />}
              loading={busy === 'run.resume'}
              disabled={overBudget}
              title={overBudget ? t('run.overBudget') : undefined}
              onClick={() => send('run.resume')}
            >
              {t('run.resume')}
            </Button>
          ) : (
            <Button
              variant="default"
              leftSection={<Pause size={14} aria-hidden />}
              loading={busy === 'run.pause'}
              disabled={status === 'compensating'}
              onClick={() => send('run.pause')}
            >
              {t('run.pause')}
            </Button>
          )}
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
          {canUndo ? (
            <Menu>
              <Menu.Target>
                <Button variant="default" color="red" leftSection={<CircleStop size={14} aria-hidden />}>
                  {t('run.cancel')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => cancel(false)}>{t('run.cancel.keep')}</Menu.Item>
                <Menu.Item onClick={() => cancel(true)}>{t('run.cancel.undo')}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          ) : (
            <Button
              variant="default"
              leftSection={<CircleStop size={14} aria-hidden />}
              onClick={() => cancel(false)}
            >
              {t('run.cancel')}
            </Button>
          )}
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
