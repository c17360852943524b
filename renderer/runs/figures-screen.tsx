/** How a flow and each of its nodes fared over its newest runs: where it fails, waits, costs, and who agrees with it. */
import { ActionIcon, Button } from '@mantine/core';
import { ArrowLeft, ChartColumn } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { RunStatus } from '../../shared/events/event';
import type { FlowFigures, NodeFigures, Spread } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { goBack, navigate } from '../app/router';
import { TopBar } from '../app/top-bar';
import { request, sentenceOf } from '../bridge/bridge';
import { formatNumber, t } from '../i18n/t';
import { Facts, Part } from '../run/facts';
import { costWords, elapsedWords, nodeName } from '../run/words';
import { Busy, Failed } from '../ui/busy';
import { EmptyState } from '../ui/empty-state';
import { KindIcon } from '../ui/kind-icon';

interface Loaded {
  readonly figures: FlowFigures;
  /** As the newest run had it: names of nodes are read from there. */
  readonly flow: Flow | undefined;
}

async function loadFigures(flowId: string): Promise<Loaded> {
  const [figures, { runs }] = await Promise.all([
    request('flow.figures', { flowId }),
    request('run.list', { flowId, limit: 1 }),
  ]);
  const [newest] = runs;
  const flow = newest ? (await request('run.get', { runId: newest.runId })).flow : undefined;
  return { figures, flow };
}

export function FiguresScreen({ flowId }: { readonly flowId: string }) {
  const [loaded, setLoaded] = useState<Loaded>();
  const [error, setError] = useState<string>();
  const load = useCallback(() => {
    loadFigures(flowId).then(
      (read) => {
        setLoaded(read);
        setError(undefined);
      },
      (failure: unknown) => setError(sentenceOf(failure).message),
    );
  }, [flowId]);
  useEffect(load, [load]);
  return (
    <div className="figures">
      <TopBar>
        <ActionIcon aria-label={t('app.back')} onClick={goBack}>
          <ArrowLeft size={16} aria-hidden />
        </ActionIcon>
        <h1 className="bar-title truncate">{t('figures.title', { name: loaded?.flow?.name ?? flowId })}</h1>
      </TopBar>
      {error !== undefined ? (
        <Failed title={t('figures.failed')} error={error} onAgain={load} />
      ) : !loaded ? (
        <Busy />
      ) : loaded.figures.counted === 0 ? (
        <EmptyState
          icon={ChartColumn}
          title={t('figures.empty.title')}
          action={<Button onClick={() => navigate({ screen: 'home' })}>{t('runs.empty.action')}</Button>}
        >
          {t('figures.empty.body')}
        </EmptyState>
      ) : (
        <Figures loaded={loaded} />
      )}
    </div>
  );
}

const percent = (part: number, whole: number) =>
  whole === 0 ? '–' : formatNumber(part / whole, { style: 'percent', maximumFractionDigits: 0 });

const per = (part: number, whole: number) =>
  whole === 0 ? '–' : formatNumber(part / whole, { maximumFractionDigits: 1 });

function timeWords({ p50, p95 }: Spread): ReactNode {
  if (p50 === null || p95 === null) return '–';
  return (
    <span title={t('figures.spread', { half: elapsedWords(p50), most: elapsedWords(p95) })}>
      {elapsedWords(p50)} <span className="meta">/ {elapsedWords(p95)}</span>
    </span>
  );
}

