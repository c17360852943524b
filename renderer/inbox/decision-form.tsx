/**
 * One waiting decision: why it is asked, the evidence, the proposed values as a form, the difference the edit makes, and
 * the choices. Used by the inbox and by the run room.
 */
import { Button, Kbd, Textarea } from '@mantine/core';
import { Clock, Hand } from 'lucide-react';
import { type Ref, useId, useImperativeHandle, useState } from 'react';
import type { Flow } from '../../shared/spec/flow';
import { toast } from '../app/toasts';
import { request, sentenceOf } from '../bridge/bridge';
import { ChangeList } from '../forms/change-list';
import { missesOfError } from '../forms/check';
import type { Schemas } from '../forms/json-schema';
import { ReadableValue } from '../forms/readable-value';
import { SchemaForm } from '../forms/schema-form';
import { t } from '../i18n/t';
import { JsonInput } from '../inspector/json-input';
import { useNow } from '../run/use-run';
import { elapsedWords, nodeName } from '../run/words';
import { Field } from '../ui/field';
import { absoluteTime, RelativeTime } from '../ui/relative-time';
import { afterDeadline } from './after-deadline';
import {
  choiceLabel,
  decisionOf,
  type Draft,
  isEdited,
  missesFor,
  quickChoice,
  startDraft,
  type Task,
} from './decision';
import { Evidence } from './evidence';
import './inbox.css';

export interface DecisionHandle {
  readonly quick: (key: 'approve' | 'reject') => void;
  readonly choose: (index: number) => void;
  readonly focus: () => void;
}

interface Props {
  readonly task: Task;
  readonly flow: Flow | undefined;
  readonly onDecided?: () => void;
  readonly handle?: Ref<DecisionHandle>;
  /** Shows the keys on the buttons. */
  readonly keys?: boolean;
  /** Level of the title's heading. */
  readonly level?: 2 | 3;
}

/** The draft of a decision and what sends it. */
function useDecision(task: Task, schemas: Schemas, onDecided: (() => void) | undefined) {
  const [draft, setDraft] = useState<Draft>(() => startDraft(task, schemas));
  const [sending, setSending] = useState<string>();
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const send = (choice: string) => {
    const misses = missesFor(task, draft, choice, schemas);
    change({ tried: true, misses, refusal: undefined });
    if (misses.length > 0 || sending !== undefined) return;
    setSending(choice);
    const chosen = task.choices.find((one) => one.port === choice);
    const label = chosen ? choiceLabel(chosen) : choice;
    request('task.decide', { runId: task.runId, task: task.task, ...decisionOf(task, draft, choice) })
      .then(
        () => {
          toast(t('inbox.decided', { choice: label, title: task.title }));
          onDecided?.();
        },
        (error: unknown) => change({ misses: missesOfError(error), refusal: sentenceOf(error).message }),
      )
      .finally(() => setSending(undefined));
  };
  return { draft, change, sending, send };
}

export function DecisionForm({ task, flow, onDecided, handle, keys = false, level = 2 }: Props) {
  const schemas = flow?.schemas ?? {};
  const { draft, change, sending, send } = useDecision(task, schemas, onDecided);
  const formId = useId();
  useImperativeHandle(handle, () => ({
    quick: (key) => {
      const choice = quickChoice(task, key);
      if (choice !== undefined) send(choice);
    },
    choose: (index) => {
      const choice = task.choices[index];
      if (choice) send(choice.port);
    },
    focus: () =>
      document.getElementById(formId)?.querySelector<HTMLElement>('input,textarea,button')?.focus(),
  }));
  return (
    <article className="decision" id={formId} aria-label={task.title}>
      <Head task={task} flow={flow} level={level} />
      {task.deadlineAt === undefined ? null : (
        <Deadline task={task} flow={flow} deadlineAt={task.deadlineAt} />
      )}
      {task.body ? <p className="decision-body">{task.body}</p> : null}
      {task.type === 'checkpoint' ? null : <p className="note">{t(`inbox.explain.${task.type}`)}</p>}
      <Evidence task={task} flow={flow} />
      <Values task={task} draft={draft} change={change} schemas={schemas} disabled={sending !== undefined} />
      <Field label={t('inbox.comment')}>
        {(ids) => (
          <Textarea
            {...ids}
            autosize
            minRows={1}
            maxRows={6}
            value={draft.comment}
            placeholder={t('inbox.comment.placeholder')}
            onChange={(event) => change({ comment: event.currentTarget.value })}
          />
        )}
      </Field>
      {draft.refusal === undefined ? null : (
        <p className="field-error" role="alert">
          {draft.refusal}
        </p>
      )}
      <Choices task={task} sending={sending} keys={keys} onChoose={send} />
    </article>
  );
}

