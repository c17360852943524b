/**
 * The pure libraries under the eye of a watchdog (a thread of its own, see `watchdog.ts`).
 *
 * W1. Counted limits stop expressions; the clock only ends a process in which that failed.
 * W2. What had to be stopped so is recorded by the next start in every run that has it, as a fact the engine follows.
 */
import type { CompiledExpression, Pure } from '../../../shared/ports/pure';

/** What is being evaluated now, shared with the watchdog: [number of the expression or 0, count of evaluations]. */
export interface Beacon {
  readonly cells: Int32Array;
  /** Tells the watchdog which expression a number means. */
  announce(index: number, source: string): void;
}

const MAX_KNOWN = 10_000;

export function watchedPure(pure: Pure, beacon: Beacon): Pure {
  const known = new Map<string, CompiledExpression>();
  let count = 0;
  return {
    ...pure,
    expression(source) {
      const held = known.get(source);
      if (held) return held;
      const compiled = pure.expression(source);
      count += 1;
      beacon.announce(count, source);
      const watched = watch(compiled, count, beacon.cells);
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(source, watched);
      return watched;
    },
  };
}

function watch(compiled: CompiledExpression, index: number, cells: Int32Array): CompiledExpression {
  const during = <T>(work: () => T): T => {
    Atomics.add(cells, 1, 1);
    Atomics.store(cells, 0, index);
    try {
      return work();
    } finally {
      Atomics.store(cells, 0, 0);
    }
  };
  return {
    source: compiled.source,
    paths: compiled.paths,
    evaluate: (scope, env) => during(() => compiled.evaluate(scope, env)),
    test: (scope, env) => during(() => compiled.test(scope, env)),
  };
}
