import type { TraceStep, TraceTask } from '../../shared/events/trace-model';
import { definitionOf } from '../../shared/nodes/lookup';
import { openTasks } from '../../shared/events/trace-json';
import { choiceLabel } from '../inbox/decision';
import { DecisionForm } from '../inbox/decision-form';
import { ChangeList } from '../forms/change-list';
import { ReadableValue } from '../forms/readable-value';
import { kindWords } from '../i18n/failure-words';
import { defined } from '../i18n/define-words';
import { t } from '../i18n/t';
import { JsonView } from '../ui/json-view';
import { RelativeTime } from '../ui/relative-time';
import { Facts, Part, StepLink } from './facts';
import { Checks } from './step-checks';
import type { StepTabProps } from './step-inspector';
import { useNow, useRun, useSession } from './use-run';
import { costWords, elapsedWords, nodeName, stepNameOfKey, tokensWords } from './words';

export function OverviewTab({ trace, step }: StepTabProps) {
  return (
    <>
      <LiveOutput step={step} />
      {step.failure ? <FailureCard step={step} flow={trace.flow} /> : null}
      {step.cancelReason === undefined ? null : (
        <p className="note">{t('run.step.cancelled', { reason: step.cancelReason })}</p>
      )}
      <StepFacts trace={trace} step={step} />
      <Checks trace={trace} step={step} />
      {step.handoff ? (
        <Part title={t('run.handoff', { name: step.handoff.name })}>
          <ReadableValue value={step.handoff.payload} />
        </Part>
      ) : null}
      <Decisions trace={trace} step={step} />
      <Children trace={trace} step={step} />
      <EventCard step={step} />
    </>
  );
}

function StepFacts({ trace, step }: StepTabProps) {
  const at = useRun((s) => s.at);
  const nowMs = useNow(step.endedAt === undefined && at === undefined ? 1_000 : undefined);
  const endMs = step.endedAt ?? (at === undefined ? nowMs : trace.lastAt);
  const { flow } = trace;
  const { via, to, port, attempts, usage } = step;
  const mono = (text: string) => <span className="mono">{text}</span>;
  const used = usage.turns > 0 || usage.attempts > 0;
  return (
    <Facts
      facts={[
        { label: t('run.fact.kind'), value: defined(definitionOf(step.kind)?.title ?? step.kind) },
        { label: t('run.fact.started'), value: <RelativeTime at={step.startedAt} /> },
        { label: t('run.fact.took'), value: mono(elapsedWords(endMs - step.startedAt)) },
        { label: t('run.fact.queued'), value: step.queuedMs > 0 && mono(elapsedWords(step.queuedMs)) },
        {
          label: t('run.fact.cameFrom'),
          value: via && t('run.via', { from: nodeName(flow, via.from), port: via.port }),
        },
        { label: t('run.fact.wentTo'), value: to.map((id) => nodeName(flow, id)).join(', ') },
        { label: t('run.fact.port'), value: port === undefined ? '' : mono(port) },
        { label: t('run.fact.attempts'), value: attempts.length > 0 && mono(String(attempts.length)) },
        { label: t('run.fact.tokens'), value: used && mono(tokensWords(usage.tokens)) },
        { label: t('run.fact.cost'), value: used && mono(costWords(usage.cost)) },
        { label: t('run.fact.key'), value: mono(step.key) },
      ]}
    />
  );
}

/** What a model is writing right now. */
export function LiveOutput({ step }: { readonly step: TraceStep }) {
  const live = useRun((s) => (s.at === undefined ? s.texts[step.key] : undefined));
  if (!live) return null;
  return (
    <Part title={t('run.streaming', { attempt: live.attempt })}>
      <pre className="stream" aria-live="off">
        {live.text}
        <span className="caret" aria-hidden />
      </pre>
    </Part>
  );
}

