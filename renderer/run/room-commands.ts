/** What can be done in the run room by name and by key. */
import { useMemo } from 'react';
import type { Trace } from '../../shared/events/trace-model';
import { type Command, useCommands } from '../app/commands';
import { toast } from '../app/toasts';
import { t } from '../i18n/t';
import type { RunSession } from './run-session';
import { useSession } from './use-run';

/** For the palette, the shortcuts sheet and the keyboard. */
export function useRoomCommands(onFork: () => void, onAgain: () => void): void {
  const session = useSession();
  const commands = useMemo<readonly Command[]>(() => {
    const command = (id: string, title: string, run: () => void, shortcut?: string): Command => ({
      id,
      title,
      group: 'app.group.run',
      run,
      ...(shortcut ? { shortcut } : {}),
    });
    const by = (change: number) => {
      const { at, events } = session.store.getState();
      const next = (at ?? events.length) + change;
      session.setAt(next >= events.length ? undefined : next);
    };
    return [
      command('run.fork', t('run.fork.now'), onFork, 'Shift+F'),
      command('run.toTask', t('run.toTask'), () => goToTask(session), 'D'),
      command('run.toFailure', t('run.toFailure'), () => goToFailure(session), 'E'),
      command('run.again', t('run.again'), onAgain),
      command('run.scrubBack', t('run.scrub.back'), () => by(-1), ','),
      command('run.scrubForward', t('run.scrub.forward'), () => by(1), '.'),
      command('run.live', t('run.scrub.live'), () => session.setAt(undefined), 'L'),
      command('run.showRun', t('run.closeStep'), () => session.select(undefined), 'Escape'),
    ];
  }, [session, onFork, onAgain]);
  useCommands(commands);
}

/** The step a person would look at first: what ended the run, else the newest failure. */
export function failedStep({ run, steps }: Trace): string | undefined {
  const ended = run.error?.step;
  if (ended !== undefined && steps.has(ended)) return ended;
  return [...steps.values()].findLast((step) => step.status === 'failed')?.key;
}

function goToFailure(session: RunSession): void {
  const step = failedStep(session.store.getState().shown);
  if (step === undefined) return toast(t('run.toFailure.none'));
  session.select(step);
  focusSoon('.step-inspector [role="tab"][aria-selected="true"]');
}

function goToTask(session: RunSession): void {
  const { shown, at } = session.store.getState();
  if (at !== undefined || shown.openTasks.size === 0) return toast(t('run.toTask.none'));
  session.select(undefined);
  focusSoon('.room-task .decision :is(input, textarea, button)');
}

/** Once what was chosen is drawn. */
function focusSoon(selector: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus()),
  );
}
