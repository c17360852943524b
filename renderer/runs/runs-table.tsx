import { Checkbox, UnstyledButton } from '@mantine/core';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo, useEffect } from 'react';
import type { RunInfo } from '../../shared/events/event';
import { navigate } from '../app/router';
import { kindWords } from '../i18n/failure-words';
import { t } from '../i18n/t';
import { costWords, elapsedWords, statusWords, tokensWords } from '../run/words';
import { RelativeTime } from '../ui/relative-time';
import { StateBadge } from '../ui/state-badge';
import { runState } from '../ui/states';
import { useVirtual } from '../ui/use-virtual';
import { COLUMNS, type Column, type Sorting } from './sort-runs';

const ROW = 44;

interface Props {
  readonly runs: readonly RunInfo[];
  readonly total: number;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onMore: () => void;
}

/** Rows that are not in view do not exist; the last one asks for more. */
export function RunsTable({ runs, total, sorting, onSort, selected, onSelect, onMore }: Props) {
  const { setFrame, items, height } = useVirtual({
    count: runs.length,
    rowHeight: ROW,
    keyOf: (index) => runs[index]?.runId ?? index,
  });
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (runs.length > 0 && lastShown >= runs.length - 1 && runs.length < total) onMore();
  }, [lastShown, runs.length, total, onMore]);
  const toggle = (runId: string) => {
    const next = new Set(selected);
    if (!next.delete(runId)) next.add(runId);
    onSelect(next);
  };
  const all = runs.every((run) => selected.has(run.runId));
  return (
    <div
      className="runs-frame"
      ref={setFrame}
      role="table"
      aria-label={t('runs.title')}
      aria-rowcount={total + 1}
    >
      <div className="runs-head" role="row" aria-rowindex={1}>
        <span role="columnheader">
          <Checkbox
            aria-label={t('runs.selectAll')}
            checked={all}
            indeterminate={!all && selected.size > 0}
            onChange={() => onSelect(all ? new Set() : new Set(runs.map((run) => run.runId)))}
          />
        </span>
        {COLUMNS.map((column) => (
          <Head key={column} column={column} sorting={sorting} onSort={onSort} />
        ))}
      </div>
      <div role="rowgroup" style={{ height: height, position: 'relative' }}>
        {items.map(({ index, key, start }) => {
          const run = runs[index];
          return run ? (
            <Row
              key={String(key)}
              run={run}
              index={index}
              top={start}
              isSelected={selected.has(run.runId)}
              onToggle={toggle}
            />
          ) : null;
        })}
      </div>
    </div>
  );
}

function Head({
  column,
  sorting,
  onSort,
}: {
  readonly column: Column;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}) {
  const isHere = sorting.by === column;
  const Arrow = sorting.down ? ArrowDown : ArrowUp;
  return (
    <span
      role="columnheader"
      aria-sort={isHere ? (sorting.down ? 'descending' : 'ascending') : 'none'}
      className={`col-${column}`}
    >
      <UnstyledButton
        fz={12}
        onClick={() =>
          onSort({ by: column, down: isHere ? !sorting.down : column !== 'flow' && column !== 'status' })
        }
      >
        {t(`runs.column.${column}`)} {isHere ? <Arrow size={11} aria-hidden /> : null}
      </UnstyledButton>
    </span>
  );
}

interface RowProps {
  readonly run: RunInfo;
  readonly index: number;
  readonly top: number;
  readonly isSelected: boolean;
  readonly onToggle: (runId: string) => void;
}

const Row = memo(
  function Row({ run, index, top, isSelected, onToggle }: RowProps) {
    const open = () => navigate({ screen: 'run', runId: run.runId });
    return (
      <div
        className={`runs-row${isSelected ? ' is-selected' : ''}`}
        role="row"
        aria-rowindex={index + 2}
        aria-selected={isSelected}
        style={{ transform: `translateY(${top}px)` }}
      >
        <span role="cell">
          <Checkbox
            aria-label={t('runs.select', { name: run.flowName })}
            checked={isSelected}
            onChange={() => onToggle(run.runId)}
          />
        </span>
        <span role="cell" className="col-status">
          <StateBadge state={runState(run.status)} word={statusWords(run)} />
        </span>
        <span role="cell" className="col-flow">
          <button type="button" className="run-link truncate" onClick={open}>
            {run.flowName}
          </button>
          <span className="meta truncate">
            {run.mode === 'rehearsal' ? `${t('run.mode.rehearsal')} · ` : ''}
            {run.forkedFrom ? `${t('runs.forked')} · ` : ''}
            {run.error
              ? `${kindWords(run.error.kind)}: ${run.error.message}`
              : run.waiting > 0
                ? t('runs.waits', { count: run.waiting })
                : `${t('runs.version', { version: run.flowVersion })} · ${run.runId.slice(0, 8)}`}
          </span>
        </span>
        <span role="cell" className="col-started">
          <RelativeTime at={run.startedAt} />
        </span>
        <span role="cell" className="col-duration mono">
          {elapsedWords(run.usage.durationMs)}
        </span>
        <span role="cell" className="col-tokens mono">
          {tokensWords(run.usage.tokens)}
        </span>
        <span role="cell" className={`col-cost mono${run.usage.cost.known ? '' : ' meta'}`}>
          {costWords(run.usage.cost)}
        </span>
      </div>
    );
  },
  (a, b) =>
    a.top === b.top &&
    a.isSelected === b.isSelected &&
    a.run.lastSeq === b.run.lastSeq &&
    a.run.runId === b.run.runId &&
    a.run.status === b.run.status &&
    a.onToggle === b.onToggle,
);
