/** The table of runs under way: progress, what came of each row, and the sum of it. */
import { Button, Progress, SegmentedControl } from '@mantine/core';
import { ClipboardCopy, Rows3, Square, StepForward, X } from 'lucide-react';
import { memo, useState } from 'react';
import Papa from 'papaparse';
import { isJsonObject, type Json } from '../../shared/base/json';
import { goBack, navigate } from '../app/router';
import { toast, toastError } from '../app/toasts';
import { TopBar } from '../app/top-bar';
import { kindWords } from '../i18n/failure-words';
import { formatNumber, t } from '../i18n/t';
import { EmptyState } from '../ui/empty-state';
import { StateBadge } from '../ui/state-badge';
import { runState } from '../ui/states';
import {
  type BatchItem,
  type BatchState,
  type BatchSummary,
  continueBatch,
  forgetBatch,
  stopBatch,
  summaryOf,
  useBatch,
} from './batch-runner';
import { Facts, Part } from './facts';
import { costWords, elapsedWords } from './words';
import './run.css';

export function BatchScreen() {
  const batch = useBatch((s) => s.batch);
  if (!batch) {
    return (
      <>
        <TopBar>
          <h1 className="bar-title">{t('run.batch')}</h1>
        </TopBar>
        <EmptyState
          icon={Rows3}
          title={t('batch.none.title')}
          action={<Button onClick={() => navigate({ screen: 'home' })}>{t('batch.none.action')}</Button>}
        >
          {t('batch.none.body')}
        </EmptyState>
      </>
    );
  }
  return <Table batch={batch} />;
}

function Table({ batch }: { readonly batch: BatchState }) {
  const summary = summaryOf(batch.items);
  const name = batch.options.document.name;
  return (
    <div className="batch">
      <TopBar>
        <h1 className="bar-title truncate">{t('batch.title', { count: summary.total, name })}</h1>
        <span className="grow" />
        <BatchButtons batch={batch} />
      </TopBar>
      <div className="batch-body">
        <Sum batch={batch} summary={summary} />
        <Rows items={batch.items} />
      </div>
    </div>
  );
}

function BatchButtons({ batch }: { readonly batch: BatchState }) {
  const copy = () =>
    navigator.clipboard.writeText(csvOf(batch.items)).then(
      () => toast(t('batch.copied')),
      () => toastError(new Error(t('batch.copyFailed'))),
    );
  return (
    <>
      {batch.phase === 'starting' ? (
        <Button variant="default" leftSection={<Square size={13} aria-hidden />} onClick={stopBatch}>
          {t('batch.stop')}
        </Button>
      ) : null}
      {batch.phase === 'stopped' ? (
        <Button variant="default" leftSection={<StepForward size={14} aria-hidden />} onClick={continueBatch}>
          {t('batch.continue')}
        </Button>
      ) : null}
      <Button
        variant="default"
        leftSection={<ClipboardCopy size={14} aria-hidden />}
        onClick={() => void copy()}
      >
        {t('batch.copy')}
      </Button>
      <Button
        variant="default"
        onClick={() => navigate({ screen: 'runs', flowId: batch.options.document.id })}
      >
        {t('batch.inRuns')}
      </Button>
      {batch.phase === 'starting' ? null : (
        <Button
          variant="subtle"
          leftSection={<X size={14} aria-hidden />}
          onClick={() => {
            forgetBatch();
            goBack();
          }}
        >
          {t('batch.forget')}
        </Button>
      )}
    </>
  );
}

function Sum({ batch, summary }: { readonly batch: BatchState; readonly summary: BatchSummary }) {
  const { total, started, ended, refused } = summary;
  const mono = (text: string) => <span className="mono">{text}</span>;
  const left = batch.items.filter((item) => !item.run && item.error === undefined).length;
  return (
    <Part title={t('batch.summary')}>
      <div className="batch-progress">
        <Progress.Root size={8}>
          <Progress.Section
            value={(ended / Math.max(1, total)) * 100}
            aria-label={t('batch.progress', { ended, total })}
          />
          <Progress.Section
            value={((started - ended) / Math.max(1, total)) * 100}
            color="color-mix(in srgb, var(--b-accent) 45%, var(--b-panel))"
            aria-label={t('batch.started', { started, total })}
          />
        </Progress.Root>
        <p className="meta num" role="status">
          {t('batch.started', { started, total })} · {t('batch.progress', { ended, total })}
          {batch.phase === 'stopped' ? ` · ${t('batch.stopped', { count: left })}` : ''}
        </p>
        {batch.phase === 'starting' ? <p className="meta">{t('batch.note')}</p> : null}
      </div>
      <div className="batch-facts">
        <Facts
          facts={[
            { label: t('batch.fact.completed'), value: mono(formatNumber(summary.completed)) },
            { label: t('batch.fact.failed'), value: mono(formatNumber(summary.failed)) },
            { label: t('batch.fact.waiting'), value: mono(formatNumber(summary.waiting)) },
            { label: t('batch.fact.refused'), value: refused > 0 && mono(formatNumber(refused)) },
          ]}
        />
        <Facts
          facts={[
            { label: t('batch.fact.tokens'), value: mono(formatNumber(summary.tokens)) },
            { label: t('batch.fact.cost'), value: mono(costWords(summary.cost)) },
            {
              label: t('batch.fact.half'),
              value: summary.p50Ms !== undefined && mono(elapsedWords(summary.p50Ms)),
            },
            {
              label: t('batch.fact.most'),
              value: summary.p95Ms !== undefined && mono(elapsedWords(summary.p95Ms)),
            },
          ]}
        />
      </div>
    </Part>
  );
}

