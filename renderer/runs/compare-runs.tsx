/** Two runs side by side. */
import { ActionIcon, Button } from '@mantine/core';
import { ArrowLeft, ArrowUpRight } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Trace } from '../../shared/events/trace-model';
import { navigate } from '../app/router';
import { TopBar } from '../app/top-bar';
import { sentenceOf } from '../bridge/bridge';
import { ChangeList } from '../forms/change-list';
import { ReadableValue } from '../forms/readable-value';
import { kindWords } from '../i18n/failure-words';
import { t } from '../i18n/t';
import { Part } from '../run/facts';
import { costWords, elapsedWords, nodeName, statusWords, stepName, tokensWords } from '../run/words';
import { Busy } from '../ui/busy';
import { EmptyState } from '../ui/empty-state';
import { RelativeTime } from '../ui/relative-time';
import { StateBadge } from '../ui/state-badge';
import { runState, stepState } from '../ui/states';
import { readTrace } from './read-trace';
import { alignPaths, type Difference, firstDifference } from './compare';

interface Props {
  readonly left: string;
  readonly right: string;
  readonly onClose: () => void;
}

export function CompareRuns({ left, right, onClose }: Props) {
  const [traces, setTraces] = useState<readonly [Trace, Trace]>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    let isCurrent = true;
    Promise.all([readTrace(left), readTrace(right)]).then(
      (read) => isCurrent && setTraces(read),
      (failure: unknown) => isCurrent && setError(sentenceOf(failure).message),
    );
    return () => {
      isCurrent = false;
    };
  }, [left, right]);
  return (
    <div className="compare">
      <TopBar>
        <ActionIcon aria-label={t('runs.compare.back')} onClick={onClose}>
          <ArrowLeft size={16} aria-hidden />
        </ActionIcon>
        <h1 className="bar-title">{t('runs.compare.title')}</h1>
      </TopBar>
      {error !== undefined ? (
        <EmptyState title={t('run.failed')}>{error}</EmptyState>
      ) : traces ? (
        <Comparison left={traces[0]} right={traces[1]} />
      ) : (
        <Busy />
      )}
    </div>
  );
}

function Comparison({ left, right }: { readonly left: Trace; readonly right: Trace }) {
  const difference = firstDifference(left, right);
  return (
    <>
      <div className="compare-heads">
        <RunHead trace={left} side="A" />
        <RunHead trace={right} side="B" />
      </div>
      <Part title={t('runs.compare.first')}>
        {difference ? (
          <FirstDifference difference={difference} left={left} />
        ) : (
          <p className="callout tint-green">{t('runs.compare.same')}</p>
        )}
      </Part>
      <Part title={t('run.usage')}>
        <Numbers left={left} right={right} />
      </Part>
      <Part title={t('run.path')}>
        <Paths left={left} right={right} />
      </Part>
      <Part title={t('run.output')}>
        {left.run.output === undefined || right.run.output === undefined ? null : (
          <ChangeList before={left.run.output} after={right.run.output} label={t('runs.compare.outputs')} />
        )}
        <div className="compare-heads">
          <div className="compare-card">
            <Outcome trace={left} />
          </div>
          <div className="compare-card">
            <Outcome trace={right} />
          </div>
        </div>
      </Part>
    </>
  );
}

/** What came of a run: its output, why it has none, or that it has none yet. */
function Outcome({ trace: { run } }: { readonly trace: Trace }) {
  if (run.output !== undefined) return <ReadableValue value={run.output} />;
  if (run.error)
    return (
      <p>
        <strong>{kindWords(run.error.kind)}</strong> {run.error.message}
      </p>
    );
  return <p className="meta">{t('runs.compare.noResult', { status: statusWords(run) })}</p>;
}

function RunHead({ trace, side }: { readonly trace: Trace; readonly side: 'A' | 'B' }) {
  const { run } = trace;
  return (
    <div className="compare-card">
      <div className="row">
        <strong>{t('runs.compare.side', { side })}</strong>
        <StateBadge state={runState(run.status)} word={statusWords(run)} />
        <span className="grow" />
        <Button
          size="compact-sm"
          variant="subtle"
          rightSection={<ArrowUpRight size={13} aria-hidden />}
          onClick={() => navigate({ screen: 'run', runId: run.runId })}
        >
          {t('inbox.openRun')}
        </Button>
      </div>
      <p className="meta">
        {trace.flow?.name ?? run.flowId} · {t('runs.version', { version: run.flowVersion })} ·{' '}
        <RelativeTime at={run.startedAt} />
      </p>
    </div>
  );
}

function FirstDifference({ difference, left }: { readonly difference: Difference; readonly left: Trace }) {
  const { flow } = left;
  switch (difference.kind) {
    case 'input':
      return (
        <>
          <p>{t('runs.compare.input')}</p>
          <ChangeList before={difference.before} after={difference.after} label={t('run.input')} />
        </>
      );
    case 'missing':
      return (
        <p>
          {t(difference.side === 'right' ? 'runs.compare.onlyLeft' : 'runs.compare.onlyRight', {
            name: stepName(flow, difference.step),
          })}
        </p>
      );
    case 'status':
      return (
        <p className="row">
          {t('runs.compare.status', { name: stepName(flow, difference.left) })}
          <StateBadge state={stepState(difference.left.status)} />{' '}
          <span className="mono">{difference.left.port}</span> →{' '}
          <StateBadge state={stepState(difference.right.status)} />
          <span className="mono">{difference.right.port}</span>
        </p>
      );
    case 'output':
      return (
        <>
          <p>{t('runs.compare.output', { name: stepName(flow, difference.left) })}</p>
          <ChangeList
            before={difference.left.output}
            after={difference.right.output}
            label={t('run.tab.output')}
          />
        </>
      );
  }
}

function Numbers({ left, right }: { readonly left: Trace; readonly right: Trace }) {
  const [a, b] = [left.run.usage, right.run.usage];
  const rows: readonly (readonly [string, ReactNode, ReactNode])[] = [
    [t('run.fact.duration'), elapsedWords(a.durationMs), elapsedWords(b.durationMs)],
    [t('run.fact.steps'), a.steps, b.steps],
    [t('run.fact.retries'), a.retries, b.retries],
    [t('run.fact.tokens'), tokensWords(a.tokens), tokensWords(b.tokens)],
    [t('run.fact.cost'), costWords(a.cost), costWords(b.cost)],
  ];
  return (
    <table className="small-table is-figures compare-numbers">
      <thead>
        <tr>
          <th scope="col">{t('runs.compare.measure')}</th>
          <th scope="col">A</th>
          <th scope="col">B</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, one, other]) => (
          <tr key={label}>
            <td>{label}</td>
            <td className="mono">{one}</td>
            <td className="mono">{other}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Paths({ left, right }: { readonly left: Trace; readonly right: Trace }) {
  return (
    <ol className="plain compare-path">
      {alignPaths(left.path, right.path).map((row, i) => (
        // two finished paths
        <li key={i} className={row.left === row.right ? '' : 'is-different'}>
          <span>{row.left === undefined ? '–' : nodeName(left.flow, row.left)}</span>
          <span>{row.right === undefined ? '–' : nodeName(right.flow, row.right)}</span>
        </li>
      ))}
    </ol>
  );
}
