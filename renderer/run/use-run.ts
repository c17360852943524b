import { createContext, useContext, useEffect, useState } from 'react';
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
