/** Takes the whole run room to a moment: buttons for one event, and a slider over the time of the run. */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import type { RunEvent } from '../../shared/events/event';
import { t } from '../i18n/t';
import { seqAt } from './bars';
import { eventWords } from './event-words';
import type { RunSession } from './run-session';
import type { TimeScale } from './time-scale';
import { useRun, useSession } from './use-run';
import { clockTime, elapsedWords, roughWords, tickWords } from './words';

export function ScrubButtons({
  at,
  count,
  events,
  children,
}: {
  readonly at: number | undefined;
  readonly count: number;
  readonly events: readonly RunEvent[];
  /** More buttons behind them. */
  readonly children?: ReactNode;
}) {
  const session = useSession();
  const seq = at ?? count;
  const step = (to: number | undefined, label: string, icon: ReactNode, disabled: boolean) => (
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
      <span className="grow" />
      {children}
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
export function Axis({ scale, momentMs, events, at }: AxisProps) {
  const session = useSession();
  const flow = useRun((s) => s.flow);
  const count = events.length;
  const seq = at ?? count;
  const goTo = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / Math.max(1, width)));
    session.setAt(share >= 0.999 ? undefined : seqAt(events, scale.timeAt(share)));
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
      onKeyDown={(event) => moveByKey(event, session, seq, count)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        goTo(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) goTo(event);
      }}
    >
      <Marks scale={scale} />
      <span
        className={`timeline-thumb${at === undefined ? '' : ' is-past'}`}
        style={{ left: `${scale.at(momentMs) * 100}%` }}
      />
    </div>
  );
}

function moveByKey(event: KeyboardEvent, session: RunSession, seq: number, count: number): void {
  const moves: Readonly<Record<string, number>> = {
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
}

function Marks({ scale }: { readonly scale: TimeScale }) {
  return (
    <>
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
          <span>{roughWords(fold.ms)}</span>
        </span>
      ))}
    </>
  );
}

function ticksOf(scale: TimeScale): readonly { readonly at: number; readonly text: string }[] {
  const shownMs = scale.end - scale.start - scale.folds.reduce((sum, fold) => sum + fold.ms, 0);
  return [0, 0.2, 0.4, 0.6, 0.8]
    .map((at) => ({ at, text: tickWords(scale.timeAt(at) - scale.start, shownMs) }))
    .filter((tick) => !scale.folds.some((fold) => tick.at > fold.from - 0.08 && tick.at < fold.to));
}
