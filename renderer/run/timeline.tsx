/** The waterfall: who worked, waited and called when; with the scrubber that takes the whole room to a moment. */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, memo, type PointerEvent, useMemo, useRef } from 'react';
import type { RunEvent } from '../../shared/events/event';
import type { Trace, TraceStep } from '../../shared/events/trace-model';
import { t } from '../i18n/t';
import { StateBadge } from '../ui/state-badge';
import { barsOf, seqAt, type TreeRow, treeRows } from './bars';
import { eventWords } from './event-words';
import { visualState } from './overlay-of';
import { isEnded } from './run-store';
import { createTimeScale, type TimeScale } from './time-scale';
import { useNow, useRun, useSession, useShownTrace } from './use-run';
import { clockTime, elapsedWords, offsetWords, stepName } from './words';

const ROW = 24;
const LIVE_MS = 500;
const WAITING_MS = 10_000;

export function Timeline() {
  const session = useSession();
  const trace = useShownTrace();
  const live = useRun((s) => s.trace);
  const events = useRun((s) => s.events);
  const selected = useRun((s) => s.selected);
  const at = useRun((s) => s.at);
  const working = live.run.status === 'running' || live.run.status === 'compensating';
  const ended = isEnded(live.run.status);
  const nowMs = useNow(ended ? undefined : working ? LIVE_MS : WAITING_MS);
  const endMs = ended ? live.lastAt : Math.max(nowMs, live.lastAt);
  const count = events.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list grows in place, its length says so
  const scale = useMemo(() => createTimeScale(sampleTimes(events), endMs), [events, count, endMs]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the trace grows in place, the revision says so
  const rows = useMemo(() => treeRows(trace), [trace, trace.revision, trace.lastSeq]);
  const momentMs = at === undefined ? endMs : (events[at - 1]?.at ?? endMs);
  return (
    <section className="timeline" aria-label={t('run.timeline')}>
      <div className="timeline-head">
        <ScrubButtons at={at} count={count} events={events} />
        <Axis scale={scale} momentMs={momentMs} events={events} at={at} />
      </div>
      <Rows
        rows={rows}
        trace={trace}
        scale={scale}
        endMs={at === undefined ? endMs : momentMs}
        momentMs={momentMs}
        selected={selected}
        onSelect={(key) => session.select(key)}
      />
    </section>
  );
}

/** Enough moments to find the long gaps; a run of a million events needs no million. */
function sampleTimes(events: readonly RunEvent[]): readonly number[] {
  return events.map((event) => event.at);
}

function ScrubButtons({
  at,
  count,
  events,
}: {
  readonly at: number | undefined;
  readonly count: number;
  readonly events: readonly RunEvent[];
}) {
  const session = useSession();
  const seq = at ?? count;
  const step = (to: number | undefined, label: string, icon: React.ReactNode, disabled: boolean) => (
    <Tooltip label={label}>
      <ActionIcon size={24} aria-label={label} disabled={disabled} onClick={() => session.setAt(to)}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  const event = events[seq - 1];
  return (
    <div className="timeline-side">
      {step(1, t('run.scrub.first'), <ChevronFirst size={14} aria-hidden />, seq <= 1)}
      {step(seq - 1, t('run.scrub.back'), <ChevronLeft size={14} aria-hidden />, seq <= 1)}
      {step(seq + 1, t('run.scrub.forward'), <ChevronRight size={14} aria-hidden />, at === undefined)}
      {at === undefined ? (
        <span className="meta num timeline-count">{t('run.events.count', { count })}</span>
      ) : (
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<ChevronLast size={12} aria-hidden />}
          title={event ? clockTime(event.at) : ''}
          onClick={() => session.setAt(undefined)}
        >
          {t('run.scrub.now', { seq, count })}
        </Button>
      )}
    </div>
  );
}

interface AxisProps {
  readonly scale: TimeScale;
  readonly momentMs: number;
  readonly events: readonly RunEvent[];
  readonly at: number | undefined;
}

/** A slider over the moments of the run: drag, arrow keys one event, Page keys ten, Home and End. */
function Axis({ scale, momentMs, events, at }: AxisProps) {
  const session = useSession();
  const flow = useRun((s) => s.flow);
  const count = events.length;
  const seq = at ?? count;
  const goTo = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / Math.max(1, width)));
    session.setAt(share >= 0.999 ? undefined : seqAt(events, scale.timeAt(share)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -10,
      PageUp: 10,
      Home: -count,
      End: count,
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    session.setAt(seq + move >= count ? undefined : seq + move);
  };
  const shown = events[seq - 1];
  return (
    <div
      className="timeline-axis"
      role="slider"
      tabIndex={0}
      aria-label={t('run.scrub')}
      aria-valuemin={1}
      aria-valuemax={Math.max(1, count)}
      aria-valuenow={Math.max(1, seq)}
      aria-valuetext={
        shown
          ? t('run.scrub.text', { seq, count, time: clockTime(shown.at), what: eventWords(shown, flow) })
          : ''
      }
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        goTo(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) goTo(event);
      }}
    >
      {ticksOf(scale).map((tick) => (
        <span key={tick.at} className="timeline-tick num" style={{ left: `${tick.at * 100}%` }}>
          {tick.text}
        </span>
      ))}
      {scale.folds.map((fold) => (
        <span
          key={fold.from}
          className="timeline-fold num"
          style={{ left: `${fold.from * 100}%`, width: `${(fold.to - fold.from) * 100}%` }}
          title={t('run.timeline.fold', { time: elapsedWords(fold.ms) })}
        >
          {elapsedWords(fold.ms)}
        </span>
      ))}
      <span
        className={`timeline-thumb${at === undefined ? '' : ' is-past'}`}
        style={{ left: `${scale.at(momentMs) * 100}%` }}
      />
    </div>
  );
}

