/** The waterfall: who worked, waited and called when; with the scrubber that takes the whole room to a moment. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { Route } from 'lucide-react';
import { memo, useMemo } from 'react';
import type { RunEvent } from '../../shared/events/event';
import type { Trace, TraceStep } from '../../shared/events/trace-model';
import { t } from '../i18n/t';
import { StateBadge } from '../ui/state-badge';
import { useRemembered } from '../ui/use-remembered';
import { useVirtual } from '../ui/use-virtual';
import { barsOf, type TreeRow, treeRows } from './bars';
import { criticalPath } from './critical-path';
import { visualState } from './overlay-of';
import { isEnded } from './run-store';
import { Axis, ScrubButtons } from './scrubber';
import { createTimeScale, type TimeScale } from './time-scale';
import { useNow, useRun, useSession, useCalmTrace } from './use-run';
import { elapsedWords, rowName, stepName } from './words';

const ROW = 24;
const LIVE_MS = 500;
const WAITING_MS = 10_000;

export function Timeline() {
  const session = useSession();
  const trace = useCalmTrace();
  const live = useRun((s) => s.trace);
  const events = useRun((s) => s.events);
  const selected = useRun((s) => s.selected);
  const at = useRun((s) => s.at);
  const working = live.run.status === 'running' || live.run.status === 'compensating';
  const ended = isEnded(live.run.status);
  const nowMs = useNow(ended ? undefined : working ? LIVE_MS : WAITING_MS);
  const endMs = ended ? live.lastAt : Math.max(nowMs, live.lastAt);
  const count = events.length;
  const scale = useMemo(() => createTimeScale(timesOf(events, count), endMs), [events, count, endMs]);
  const rows = treeRows(trace);
  const [showCritical, setShowCritical] = useRemembered<boolean>('run.criticalPath', true);
  // While a run goes on the path would change with every event; an earlier moment shows the finished run's.
  const critical = ended && showCritical ? criticalPath(live) : NONE;
  const momentMs = at === undefined ? endMs : (events[at - 1]?.at ?? endMs);
  return (
    <section className="timeline" aria-label={t('run.timeline')}>
      <div className="timeline-head">
        <ScrubButtons at={at} count={count} events={events}>
          {ended ? (
            <Tooltip label={t('run.timeline.critical.help')} multiline maw={300}>
              <ActionIcon
                size={24}
                aria-label={t('run.timeline.critical')}
                aria-pressed={showCritical}
                variant={showCritical ? 'light' : 'subtle'}
                onClick={() => setShowCritical(!showCritical)}
              >
                <Route size={14} aria-hidden />
              </ActionIcon>
            </Tooltip>
          ) : null}
        </ScrubButtons>
        <Axis scale={scale} momentMs={momentMs} events={events} at={at} />
      </div>
      <Rows
        rows={rows}
        critical={critical}
        trace={trace}
        scale={scale}
        endMs={at === undefined ? endMs : momentMs}
        momentMs={momentMs}
        selected={selected}
        onSelect={session.select}
      />
    </section>
  );
}

/** The list grows in place, so its length is part of the question. */
function timesOf(events: readonly RunEvent[], count: number): readonly number[] {
  return events.slice(0, count).map((event) => event.at);
}

const NONE: ReadonlySet<string> = new Set();

interface RowsProps {
  readonly rows: readonly TreeRow[];
  readonly critical: ReadonlySet<string>;
  readonly trace: Trace;
  readonly scale: TimeScale;
  readonly endMs: number;
  readonly momentMs: number;
  readonly selected: string | undefined;
  readonly onSelect: (key: string) => void;
}

function Rows({ rows, critical, trace, scale, endMs, momentMs, selected, onSelect }: RowsProps) {
  const { setFrame, items, height } = useVirtual({ count: rows.length, rowHeight: ROW });
  return (
    <div className="timeline-rows" ref={setFrame}>
      <div style={{ height: height, position: 'relative' }} role="list" aria-label={t('run.steps')}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          return row ? (
            <div
              key={row.step.key}
              role="listitem"
              className="timeline-place"
              style={{ transform: `translateY(${start}px)` }}
            >
              <Row
                step={row.step}
                depth={row.depth}
                trace={trace}
                scale={scale}
                endMs={row.step.endedAt ?? endMs}
                isSelected={row.step.key === selected}
                isCritical={critical.has(row.step.key)}
                onSelect={onSelect}
              />
            </div>
          ) : null;
        })}
        <span
          className="timeline-now"
          style={{ left: `calc(var(--side) + (100% - var(--side)) * ${scale.at(momentMs)})` }}
        />
      </div>
    </div>
  );
}

interface RowProps {
  readonly step: TraceStep;
  readonly depth: number;
  readonly trace: Trace;
  readonly scale: TimeScale;
  readonly endMs: number;
  readonly isSelected: boolean;
  readonly isCritical: boolean;
  readonly onSelect: (key: string) => void;
}

const Row = memo(function Row({
  step,
  depth,
  trace,
  scale,
  endMs,
  isSelected,
  isCritical,
  onSelect,
}: RowProps) {
  const name = stepName(trace.flow, step);
  const short = rowName(trace.flow, step);
  const lengthMs = endMs - step.startedAt;
  return (
    <button
      type="button"
      className={`timeline-row${isSelected ? ' is-selected' : ''}${isCritical ? ' is-critical' : ''}`}
      onClick={() => onSelect(step.key)}
      aria-current={isSelected}
      aria-label={t(isCritical ? 'run.timeline.critical.row' : 'run.timeline.row', {
        name,
        time: elapsedWords(lengthMs),
      })}
    >
      <span className="timeline-name" style={{ paddingLeft: 8 + depth * 12 }}>
        <StateBadge state={visualState(trace, step)} compact />
        <span className="truncate">{short.name}</span>
        {short.item === undefined ? null : <span className="meta num">[{short.item}]</span>}
      </span>
      <span className="timeline-bars">
        {isCritical ? (
          <span
            className="critical"
            style={{
              left: `${scale.at(step.startedAt) * 100}%`,
              width: `max(4px, ${(scale.at(endMs) - scale.at(step.startedAt)) * 100}%)`,
            }}
          />
        ) : null}
        {barsOf(trace, step, endMs).map((bar, i) => (
          // bars of a step are only ever added at the end
          <span
            key={i}
            className={`bar bar-${bar.kind}`}
            title={`${t(`run.bar.${bar.kind}`)} ${bar.label} · ${elapsedWords(bar.to - bar.from)}`}
            style={{
              left: `${scale.at(bar.from) * 100}%`,
              width: `max(2px, ${(scale.at(bar.to) - scale.at(bar.from)) * 100}%)`,
            }}
          />
        ))}
      </span>
    </button>
  );
});
