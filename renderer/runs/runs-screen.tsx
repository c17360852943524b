/** Every run of this machine: find, compare, export, remove. */
import { Button } from '@mantine/core';
import { Rows3, Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { RunInfo } from '../../shared/events/event';
import { goBack, navigate, useRouteOf } from '../app/router';
import { useSettings } from '../app/settings-store';
import { TopBar } from '../app/top-bar';
import { act, toast } from '../app/toasts';
import { request } from '../bridge/bridge';
import { t } from '../i18n/t';
import { useBatch } from '../run/batch-runner';
import { sizeWords } from '../run/words';
import { ConfirmInline } from '../ui/confirm-inline';
import { EmptyState } from '../ui/empty-state';
import { Busy, Failed } from '../ui/busy';
import { CompareRuns } from './compare-runs';
import { Filters } from './filters';
import { FiguresScreen } from './figures-screen';
import { RunsTable } from './runs-table';
import { type Sorting, sortRuns } from './sort-runs';
import { type RunFilter, useRuns } from './use-runs';
import './runs.css';

export function RunsScreen() {
  const route = useRouteOf('runs');
  const flowId = route?.flowId;
  if (route?.compare) {
    const [left, right] = route.compare;
    return <CompareRuns key={`${left} ${right}`} left={left} right={right} onClose={goBack} />;
  }
  if (route?.metrics && flowId !== undefined) return <FiguresScreen flowId={flowId} />;
  return (
    <RunList
      key={flowId ?? ''}
      flowId={flowId}
      onCompare={(compare) => navigate({ screen: 'runs', compare })}
    />
  );
}

interface ListProps {
  readonly flowId: string | undefined;
  readonly onCompare: (runs: readonly [string, string]) => void;
}

const noFilter = (flowId?: string): RunFilter => ({
  status: [],
  flowId,
  search: '',
  since: undefined,
  minCost: undefined,
});

function RunList({ flowId, onCompare }: ListProps) {
  const [filter, setFilter] = useState<RunFilter>(() => noFilter(flowId));
  const { runs, total, sizeBytes, error, reload, more } = useRuns(filter);
  const [sorting, setSorting] = useState<Sorting>({ by: 'started', down: true });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const sorted = useMemo(() => sortRuns(runs ?? [], sorting), [runs, sorting]);
  const chosen = sorted.filter((run) => selected.has(run.runId));
  const isFiltered = JSON.stringify(filter) !== JSON.stringify(noFilter());
  return (
    <div className="runs">
      <TopBar>
        <h1 className="bar-title">{t('runs.title')}</h1>
        {runs ? <span className="meta num">{t('runs.count', { count: total })}</span> : null}
        <span className="grow" />
        <ToTable />
        {runs ? <Storage sizeBytes={sizeBytes} /> : null}
      </TopBar>
      <div className="runs-tools">
        {chosen.length > 0 ? (
          <SelectionBar
            chosen={chosen}
            onClear={() => setSelected(new Set())}
            onCompare={() => onCompare(olderFirst(chosen))}
            onDeleted={() => {
              setSelected(new Set());
              reload();
            }}
          />
        ) : (
          <Filters filter={filter} onChange={setFilter} />
        )}
      </div>
      {error !== undefined ? (
        <Failed title={t('runs.failed')} error={error} onAgain={reload} />
      ) : !runs ? (
        <Busy />
      ) : runs.length === 0 ? (
        <NoRuns isFiltered={isFiltered} onClear={() => setFilter(noFilter())} />
      ) : (
        <RunsTable
          runs={sorted}
          total={total}
          sorting={sorting}
          onSort={setSorting}
          selected={selected}
          onSelect={setSelected}
          onMore={more}
        />
      )}
    </div>
  );
}

/** The older of two is A, whichever way the list is sorted. */
function olderFirst(chosen: readonly RunInfo[]): readonly [string, string] {
  const [first, second] = chosen.toSorted((a, b) => a.startedAt - b.startedAt);
  return [first?.runId ?? '', second?.runId ?? ''];
}

function NoRuns({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
  if (isFiltered) {
    return (
      <EmptyState
        icon={Search}
        title={t('runs.none.title')}
        action={
          <Button variant="default" onClick={onClear}>
            {t('runs.none.action')}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={Rows3}
      title={t('runs.empty.title')}
      action={<Button onClick={() => navigate({ screen: 'home' })}>{t('runs.empty.action')}</Button>}
    >
      {t('runs.empty.body')}
    </EmptyState>
  );
}

/** The way back to a table of inputs that is under way. */
function ToTable() {
  const count = useBatch((s) => s.batch?.items.length);
  if (count === undefined) return null;
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<Rows3 size={13} aria-hidden />}
      onClick={() => navigate({ screen: 'batch' })}
    >
      {t('batch.open')}
    </Button>
  );
}

/** How much room the records take, and how long they are kept. */
function Storage({ sizeBytes }: { readonly sizeBytes: number }) {
  const days = useSettings((state) => state.settings.retentionDays);
  return (
    <>
      <span className="meta num">{t('runs.storage', { size: sizeWords(sizeBytes) })}</span>
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={() => navigate({ screen: 'settings', section: 'data' })}
      >
        {days === 0 ? t('runs.kept.always') : t('runs.kept.days', { count: days })}
      </Button>
    </>
  );
}

interface SelectionProps {
  readonly chosen: readonly RunInfo[];
  readonly onClear: () => void;
  readonly onCompare: () => void;
  readonly onDeleted: () => void;
}

function SelectionBar({ chosen, onClear, onCompare, onDeleted }: SelectionProps) {
  const running = chosen.filter((run) => run.status === 'running' || run.status === 'compensating').length;
  const [first] = chosen;
  const exportAll = () =>
    act(async () => {
      for (const run of chosen) {
        const saved = await request('run.export', { runId: run.runId, target: 'bundle' });
        if (!saved) return; // the person closed the dialog: the rest is not asked for
        toast(t('run.exported', { path: saved.path }));
      }
    });
  const remove = () =>
    act(async () => {
      await request('run.delete', { runIds: chosen.map((run) => run.runId) });
      onDeleted();
    });
  return (
    <>
      <span className="num">{t('runs.selected', { count: chosen.length })}</span>
      <Button
        variant="default"
        disabled={chosen.length !== 2}
        title={chosen.length === 2 ? undefined : t('runs.compare.help')}
        onClick={onCompare}
      >
        {t('runs.compare')}
      </Button>
      <Button variant="default" onClick={exportAll}>
        {t('run.export')}
      </Button>
      <ConfirmInline
        question={
          chosen.length === 1
            ? t('runs.delete.one', { name: first?.flowName ?? '' })
            : t('runs.delete.many', { count: chosen.length })
        }
        confirm={t('ui.delete')}
        onConfirm={remove}
      >
        {(ask) => (
          <Button
            variant="default"
            color="red"
            disabled={running > 0}
            title={running > 0 ? t('runs.delete.running') : undefined}
            onClick={ask}
          >
            {t('ui.delete')}
          </Button>
        )}
      </ConfirmInline>
      <span className="grow" />
      <Button variant="subtle" onClick={onClear}>
        {t('runs.clear')}
      </Button>
    </>
  );
}