function ticksOf(scale: TimeScale): readonly { readonly at: number; readonly text: string }[] {
  return [0, 0.2, 0.4, 0.6, 0.8]
    .map((at) => ({ at, text: offsetWords(scale.timeAt(at) - scale.start) }))
    .filter((tick) => !scale.folds.some((fold) => tick.at > fold.from - 0.08 && tick.at < fold.to));
}

interface RowsProps {
  readonly rows: readonly TreeRow[];
  readonly trace: Trace;
  readonly scale: TimeScale;
  readonly endMs: number;
  readonly momentMs: number;
  readonly selected: string | undefined;
  readonly onSelect: (key: string) => void;
}

function Rows({ rows, trace, scale, endMs, momentMs, selected, onSelect }: RowsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 8,
    initialRect: { width: 900, height: 160 },
  });
  return (
    <div className="timeline-rows" ref={frame}>
      <div
        style={{ height: virtual.getTotalSize(), position: 'relative' }}
        role="list"
        aria-label={t('run.steps')}
      >
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row ? (
            <div
              key={row.step.key}
              role="listitem"
              className="timeline-place"
              style={{ transform: `translateY(${start}px)` }}
            >
              <Row
                row={row}
                step={row.step}
                trace={trace}
                scale={scale}
                endMs={row.step.endedAt ?? endMs}
                isSelected={row.step.key === selected}
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
  readonly row: TreeRow;
  readonly step: TraceStep;
  readonly trace: Trace;
  readonly scale: TimeScale;
  readonly endMs: number;
  readonly isSelected: boolean;
  readonly onSelect: (key: string) => void;
}

const Row = memo(function Row({ row, step, trace, scale, endMs, isSelected, onSelect }: RowProps) {
  const name = stepName(trace.flow, step);
  const lengthMs = endMs - step.startedAt;
  return (
    <button
      type="button"
      className={`timeline-row${isSelected ? ' is-selected' : ''}`}
      onClick={() => onSelect(step.key)}
      aria-current={isSelected}
      aria-label={t('run.timeline.row', { name, time: elapsedWords(lengthMs) })}
    >
      <span className="timeline-name" style={{ paddingLeft: 8 + row.depth * 12 }}>
        <StateBadge state={visualState(trace, step)} compact />
        <span className="truncate">{name}</span>
      </span>
      <span className="timeline-bars">
        {barsOf(trace, step, endMs).map((bar, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bars of a step are only ever added at the end
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
