/** What waits for a person, over all runs: the most urgent first, decided without leaving the keyboard. */
import { Button, Loader } from '@mantine/core';
import { ArrowUpRight, Inbox as InboxIcon } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { FlowMetrics, RequestOutput } from '../../shared/ipc/contract';
import { type Command, useCommands } from '../app/commands';
import { navigate, useRouteOf } from '../app/router';
import { TopBar } from '../app/top-bar';
import { request } from '../bridge/bridge';
import { formatNumber, t } from '../i18n/t';
import { useNow } from '../run/use-run';
import { elapsedWords } from '../run/words';
import { EmptyState } from '../ui/empty-state';
import { Kbd } from '../ui/kbd';
import { RelativeTime } from '../ui/relative-time';
import { taskKey } from './decision';
import { DecisionForm, type DecisionHandle } from './decision-form';
import { type InboxTask, useTasks } from './use-tasks';
import './inbox.css';

export function InboxScreen() {
  const route = useRouteOf('inbox');
  const { tasks, error, reload } = useTasks();
  const [chosen, setChosen] = useState<string | undefined>(
    route?.task === undefined ? undefined : `${route.runId ?? ''} ${route.task}`,
  );
  const form = useRef<DecisionHandle>(null);
  const index = Math.max(0, tasks?.findIndex((task) => taskKey(task) === chosen) ?? 0);
  const task = tasks?.[index];
  // The row that takes the place of a decided task is the next to decide.
  const lastIndex = useRef(0);
  useEffect(() => {
    if (!tasks || tasks.length === 0) return;
    const at = tasks.findIndex((one) => taskKey(one) === chosen);
    if (at >= 0) lastIndex.current = at;
    else setChosen(taskKey(tasks[Math.min(lastIndex.current, tasks.length - 1)] as InboxTask)); // the list is not empty
  }, [tasks, chosen]);
  useInboxKeys(tasks ?? [], index, setChosen, form);
  return (
    <div className="inbox">
      <TopBar>
        <h1 className="bar-title">{t('inbox.title')}</h1>
        {tasks && tasks.length > 0 ? (
          <span className="meta num">{t('inbox.waiting', { count: tasks.length })}</span>
        ) : null}
        <span className="grow" />
        {tasks && tasks.length > 0 ? <KeyHelp /> : null}
      </TopBar>
      {error !== undefined ? (
        <EmptyState
          title={t('inbox.failed')}
          action={<Button onClick={reload}>{t('app.crash.again')}</Button>}
        >
          {error}
        </EmptyState>
      ) : !tasks ? (
        <div className="centered" role="status">
          <Loader size="sm" />
        </div>
      ) : !task ? (
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
      ) : (
        <>
          <TaskList
            tasks={tasks}
            selected={index}
            onSelect={(next) => setChosen(taskKey(next))}
            onOpen={() => form.current?.focus()}
          />
          <TaskDetail key={taskKey(task)} task={task} form={form} onDecided={reload} />
        </>
      )}
    </div>
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

function useInboxKeys(
  tasks: readonly InboxTask[],
  index: number,
  setChosen: (key: string) => void,
  form: React.RefObject<DecisionHandle | null>,
): void {
  const live = useRef({ tasks, index, setChosen });
  live.current = { tasks, index, setChosen };
  const commands = useMemo<readonly Command[]>(() => {
    const move = (by: number) => {
      const { tasks: all, index: at, setChosen: choose } = live.current;
      const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
      if (next) choose(taskKey(next));
    };
    const has = () => live.current.tasks.length > 0;
    const command = (id: string, title: string, shortcut: string, run: () => void): Command => ({
      id,
      title,
      group: 'app.group.run',
      shortcut,
      isEnabled: has,
      run,
    });
    return [
      command('inbox.next', t('inbox.key.next'), 'J', () => move(1)),
      command('inbox.previous', t('inbox.key.previous'), 'K', () => move(-1)),
      command('inbox.approve', t('inbox.key.approve'), 'A', () => form.current?.quick('approve')),
      command('inbox.reject', t('inbox.key.reject'), 'R', () => form.current?.quick('reject')),
      ...[1, 2, 3, 4].map((n) => ({
        ...command(`inbox.choice${n}`, t('inbox.key.choice', { n }), String(n), () =>
          form.current?.choose(n - 1),
        ),
        hidden: true,
      })),
    ];
  }, [form]);
  useCommands(commands);
}

interface ListProps {
  readonly tasks: readonly InboxTask[];
  readonly selected: number;
  readonly onSelect: (task: InboxTask) => void;
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
            onClick={() => onSelect(task)}
            onKeyDown={(event) => {
              const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
              if (event.key === 'Enter' && i === selected) onOpen();
              else if (move !== undefined && tasks[i + move]) {
                onSelect(tasks[i + move] as InboxTask); // just checked
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
  readonly form: React.RefObject<DecisionHandle | null>;
  readonly onDecided: () => void;
}

function TaskDetail({ task, form, onDecided }: DetailProps) {
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
        handle={form}
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
