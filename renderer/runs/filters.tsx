/** Which runs are listed: words, status, flow, how old, how costly. */
import { Button, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { ChartColumn, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { RunStatus } from '../../shared/events/event';
import type { FlowFile } from '../../shared/ipc/contract';
import { navigate } from '../app/router';
import { request } from '../bridge/bridge';
import { t } from '../i18n/t';
import { useDraft } from '../ui/use-draft';
import type { RunFilter } from './use-runs';

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
const HOUR_MS = 3_600_000;
const AGES = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS } as const;
type Age = keyof typeof AGES;
const isAge = (value: string | null): value is Age => value !== null && Object.hasOwn(AGES, value);

interface FilterProps {
  readonly filter: RunFilter;
  readonly onChange: (filter: RunFilter) => void;
}

export function Filters({ filter, onChange }: FilterProps) {
  const [flows, setFlows] = useState<readonly FlowFile[]>([]);
  useEffect(() => {
    request('flow.list', {}).then(
      ({ files }) => setFlows(files),
      () => undefined, // the list of flows only offers a filter
    );
  }, []);
  const names = new Map(flows.map((file) => [file.flowId, file.name]));
  return (
    <>
      <SearchField filter={filter} onChange={onChange} />
      <MultiSelect
        aria-label={t('runs.status')}
        placeholder={filter.status.length === 0 ? t('runs.status.all') : ''}
        data={STATUSES.map((value) => ({ value, label: t(`run.status.${value}`) }))}
        value={[...filter.status]}
        w={200}
        clearable
        clearButtonProps={{ 'aria-label': t('forms.clear') }}
        onChange={(status) => onChange({ ...filter, status })}
      />
      <Select
        aria-label={t('runs.flow')}
        placeholder={t('runs.flow.all')}
        data={[...names].map(([value, label]) => ({ value, label }))}
        value={filter.flowId ?? null}
        w={190}
        clearable
        clearButtonProps={{ 'aria-label': t('forms.clear') }}
        searchable
        onChange={(flowId) => onChange({ ...filter, flowId: flowId ?? undefined })}
      />
      <Age onChange={(since) => onChange({ ...filter, since })} />
      <NumberInput
        aria-label={t('runs.minCost')}
        placeholder={t('runs.minCost')}
        w={130}
        min={0}
        decimalScale={4}
        hideControls
        value={filter.minCost ?? ''}
        onChange={(value) => onChange({ ...filter, minCost: typeof value === 'number' ? value : undefined })}
      />
      <span className="grow" />
      <FiguresButton flowId={filter.flowId} />
    </>
  );
}

/** Asks once the person has stopped typing for a moment. */
function SearchField({ filter, onChange }: FilterProps) {
  const [search, setSearch] = useDraft(filter.search);
  useEffect(() => {
    if (search === filter.search) return undefined;
    const timer = setTimeout(() => onChange({ ...filter, search }), SEARCH_MS);
    return () => clearTimeout(timer);
  }, [search, filter, onChange]);
  return (
    <TextInput
      value={search}
      w={200}
      placeholder={t('runs.search')}
      aria-label={t('runs.search')}
      leftSection={<Search size={13} aria-hidden />}
      onChange={(event) => setSearch(event.currentTarget.value)}
    />
  );
}

function FiguresButton({ flowId }: { readonly flowId: string | undefined }) {
  return (
    <Button
      variant="default"
      leftSection={<ChartColumn size={14} aria-hidden />}
      disabled={flowId === undefined}
      title={flowId === undefined ? t('figures.choose') : undefined}
      onClick={() => flowId !== undefined && navigate({ screen: 'runs', flowId, metrics: true })}
    >
      {t('figures.open')}
    </Button>
  );
}

function Age({ onChange }: { readonly onChange: (since: number | undefined) => void }) {
  const [age, setAge] = useState<Age>();
  return (
    <Select
      aria-label={t('runs.age')}
      placeholder={t('runs.age.all')}
      w={140}
      clearable
      clearButtonProps={{ 'aria-label': t('forms.clear') }}
      data={(['hour', 'day', 'week', 'month'] as const).map((value) => ({
        value,
        label: t(`runs.age.${value}`),
      }))}
      value={age ?? null}
      onChange={(value) => {
        const next = isAge(value) ? value : undefined;
        setAge(next);
        onChange(next === undefined ? undefined : Date.now() - AGES[next]);
      }}
    />
  );
}