function FailureCard({
  step,
  flow,
}: {
  readonly step: TraceStep;
  readonly flow: StepTabProps['trace']['flow'];
}) {
  const { failure } = step;
  if (!failure) return null;
  const next = failure.to === undefined ? '' : nodeName(flow, failure.to);
  return (
    <div className={`callout tint-${failure.routed === 'fallback' ? 'violet' : 'red'}`} role="note">
      <strong>
        {kindWords(failure.kind)} <span className="mono meta">{failure.code}</span>
      </strong>
      <p>{failure.message}</p>
      <p>
        {failure.routed === 'onFailure'
          ? t(`run.routed.onFailure.${flow?.onFailure?.do ?? 'fail'}`, {
              to: flow?.onFailure?.to === undefined ? '' : nodeName(flow, flow.onFailure.to),
            })
          : t(`run.routed.${failure.routed}`, { to: next })}
      </p>
      {failure.effects.length > 0 ? <p>{t('run.effects', { list: failure.effects.join(', ') })}</p> : null}
    </div>
  );
}

function chosenWords({ choices, choice }: TraceTask): string {
  const chosen = choices.find((one) => one.port === choice);
  return chosen ? choiceLabel(chosen) : (choice ?? '');
}

function Decisions({ trace, step }: StepTabProps) {
  const tasks = step.tasks.flatMap((id) => trace.tasks.get(id) ?? []);
  return tasks.map((task) => (
    <Part key={task.task} title={task.title}>
      {task.status === 'open' ? <OpenTask trace={trace} id={task.task} /> : null}
      {task.status === 'decided' ? (
        <>
          <p>
            {t('run.task.decided', {
              choice: chosenWords(task),
              by: task.by ?? '',
            })}
          </p>
          {task.comment ? <blockquote className="note">{task.comment}</blockquote> : null}
          {task.proposed !== undefined && task.values !== undefined ? (
            <ChangeList before={task.proposed} after={task.values} label={t('run.task.changes')} />
          ) : null}
        </>
      ) : null}
      {task.status === 'expired' ? <p>{t('run.task.expired', { port: task.choice ?? '' })}</p> : null}
      {task.status === 'withdrawn' ? <p>{t('run.task.withdrawn', { reason: task.reason ?? '' })}</p> : null}
    </Part>
  ));
}

/** It can be decided right where it is looked at; at an earlier moment it is only told. */
function OpenTask({ trace, id }: { readonly trace: StepTabProps['trace']; readonly id: string }) {
  const isPast = useRun((s) => s.at !== undefined);
  const task = openTasks(trace).find((one) => one.task === id);
  if (isPast || !task) return <p className="note">{t('run.task.open')}</p>;
  const onDeadline = trace.tasks.get(id)?.onDeadline;
  return (
    <div className="room-task">
      <DecisionForm
        task={{ ...task, ...(onDeadline === undefined ? {} : { onDeadline }) }}
        flow={trace.flow}
        level={3}
      />
    </div>
  );
}

const MAX_CHILDREN = 50;

function Children({ trace, step }: StepTabProps) {
  const session = useSession();
  if (step.children.length === 0) return null;
  return (
    <Part title={t('run.children', { count: step.children.length })}>
      <ul className="plain">
        {step.children.slice(0, MAX_CHILDREN).map((key) => (
          <li key={key}>
            <StepLink name={stepNameOfKey(trace, key)} onClick={() => session.select(key)} />
          </li>
        ))}
      </ul>
      {step.children.length > MAX_CHILDREN ? (
        <p className="meta">{t('run.children.more', { count: step.children.length - MAX_CHILDREN })}</p>
      ) : null}
    </Part>
  );
}

/** The event the scrubber stands on, as it is in the record. */
function EventCard({ step }: { readonly step: TraceStep }) {
  const event = useRun((s) => (s.at === undefined ? undefined : s.events[s.at - 1]));
  if (!event || event.step !== step.key) return null;
  return (
    <Part title={t('run.eventCard', { seq: event.seq, type: event.type })}>
      <JsonView value={event.data} openLevels={1} />
    </Part>
  );
}
