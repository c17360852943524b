import type { RuntimeClock } from '../api';

/** The longest time a timer of the platform can be set for. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's time. Timers hold on wall time: after sleep they fire late, never early. */
export function systemClock(): RuntimeClock {
  return {
    now: () => Date.now(),
    at(atMs, wake) {
      let timer: NodeJS.Timeout;
      const arm = (): void => {
        const restMs = atMs - Date.now();
        timer = setTimeout(
          () => (Date.now() >= atMs ? wake() : arm()),
          Math.min(Math.max(restMs, 0), MAX_TIMER_MS),
        );
      };
      arm();
      return () => clearTimeout(timer);
    },
    soon: (task) => void setImmediate(task),
  };
}