function Figures({ loaded: { figures, flow } }: { readonly loaded: Loaded }) {
  const { outcomes, counted, cost } = figures;
  const ended = ['completed', 'failed', 'cancelled'].reduce((sum, name) => sum + (outcomes[name] ?? 0), 0);
  const mono = (value: ReactNode) => <span className="mono">{value}</span>;
  return (
    <div className="figures-body">
      <Part
        title={t('figures.flow')}
        aside={<span className="meta num">{t('figures.counted', { counted, runs: figures.runs })}</span>}
      >
        <div className="figures-facts">
          <Facts
            facts={[
              { label: t('figures.success'), value: mono(percent(outcomes['completed'] ?? 0, ended)) },
              ...Object.entries(outcomes).map(([status, count]) => ({
                label: t(`run.status.${status as RunStatus}`), // counted by status
                value: mono(formatNumber(count)),
              })),
            ]}
          />
          <Facts
            facts={[
              { label: t('figures.duration'), value: mono(timeWords(figures.durationMs)) },
              {
                label: t('figures.tokensHalf'),
                value: figures.tokens.p50 !== null && mono(formatNumber(figures.tokens.p50)),
              },
              { label: t('figures.costAll'), value: mono(costWords(cost)) },
              {
                label: t('figures.costEach'),
                value: mono(costWords({ ...cost, amount: cost.amount / Math.max(1, counted) })),
              },
            ]}
          />
        </div>
      </Part>
      <Part title={t('figures.nodes')}>
        <p className="meta">{t('figures.nodes.help')}</p>
        <div className="figures-scroll">
          <NodeTable nodes={figures.nodes} flow={flow} />
        </div>
      </Part>
    </div>
  );
}

interface NodeColumn {
  readonly id:
    | 'success'
    | 'attempts'
    | 'invalid'
    | 'confidence'
    | 'denied'
    | 'fallbacks'
    | 'recovery'
    | 'queued'
    | 'work'
    | 'between'
    | 'tokens'
    | 'cost'
    | 'agreement';
  readonly value: (figures: NodeFigures) => ReactNode;
}

const COLUMNS: readonly NodeColumn[] = [
  { id: 'success', value: (n) => percent(n.succeeded, n.steps) },
  { id: 'attempts', value: (n) => (n.attempts === 0 ? '–' : per(n.attempts, n.steps)) },
  { id: 'invalid', value: (n) => rate(n.invalid, n.attempts) },
  { id: 'confidence', value: (n) => rate(n.lowConfidence, n.attempts) },
  { id: 'denied', value: (n) => count(n.denied) },
  { id: 'fallbacks', value: (n) => count(n.fallbacks) },
  { id: 'recovery', value: (n) => timeWords(n.recoveryMs) },
  { id: 'queued', value: (n) => timeWords(n.queuedMs) },
  { id: 'work', value: (n) => timeWords(n.workMs) },
  { id: 'between', value: (n) => timeWords(n.betweenMs) },
  { id: 'tokens', value: (n) => (n.tokens === 0 ? '–' : formatNumber(Math.round(n.tokens / n.steps))) },
  { id: 'cost', value: (n) => (n.tokens === 0 ? '–' : costWords(n.cost)) },
  { id: 'agreement', value: (n) => (n.agreement ? percent(n.agreement.unedited, n.agreement.decided) : '–') },
];

const count = (value: number) => (value === 0 ? '–' : formatNumber(value));
const rate = (value: number, of: number) => (value === 0 ? '–' : percent(value, Math.max(value, of)));

function NodeTable({
  nodes,
  flow,
}: {
  readonly nodes: readonly NodeFigures[];
  readonly flow: Flow | undefined;
}) {
  return (
    <table className="figures-table">
      <thead>
        <tr>
          <th scope="col">{t('figures.node')}</th>
          <th scope="col">{t('figures.column.steps')}</th>
          {COLUMNS.map(({ id }) => (
            <th key={id} scope="col" title={t(`figures.column.${id}.help`)}>
              {t(`figures.column.${id}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {nodes.map((figures) => (
          <tr key={figures.node}>
            <th scope="row">
              <span className="row">
                <KindIcon kind={figures.kind} size={18} />
                <span className="truncate">{nodeName(flow, figures.node)}</span>
              </span>
            </th>
            <td className="mono">{formatNumber(figures.steps)}</td>
            {COLUMNS.map(({ id, value }) => (
              <td key={id} className="mono">
                {value(figures)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
