import { createContext, useContext, useEffect, useLayoutEffect, useReducer, useState } from 'react';
import { useStore } from 'zustand';
import type { Trace } from '../../shared/events/trace-model';
import type { RunSession } from './run-session';
import type { RunViewState } from './run-store';

export const RunContext = createContext<RunSession | null>(null);

export function useSession(): RunSession {
  const session = useContext(RunContext);
  if (!session) throw new Error('A part of the run room was drawn outside of it');
  return session;
}

export function useRun<T>(select: (state: RunViewState) => T): T {
  return useStore(useSession().store, select);
}

/** The trace at the scrubber; drawn again whenever it grew. */
export function useShownTrace(): Trace {
  useRun((s) => s.revision);
  return useRun((s) => s.shown);
}

const CALM_MS = 200;

/**
 * The same for what is read rather than followed: a busy run draws it a few times a second instead of with every picture.
 * The first change after a quiet moment, another status, an open task and the scrubber are drawn at once.
 */
export function useCalmTrace(): Trace {
  const { store } = useSession();
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let drawnAt = Number.NEGATIVE_INFINITY;
    const draw = () => {
      timer = undefined;
      drawnAt = performance.now();
      redraw();
    };
    const stop = store.subscribe((state, before) => {
      if (state.revision === before.revision || timer !== undefined) return;
      const waitMs = drawnAt + CALM_MS - performance.now();
      if (waitMs <= 0) draw();
      else timer = setTimeout(draw, waitMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store]);
  useRun((s) => s.trace.run.status);
  useRun((s) => s.trace.openTasks.size);
  useRun((s) => s.at);
  return useRun((s) => s.shown);
}

/** The time, renewed while the component is shown; standing still when `periodMs` is undefined. */
export function useNow(periodMs: number | undefined): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (periodMs === undefined) return undefined;
    const timer = setInterval(() => setNowMs(Date.now()), periodMs);
    return () => clearInterval(timer);
  }, [periodMs]);
  return nowMs;
}

/** Time at work so far, going on while the run does. The record knows it up to its newest event. */
export function useWorkedMs({ run, lastAt }: Trace): number {
  const working = useRun(
    (s) => s.at === undefined && (s.trace.run.status === 'running' || s.trace.run.status === 'compensating'),
  );
  const nowMs = useNow(working ? 1_000 : undefined);
  return run.usage.durationMs + (working && lastAt > 0 ? Math.max(0, nowMs - lastAt) : 0);
}
