import { useCallback, useEffect, useState } from 'react';
import { onPush, request, sentenceOf } from '../bridge/bridge';
import { byUrgency } from './decision';
import type { RequestOutput } from '../../shared/ipc/contract';

export type InboxTask = RequestOutput<'task.list'>['tasks'][number];

interface Tasks {
  /** Undefined until the first answer. */
  readonly tasks: readonly InboxTask[] | undefined;
  readonly error: string | undefined;
  readonly reload: () => void;
}

/** All that waits for people, kept up to date by what the main side pushes. */
export function useTasks(runId?: string): Tasks {
  const [tasks, setTasks] = useState<readonly InboxTask[]>();
  const [error, setError] = useState<string>();
  const reload = useCallback(() => {
    request('task.list', runId === undefined ? {} : { runId }).then(
      (answer) => {
        setTasks(answer.tasks.toSorted(byUrgency));
        setError(undefined);
      },
      (failure: unknown) => setError(sentenceOf(failure).message),
    );
  }, [runId]);
  useEffect(() => {
    reload();
    return onPush('tasks.changed', reload);
  }, [reload]);
  return { tasks, error, reload };
}
