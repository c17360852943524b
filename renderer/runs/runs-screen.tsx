/** Every run of this machine: find, compare, export, remove. */
import { Button, MultiSelect, Select, TextInput } from '@mantine/core';
import { Rows3, Search } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { RunInfo, RunStatus } from '../../shared/events/event';
import type { FlowFile } from '../../shared/ipc/contract';
import { navigate, useRouteOf } from '../app/router';
import { TopBar } from '../app/top-bar';
import { act, toast } from '../app/toasts';
import { request } from '../bridge/bridge';
import { t } from '../i18n/t';
import { sizeWords } from '../run/words';
import { ConfirmInline } from '../ui/confirm-inline';
import { EmptyState } from '../ui/empty-state';
import { Busy, Failed } from '../ui/busy';
import { CompareRuns } from './compare-runs';
import { RunsTable } from './runs-table';
import { type Sorting, sortRuns } from './sort-runs';
import { type RunFilter, useRuns } from './use-runs';
import './runs.css';

const STATUSES: readonly RunStatus[] = [
  'running',
  'waiting',
  'paused',
  'compensating',
  'completed',
  'failed',
  'cancelled',
];
const SEARCH_MS = 200;

export function RunsScreen() {
  const route = useRouteOf('runs');
  const [filter, setFilter] = useState<RunFilter>({ status: [], flowId: route?.flowId, search: '' });
  const { runs, total, sizeBytes, error, reload, more } = useRuns(filter);
  const [sorting, setSorting] = useState<Sorting>({ by: 'started', down: true });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [comparing, setComparing] = useState<readonly [string, string]>();
  const sorted = useMemo(() => sortRuns(runs ?? [], sorting), [runs, sorting]);
  const chosen = sorted.filter((run) => selected.has(run.runId));
  if (comparing)
    return <CompareRuns left={comparing[0]} right={comparing[1]} onClose={() => setComparing(undefined)} />;
  const isFiltered = filter.status.length > 0 || filter.flowId !== undefined || filter.search !== '';
  return (
    <div className="runs">
      <TopBar>
        <h1 className="bar-title">{t('runs.title')}</h1>
        {runs ? <span className="meta num">{t('runs.count', { count: total })}</span> : null}
        <span className="grow" />
        {runs ? <span className="meta num">{t('runs.storage', { size: sizeWords(sizeBytes) })}</span> : null}
      </TopBar>
      <div className="runs-tools">
        {chosen.length > 0 ? (
          <SelectionBar
            chosen={chosen}
            onClear={() => setSelected(new Set())}
            onCompare={() => setComparing([chosen[0]?.runId ?? '', chosen[1]?.runId ?? ''])}
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
        <NoRuns
          isFiltered={isFiltered}
          onClear={() => setFilter({ status: [], flowId: undefined, search: '' })}
        />
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

function Filters({
  filter,
  onChange,
}: {
  readonly filter: RunFilter;
  readonly onChange: (filter: RunFilter) => void;
}) {
  const [search, setSearch] = useState(filter.search);
  const [flows, setFlows] = useState<readonly FlowFile[]>([]);
  useEffect(() => {
    request('flow.list', {}).then(
      ({ files }) => setFlows(files),
      () => undefined, // the list of flows only offers a filter
    );
  }, []);
  useEffect(() => {
    if (search === filter.search) return undefined;
    const timer = setTimeout(() => onChange({ ...filter, search }), SEARCH_MS);
    return () => clearTimeout(timer);
  }, [search, filter, onChange]);
  const names = new Map(flows.map((file) => [file.flowId, file.name]));
  return (
    <>
      <TextInput
        value={search}
        w={260}
        placeholder={t('runs.search')}
        aria-label={t('runs.search')}
        leftSection={<Search size={13} aria-hidden />}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <MultiSelect
        aria-label={t('runs.status')}
        placeholder={filter.status.length === 0 ? t('runs.status.all') : ''}
        data={STATUSES.map((value) => ({ value, label: t(`run.status.${value}`) }))}
        value={[...filter.status]}
        w={280}
        clearable
        clearButtonProps={{ 'aria-label': t('forms.clear') }}
        onChange={(status) => onChange({ ...filter, status })}
      />
      <Select
        aria-label={t('runs.flow')}
        placeholder={t('runs.flow.all')}
        data={[...names].map(([value, label]) => ({ value, label }))}
        value={filter.flowId ?? null}
        w={220}
        clearable
        clearButtonProps={{ 'aria-label': t('forms.clear') }}
        searchable
        onChange={(flowId) => onChange({ ...filter, flowId: flowId ?? undefined })}
      />
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
