/** What waits for a person, over all runs: the most urgent first, decided without leaving the keyboard. */
import { Button } from '@mantine/core';
import { ArrowUpRight, Inbox as InboxIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { FlowMetrics, RequestOutput } from '../../shared/ipc/contract';
import { useCommands } from '../app/commands';
import { navigate, useRouteOf } from '../app/router';
import { TopBar } from '../app/top-bar';
import { request } from '../bridge/bridge';
import { formatNumber, t } from '../i18n/t';
import { useNow } from '../run/use-run';
import { elapsedWords } from '../run/words';
import { Busy, Failed } from '../ui/busy';
import { EmptyState } from '../ui/empty-state';
import { Kbd } from '../ui/kbd';
import { RelativeTime } from '../ui/relative-time';
import { taskKey } from './decision';
import { DecisionForm, type DecisionHandle } from './decision-form';
import { InboxKeys } from './inbox-keys';
import { type InboxTask, useTasks } from './use-tasks';
import './inbox.css';

interface Chosen {
  readonly key: string | undefined;
  /** Where it stood: what takes the place of a decided task is the next to decide. */
  readonly index: number;
}

export function InboxScreen() {
  const route = useRouteOf('inbox');
  const { tasks, error, reload } = useTasks();
  const [chosen, setChosen] = useState<Chosen>({ key: undefined, index: 0 });
  const [shown, setShown] = useState<typeof route>();
  if (route !== shown) {
    // A notification may lead to another task while the inbox is open.
    setShown(route);
    if (route?.task !== undefined) setChosen({ key: `${route.runId ?? ''} ${route.task}`, index: 0 });
  }
  const [keys] = useState(() => new InboxKeys());
  const found = tasks?.findIndex((task) => taskKey(task) === chosen.key) ?? -1;
  const index = found >= 0 ? found : Math.max(0, Math.min(chosen.index, (tasks?.length ?? 0) - 1));
  const task = tasks?.[index];
  useEffect(() =>
    keys.update(tasks ?? [], index, (next, at) => setChosen({ key: taskKey(next), index: at })),
  );
  useCommands(keys.commands);
  const count = tasks?.length ?? 0;
  return (
    <div className="inbox">
      <TopBar>
        <h1 className="bar-title">{t('inbox.title')}</h1>
        {count > 0 ? <span className="meta num">{t('inbox.waiting', { count })}</span> : null}
        <span className="grow" />
        {count > 0 ? <KeyHelp /> : null}
      </TopBar>
      {tasks && task && error === undefined ? (
        <>
          <TaskList
            tasks={tasks}
            selected={index}
            onSelect={(next, at) => setChosen({ key: taskKey(next), index: at })}
            onOpen={() => keys.open()}
          />
          <TaskDetail key={taskKey(task)} task={task} handle={keys.setForm} onDecided={reload} />
        </>
      ) : (
        <NoTask isLoading={!tasks} error={error} onAgain={reload} />
      )}
    </div>
  );
}

interface NoTaskProps {
  readonly isLoading: boolean;
  readonly error: string | undefined;
  readonly onAgain: () => void;
}

function NoTask({ isLoading, error, onAgain }: NoTaskProps) {
  if (error !== undefined) {
    return <Failed title={t('inbox.failed')} error={error} onAgain={onAgain} />;
  }
  if (isLoading) {
    return <Busy />;
  }
  return (
    <EmptyState
      icon={InboxIcon}
      title={t('inbox.empty.title')}
      action={
        <Button variant="default" onClick={() => navigate({ screen: 'runs' })}>
          {t('inbox.empty.action')}
        </Button>
      }
    >
      {t('inbox.empty.body')}
    </EmptyState>
  );
}

function KeyHelp() {
  const keys = [
    ['J', t('inbox.key.next')],
    ['K', t('inbox.key.previous')],
    ['A', t('inbox.key.approve')],
    ['R', t('inbox.key.reject')],
  ] as const;
  return (
    <span className="key-help meta">
      {keys.map(([key, words]) => (
        <span key={key}>
          <Kbd shortcut={key} /> {words}
        </span>
      ))}
    </span>
  );
}

interface ListProps {
  readonly tasks: readonly InboxTask[];
  readonly selected: number;
  readonly onSelect: (task: InboxTask, index: number) => void;
  readonly onOpen: () => void;
}

function TaskList({ tasks, selected, onSelect, onOpen }: ListProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[selected]?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <ul className="task-list" aria-label={t('inbox.title')} ref={list}>
      {tasks.map((task, i) => (
        <li key={taskKey(task)}>
          <button
            type="button"
            className={`task-row${i === selected ? ' is-selected' : ''}`}
            aria-current={i === selected}
            onClick={() => onSelect(task, i)}
            onKeyDown={(event) => {
              const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
              if (event.key === 'Enter' && i === selected) onOpen();
              else if (move !== undefined && tasks[i + move]) {
                onSelect(tasks[i + move] as InboxTask, i + move); // just checked
                (
                  event.currentTarget.parentElement?.parentElement?.children[i + move]
                    ?.firstElementChild as HTMLElement | null
                )?.focus();
              } else return;
              event.preventDefault();
            }}
          >
            <span className="task-title truncate">{task.title}</span>
            <span className="task-line meta">
              <span className="truncate">{task.flowName}</span>
              <span aria-hidden>·</span>
              <RelativeTime at={task.askedAt} />
            </span>
            <span className="task-line">
              <span
                className={`chip tint-${task.type === 'uncertain' ? 'magenta' : task.type === 'budget' ? 'orange' : task.type === 'plan' ? 'teal' : 'slate'}`}
              >
                {t(`inbox.type.${task.type}`)}
              </span>
              {task.deadlineAt === undefined ? null : <Left deadlineAt={task.deadlineAt} />}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Left({ deadlineAt }: { readonly deadlineAt: number }) {
  const nowMs = useNow(30_000);
  const leftMs = deadlineAt - nowMs;
  return (
    <span className={`chip num tint-${leftMs < 600_000 ? 'red' : 'amber'}`}>
      {leftMs > 0
        ? t('inbox.left', { time: elapsedWords(Math.round(leftMs / 60_000) * 60_000) })
        : t('inbox.passed')}
    </span>
  );
}

interface DetailProps {
  readonly task: InboxTask;
  readonly handle: (form: DecisionHandle | null) => void;
  readonly onDecided: () => void;
}

function TaskDetail({ task, handle, onDecided }: DetailProps) {
  const [run, setRun] = useState<RequestOutput<'run.get'>>();
  useEffect(() => {
    let isCurrent = true;
    request('run.get', { runId: task.runId }).then(
      (answer) => isCurrent && setRun(answer),
      () => undefined, // names and shared schemas are missing then; the decision itself can still be made
    );
    return () => {
      isCurrent = false;
    };
  }, [task.runId]);
  return (
    <div className="task-detail">
      <div className="task-context">
        <span className="truncate">{task.flowName}</span>
        <Agreement flowId={run?.run.flowId} node={task.node} />
        <span className="grow" />
        <Button
          size="compact-sm"
          variant="subtle"
          rightSection={<ArrowUpRight size={13} aria-hidden />}
          onClick={() =>
            navigate({
              screen: 'run',
              runId: task.runId,
              ...(task.step === undefined ? {} : { step: task.step }),
            })
          }
        >
          {t('inbox.openRun')}
        </Button>
      </div>
      {/* The form starts from the flow's schemas, so it is made anew once they are here. */}
      <DecisionForm
        key={run ? 'with' : 'without'}
        task={task}
        flow={run?.flow}
        handle={handle}
        onDecided={onDecided}
        keys
      />
    </div>
  );
}

/** How often people approve here without a change: a reason to relax a checkpoint, or to keep it. */
function Agreement({
  flowId,
  node,
}: {
  readonly flowId: string | undefined;
  readonly node: string | undefined;
}) {
  const [metrics, setMetrics] = useState<FlowMetrics>();
  useEffect(() => {
    if (flowId === undefined) return undefined;
    let isCurrent = true;
    request('flow.metrics', { flowId }).then(
      (answer) => isCurrent && setMetrics(answer),
      () => undefined, // the number is an aid, no part of the decision
    );
    return () => {
      isCurrent = false;
    };
  }, [flowId]);
  const agreement = node === undefined ? undefined : metrics?.agreement[node];
  if (!agreement || agreement.decided === 0) return null;
  const share = formatNumber(agreement.unedited / agreement.decided, {
    style: 'percent',
    maximumFractionDigits: 0,
  });
  return (
    <span className="chip tint-slate num" title={t('inbox.agreement.help')}>
      {t('inbox.agreement', { share, count: agreement.decided })}
    </span>
  );
}
