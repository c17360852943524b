/** Right of the drawing while no step is selected: what waits, how it ended, the shared state, what else happened. */
import { Button, Tabs } from '@mantine/core';
import { useState } from 'react';
import type { RunEvent } from '../../shared/events/event';
import type { Trace } from '../../shared/events/trace-model';
import { openTasks } from '../../shared/events/trace-json';
import { contextValues, whoRead, whoWrote } from '../../shared/events/trace-query';
import { DecisionForm } from '../inbox/decision-form';
import { ReadableValue } from '../forms/readable-value';
import { kindWords } from '../i18n/failure-words';
import { t } from '../i18n/t';
import { JsonView } from '../ui/json-view';
import { RelativeTime } from '../ui/relative-time';
import { Facts, Part, StepLink } from './facts';
import { MoveRun } from './move-run';
import { BreakpointList } from './run-breakpoints';
import { isEnded } from './run-store';
import { useRun, useSession, useCalmTrace, useWorkedMs } from './use-run';
import { VerifyRecord } from './verify-record';
import { WhatIf } from './what-if';
import { costWords, elapsedWords, nodeName, stepNameOfKey, tokensWords } from './words';

export function RunPanel() {
  const trace = useCalmTrace();
  const [tab, setTab] = useState<string | null>('overview');
  const status = trace.run.status;
  return (
    <section className="step-inspector" aria-label={t('run.panel')}>
      <h2 className="sr-only">{t('run.panel')}</h2>
      <Tabs value={tab} onChange={setTab} keepMounted={false} className="inspector-tabs">
        <Tabs.List>
          <Tabs.Tab value="overview">
            {t(isEnded(status) ? 'run.panel.result' : 'run.panel.overview')}
          </Tabs.Tab>
          <Tabs.Tab value="state">{t('run.panel.state')}</Tabs.Tab>
          <Tabs.Tab value="record">{t('run.panel.record')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" className="inspector-body" tabIndex={0}>
          <Overview trace={trace} />
        </Tabs.Panel>
        <Tabs.Panel value="state" className="inspector-body" tabIndex={0}>
          <StateView trace={trace} />
        </Tabs.Panel>
        <Tabs.Panel value="record" className="inspector-body" tabIndex={0}>
          <Record trace={trace} />
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}

function Overview({ trace }: { readonly trace: Trace }) {
  const isPast = useRun((s) => s.at !== undefined);
  const flow = useRun((s) => s.flow);
  const ended = isEnded(trace.run.status);
  return (
    <>
      {isPast ? <p className="callout tint-blue">{t('run.past')}</p> : <WaitingTasks trace={trace} />}
      {isPast ? null : <PausedAt trace={trace} />}
      {ended ? <Ending trace={trace} /> : null}
      <PathTaken trace={trace} />
      <UsageFacts trace={trace} />
      <MoveRun />
      {flow ? <BreakpointList flow={flow} /> : null}
      <Part title={t('run.input')}>
        <ReadableValue value={trace.run.input} />
      </Part>
    </>
  );
}

/** Where a run stands that stopped by itself or was told to, and how it goes on. */
function PausedAt({ trace }: { readonly trace: Trace }) {
  const node = useRun((s) => pausedNode(s.events, s.events.length));
  const { status, reason } = trace.run;
  if (status !== 'paused' || reason === 'budget') return null; // the budget asks a question of its own
  return (
    <p className="callout tint-blue">
      {node === undefined
        ? t('run.pausedAt.nowhere')
        : t('run.pausedAt', { name: nodeName(trace.flow, node) })}
    </p>
  );
}

/** The node the newest pause names: the list grows in place, so its length is part of the question. */
function pausedNode(events: readonly RunEvent[], count: number): string | undefined {
  for (let i = count - 1; i >= 0; i--) {
    const event = events[i];
    if (event?.type === 'run.paused') return event.data.node;
  }
  return undefined;
}

function WaitingTasks({ trace }: { readonly trace: Trace }) {
  const flow = useRun((s) => s.flow);
  const tasks = openTasks(trace);
  return tasks.map((task) => (
    <div className="room-task" key={task.task}>
      <DecisionForm task={{ ...task, ...withDeadline(trace, task.task) }} flow={flow} level={3} />
    </div>
  ));
}

/** What happens when the deadline passes is in the trace's own task. */
function withDeadline(trace: Trace, id: string): { onDeadline?: string } {
  const onDeadline = trace.tasks.get(id)?.onDeadline;
  return onDeadline === undefined ? {} : { onDeadline };
}

function Ending({ trace }: { readonly trace: Trace }) {
  const session = useSession();
  const { run } = trace;
  const step = run.error?.step;
  return (
    <>
      {run.error ? (
        <div className="callout tint-red">
          <strong>
            {kindWords(run.error.kind)} <span className="mono meta">{run.error.code}</span>
          </strong>
          <p>{run.error.message}</p>
          {step === undefined ? null : (
            <StepLink
              name={t('run.error.step', { name: stepNameOfKey(trace, step) })}
              onClick={() => session.select(step)}
            />
          )}
        </div>
      ) : null}
      {run.compensation && run.compensation !== 'none' ? (
        <p className="note">{t(`run.compensation.${run.compensation}`)}</p>
      ) : null}
      {run.notUndone.length > 0 ? (
        <p className="callout tint-amber">{t('run.notUndone', { list: run.notUndone.join(', ') })}</p>
      ) : null}
      {run.output === undefined ? null : (
        <Part title={t('run.output')}>
          <div className="result">
            <ReadableValue value={run.output} />
          </div>
        </Part>
      )}
    </>
  );
}

const MAX_PATH = 60;

function PathTaken({ trace }: { readonly trace: Trace }) {
  const session = useSession();
  if (trace.path.length === 0) return null;
  const skipped = Math.max(0, trace.path.length - MAX_PATH);
  const seen = new Map<string, number>();
  const rows = trace.path.map((node, i) => {
    const visit = seen.get(node) ?? 0;
    seen.set(node, visit + 1);
    return { node, place: i, key: trace.stepsOfNode.get(node)?.[visit] };
  });
  return (
    <Part title={t('run.path')}>
      {skipped > 0 ? <p className="meta">{t('run.path.more', { count: skipped })}</p> : null}
      <ol className="path">
        {rows.slice(skipped).map(({ node, place, key }) => (
          <li key={place}>
            {key === undefined ? (
              nodeName(trace.flow, node)
            ) : (
              <StepLink name={nodeName(trace.flow, node)} onClick={() => session.select(key)} />
            )}
          </li>
        ))}
      </ol>
    </Part>
  );
}

function UsageFacts({ trace }: { readonly trace: Trace }) {
  const { usage, mode, seed, flowVersion } = trace.run;
  const workedMs = useWorkedMs(trace);
  return (
    <Part title={t('run.usage')}>
      <Facts
        facts={[
          {
            label: t('run.fact.duration'),
            value: <span className="mono">{elapsedWords(workedMs)}</span>,
          },
          { label: t('run.fact.steps'), value: <span className="mono">{usage.steps}</span> },
          {
            label: t('run.fact.retries'),
            value: usage.retries > 0 ? <span className="mono">{usage.retries}</span> : undefined,
          },
          { label: t('run.fact.turns'), value: <span className="mono">{usage.turns}</span> },
          { label: t('run.fact.tokens'), value: <span className="mono">{tokensWords(usage.tokens)}</span> },
          { label: t('run.fact.cost'), value: <span className="mono">{costWords(usage.cost)}</span> },
          {
            label: t('run.fact.handoffs'),
            value: usage.handoffs > 0 ? <span className="mono">{usage.handoffs}</span> : undefined,
          },
          { label: t('run.fact.mode'), value: t(`run.mode.${mode}`) },
          { label: t('run.fact.seed'), value: <span className="mono">{seed}</span> },
          { label: t('run.fact.version'), value: <span className="mono">{flowVersion}</span> },
        ]}
      />
    </Part>
  );
}

/** Shared state as it is at the scrubber, with its writers and readers. */
function StateView({ trace }: { readonly trace: Trace }) {
  const session = useSession();
  const values = contextValues(trace);
  const fields = Object.keys(values);
  if (fields.length === 0) return <p className="meta">{t('run.state.empty')}</p>;
  return fields.map((field) => {
    const version = whoWrote(trace, field);
    const writer = version?.step;
    const readers = version ? whoRead(trace, field, version.version) : [];
    const sensitive = trace.flow?.context?.[field]?.sensitive === true;
    return (
      <Part
        key={field}
        title={field}
        aside={<span className="meta num">{t('run.version', { version: version?.version ?? 0 })}</span>}
      >
        <Sensitive isSensitive={sensitive}>
          <ReadableValue value={values[field]} />
        </Sensitive>
        <p className="meta row">
          {writer === undefined ? (
            t(version?.by ? 'run.writtenBy' : 'run.writtenInitially', { by: version?.by ?? '' })
          ) : (
            <StepLink
              name={t('run.writtenBy', { by: stepNameOfKey(trace, writer) })}
              onClick={() => session.select(writer)}
            />
          )}
        </p>
        {readers.length > 0 ? (
          <p className="meta row">
            {t('run.writes.readBy')}
            {readers.map((reader) => (
              <StepLink
                key={reader.step}
                name={stepNameOfKey(trace, reader.step)}
                onClick={() => session.select(reader.step)}
              />
            ))}
          </p>
        ) : null}
      </Part>
    );
  });
}

/** A sensitive value is covered until the person asks to see it. */
function Sensitive({
  isSensitive,
  children,
}: {
  readonly isSensitive: boolean;
  readonly children: React.ReactNode;
}) {
  const [isRevealed, setRevealed] = useState(false);
  if (!isSensitive || isRevealed) return children;
  return (
    <p className="row">
      <span className="mono">••••••</span>
      <Button size="compact-xs" variant="default" onClick={() => setRevealed(true)}>
        {t('run.reveal')}
      </Button>
    </p>
  );
}

function Record({ trace }: { readonly trace: Trace }) {
  const headHash = useRun((s) => s.headHash);
  const incidents = trace.incidents.slice(-200).toReversed();
  return (
    <>
      <VerifyRecord />
      <WhatIf />
      <Facts
        facts={[
          { label: t('run.fact.runId'), value: <span className="mono">{trace.run.runId}</span> },
          { label: t('run.fact.started'), value: <RelativeTime at={trace.run.startedAt} /> },
          {
            label: t('run.fact.ended'),
            value: trace.run.endedAt === undefined ? undefined : <RelativeTime at={trace.run.endedAt} />,
          },
          { label: t('run.fact.events'), value: <span className="mono">{trace.lastSeq}</span> },
          { label: t('run.fact.engine'), value: <span className="mono">{trace.run.engineVersion}</span> },
          { label: t('run.fact.flowHash'), value: <span className="mono">{trace.run.semanticHash}</span> },
          { label: t('run.fact.headHash'), value: <span className="mono">{headHash}</span> },
        ]}
      />
      <Part title={t('run.incidents')}>
        {incidents.length === 0 ? <p className="meta">{t('run.incidents.none')}</p> : null}
        <ul className="plain">
          {incidents.map((incident) => (
            <li key={incident.seq}>
              <span className="mono meta">{incident.type}</span>
              <JsonView value={incident.data} openLevels={0} />
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}
