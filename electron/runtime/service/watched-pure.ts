/**
 * The pure libraries under the eye of a watchdog (a thread of its own, see `watchdog.ts`).
 *
 * W1. Counted limits stop expressions; the clock only ends a process in which that failed.
 * W2. An expression that had to be stopped so is refused for ever after on this machine with `expr/limit`, so the run it
 *     belongs to fails in order instead of stopping the engine at every start.
 */
import { AppError } from '../../../shared/base/app-error';
import type { CompiledExpression, Pure } from '../../../shared/ports/pure';

/** What is being evaluated now, shared with the watchdog: [number of the expression or 0, count of evaluations]. */
export interface Beacon {
  readonly cells: Int32Array;
  /** Tells the watchdog which expression a number means. */
  announce(index: number, source: string): void;
}

const MAX_KNOWN = 10_000;

export function watchedPure(pure: Pure, beacon: Beacon, stopped: ReadonlySet<string>): Pure {
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
      const watched = stopped.has(pure.sha256(source))
        ? refusing(compiled)
        : watch(compiled, count, beacon.cells);
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

function refusing(compiled: CompiledExpression): CompiledExpression {
  const refuse = (): never => {
    throw new AppError(
      'expr/limit',
      'This expression took so long that it had to be stopped; it is not evaluated again here.',
      {
        details: { source: compiled.source.slice(0, 200) },
        hint: 'Write it so that it does less work, then fork the run with the mended flow.',
      },
    );
  };
  return { source: compiled.source, paths: compiled.paths, evaluate: refuse, test: refuse };
}