const FILTERS = ['all', 'trouble', 'waiting'] as const;
type Filter = (typeof FILTERS)[number];

function fits(item: BatchItem, filter: Filter): boolean {
  const status = item.run?.status;
  if (filter === 'trouble') return item.error !== undefined || status === 'failed' || status === 'cancelled';
  if (filter === 'waiting') return status === 'waiting' || status === 'paused';
  return true;
}

const COLUMNS = ['line', 'status', 'input', 'result', 'duration', 'cost'] as const;

function Rows({ items }: { readonly items: readonly BatchItem[] }) {
  const [filter, setFilter] = useState<Filter>('all');
  const shown = items.filter((item) => fits(item, filter));
  return (
    <Part
      title={t('batch.rows')}
      aside={
        <SegmentedControl
          aria-label={t('batch.filter')}
          value={filter}
          onChange={(value) => setFilter(value as Filter)} // the data lists only these
          data={FILTERS.map((value) => ({ value, label: t(`batch.filter.${value}`) }))}
        />
      }
    >
      {shown.length === 0 ? (
        <p className="meta">{t('batch.filter.empty')}</p>
      ) : (
        <table className="batch-table">
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col" className={`is-${column}`}>
                  {t(`batch.column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((item) => (
              <Row key={item.line} item={item} />
            ))}
          </tbody>
        </table>
      )}
    </Part>
  );
}

const Row = memo(function Row({ item }: { readonly item: BatchItem }) {
  const { line, run, error } = item;
  return (
    <tr>
      <td className="mono">
        {run ? (
          <button
            type="button"
            className="run-link"
            aria-label={t('batch.show', { line })}
            onClick={() => navigate({ screen: 'run', runId: run.runId })}
          >
            {line}
          </button>
        ) : (
          line
        )}
      </td>
      <td>
        {run ? (
          <StateBadge state={runState(run.status)} word={t(`run.status.${run.status}`)} />
        ) : error === undefined ? (
          <StateBadge state="idle" word={t('batch.queued')} />
        ) : (
          <StateBadge state="failed" word={t('batch.refused')} />
        )}
      </td>
      <td className="truncate" title={shortText(item.input)}>
        {shortText(item.input)}
      </td>
      <td className="truncate" title={resultText(item)}>
        {resultText(item)}
      </td>
      <td className="mono is-duration">{run ? elapsedWords(run.usage.durationMs) : ''}</td>
      <td className="mono is-cost">{run ? costWords(run.usage.cost) : ''}</td>
    </tr>
  );
});

function shortText(value: Json | undefined): string {
  if (value === undefined) return '';
  if (!isJsonObject(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  return Object.values(value).map(shortText).join(' · ');
}

function resultText({ run, output, error }: BatchItem): string {
  if (error !== undefined) return error;
  if (run?.error) return `${kindWords(run.error.kind)}: ${run.error.message}`;
  return shortText(output);
}

/** The table with its results, for a spreadsheet. */
export function csvOf(items: readonly BatchItem[]): string {
  return Papa.unparse(
    items.map(({ line, input, run, output, error }) => ({
      row: line,
      ...prefixed('input', input),
      status: run?.status ?? (error === undefined ? 'not started' : 'refused'),
      ...prefixed('output', output),
      error: error ?? run?.error?.message ?? '',
      durationMs: run?.usage.durationMs ?? '',
      tokens: run ? run.usage.tokens.in + run.usage.tokens.out : '',
      cost: run?.usage.cost.known ? run.usage.cost.amount : '',
      runId: run?.runId ?? '',
    })),
    { escapeFormulae: true, columns: columnsOf(items) },
  );
}

function prefixed(prefix: string, value: Json | undefined): Record<string, Json> {
  if (value === undefined) return {};
  if (!isJsonObject(value)) return { [prefix]: cell(value) };
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [`${prefix}.${name}`, cell(inner)]));
}

function cell(value: Json): Json {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

function columnsOf(items: readonly BatchItem[]): string[] {
  const names = (prefix: string, pick: (item: BatchItem) => Json | undefined) => [
    ...new Set(items.flatMap((item) => Object.keys(prefixed(prefix, pick(item))))),
  ];
  return [
    'row',
    ...names('input', (item) => item.input),
    'status',
    ...names('output', (item) => item.output),
    'error',
    'durationMs',
    'tokens',
    'cost',
    'runId',
  ];
}
