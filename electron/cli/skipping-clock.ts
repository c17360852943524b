/**
 * Time of a rehearsal: it stands still while something is being done and jumps to the next timer when nothing is, so
 * that a rehearsed day takes a moment. Calls that really take time are counted by `busy`.
 */
import type { RuntimeClock } from '../runtime/api';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly wake: () => void;
}

export interface SkippingClock extends RuntimeClock {
  /** Runs a call during which time must not jump. */
  busy<T>(call: () => Promise<T>): Promise<T>;
}

export function skippingClock(startMs: number): SkippingClock {
  const timers = new Set<Timer>();
  let nowMs = startMs;
  let order = 0;
  let soon = 0;
  let inFlight = 0;
  let isArmed = false;

  const jump = (): void => {
    isArmed = false;
    if (soon > 0 || inFlight > 0) return; // armed again when that is over
    const next = [...timers].sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
    if (!next) return;
    timers.delete(next);
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
    arm();
  };
  // Two turns of the event loop: answers that are already there are taken before time passes.
  const arm = (): void => {
    if (isArmed || timers.size === 0) return;
    isArmed = true;
    setImmediate(() => setImmediate(jump));
  };

  return {
    now: () => nowMs,
    at: (atMs, wake) => {
      const timer = { atMs, order: order++, wake };
      timers.add(timer);
      arm();
      return () => timers.delete(timer);
    },
    soon: (task) => {
      soon++;
      setImmediate(() => {
        soon--;
        task();
        arm();
      });
    },
    busy: async (call) => {
      inFlight++;
      try {
        return await call();
      } finally {
        inFlight--;
        arm();
      }
    },
  };
}