function Head({
  task,
  flow,
  level,
}: {
  readonly task: Task;
  readonly flow: Flow | undefined;
  readonly level: 2 | 3;
}) {
  const Title = level === 2 ? 'h2' : 'h3';
  return (
    <header className="decision-head">
      <span className="decision-icon tint-amber" aria-hidden>
        <Hand size={16} />
      </span>
      <div className="grow">
        <Title className="decision-title">{task.title}</Title>
        <p className="meta">
          {t(`inbox.type.${task.type}`)} ·{' '}
          {task.node === undefined ? t('inbox.wholeRun') : nodeName(flow, task.node)} ·{' '}
          <RelativeTime at={task.askedAt} />
          {task.assignee ? ` · ${t('inbox.for', { who: task.assignee })}` : ''}
        </p>
      </div>
    </header>
  );
}

/** Time left, and what happens by itself when nobody answers. */
function Deadline({
  task,
  flow,
  deadlineAt,
}: {
  readonly task: Task;
  readonly flow: Flow | undefined;
  readonly deadlineAt: number;
}) {
  const nowMs = useNow(1_000);
  const leftMs = deadlineAt - nowMs;
  return (
    <p className={`deadline tint-${leftMs < 600_000 ? 'red' : 'amber'}`} title={absoluteTime(deadlineAt)}>
      <Clock size={14} aria-hidden />
      <strong className="num">
        {leftMs > 0 ? t('inbox.left', { time: elapsedWords(leftMs) }) : t('inbox.passed')}
      </strong>
      <span>{afterDeadline(task, flow)}</span>
    </p>
  );
}

interface ValuesProps {
  readonly task: Task;
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly schemas: NonNullable<Flow['schemas']>;
  readonly disabled: boolean;
}

function Values({ task, draft, change, schemas, disabled }: ValuesProps) {
  if (task.type === 'uncertain') {
    return (
      <Field label={t('inbox.uncertain.result')} help={t('inbox.uncertain.help')}>
        {
          () => (
            <JsonInput
              label={t('inbox.uncertain.result')}
              value={draft.values}
              optional
              onChange={(values) => change({ values: values as Draft['values'] })}
            />
          ) /* JSON.parse made it */
        }
      </Field>
    );
  }
  if (task.form === undefined) {
    if (task.proposed === undefined) return null;
    return (
      <section className="evidence" aria-label={t('inbox.proposed')}>
        <h3>{t('inbox.proposed')}</h3>
        <ReadableValue value={task.proposed} />
      </section>
    );
  }
  return (
    <section className="values" aria-label={t('inbox.values')}>
      <h3>{t(task.proposed === undefined ? 'inbox.values' : 'inbox.proposedValues')}</h3>
      <SchemaForm
        schema={task.form}
        schemas={schemas}
        value={draft.values}
        label={t('inbox.values')}
        misses={draft.misses}
        disabled={disabled}
        onChange={(values) => {
          const next = { ...draft, values };
          change({
            values,
            refusal: undefined,
            misses: draft.tried ? missesFor(task, next, 'approved', schemas) : [],
          });
        }}
      />
      {task.proposed !== undefined && isEdited(task, draft) ? (
        <div className="your-edit">
          <h4>{t('inbox.yourEdit')}</h4>
          <ChangeList before={task.proposed} after={draft.values} label={t('inbox.yourEdit')} />
        </div>
      ) : null}
    </section>
  );
}

interface ChoicesProps {
  readonly task: Task;
  readonly sending: string | undefined;
  readonly keys: boolean;
  readonly onChoose: (port: string) => void;
}

function Choices({ task, sending, keys, onChoose }: ChoicesProps) {
  const approve = quickChoice(task, 'approve');
  const reject = quickChoice(task, 'reject');
  return (
    <footer className="choices">
      {task.choices.map((choice, i) => {
        const isMain = choice.port === approve || (approve === undefined && i === 0);
        const key = choice.port === approve ? 'A' : choice.port === reject ? 'R' : String(i + 1);
        return (
          <Button
            key={choice.port}
            size="sm"
            variant={isMain ? 'filled' : 'default'}
            loading={sending === choice.port}
            disabled={sending !== undefined && sending !== choice.port}
            rightSection={keys && i < 9 ? <Kbd size="xs">{key}</Kbd> : undefined}
            onClick={() => onChoose(choice.port)}
          >
            {choiceLabel(choice)}
          </Button>
        );
      })}
    </footer>
  );
}
