import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldRun, newProjection, nodeOfStep } from '../../../../electron/store/projection';
import type { RunEvent, RunStatus } from '../../../../shared/events/event';
import { EMPTY_USAGE } from '../../../../shared/events/event';
import { RunScript, SEMANTIC_HASH, testFlow } from '../../../fakes/run-events';

/** Status after each event of a run. */
function statuses(write: (run: RunScript) => readonly RunEvent[]): RunStatus[] {
  const run = new RunScript('r');
  const first = run.started();
  const { projection } = foldRun(newProjection('r', testFlow(), SEMANTIC_HASH, first), [first]);
  let at = projection;
  return write(run).map((event) => {
    at = foldRun(at, [event]).projection;
    return at.info.status;
  });
}

describe('the status of a run', () => {
  test('is waiting when only people are left, also deep inside containers', () => {
    expect(
      statuses((run) => [
        run.stepStarted('orders', 'map'),
        run.stepStarted('orders[1]/check', 'human'),
        run.asked('t1', 'orders[1]/check'),
        run.stepStarted('orders[2]/call', 'tool'),
        run.committed('orders[2]/call'),
        run.decided('t1', 'orders[1]/check'),
      ]),
    ).toEqual(['running', 'running', 'waiting', 'running', 'waiting', 'running']);
  });

  test('is not waiting while a step with a similar name works', () => {
    expect(
      statuses((run) => [
        run.stepStarted('a', 'tool'),
        run.stepStarted('ab', 'human'),
        run.asked('t', 'ab'),
        run.committed('a'),
      ]),
    ).toEqual(['running', 'running', 'running', 'waiting']);
  });

  test('is paused until it is resumed, whatever finishes meanwhile', () => {
    expect(
      statuses((run) => [
        run.stepStarted('a'),
        run.event('run.paused', { reason: 'user', by: 'ada' }),
        run.committed('a'),
        run.event('run.resumed', { by: 'ada' }),
      ]),
    ).toEqual(['running', 'paused', 'paused', 'running']);
  });

  test('leaves a pause for the budget when it is raised or decided', () => {
    const pause = (run: RunScript) => [
      run.event('run.paused', { reason: 'budget' }),
      run.asked('run:budget:1', undefined, { type: 'budget' }),
    ];
    expect(
      statuses((run) => [...pause(run), run.event('budget.raised', { limits: { steps: 9 }, by: 'ada' })]),
    ).toEqual(['paused', 'paused', 'waiting']);
    expect(statuses((run) => [...pause(run), run.decided('run:budget:1', undefined)])).toEqual([
      'paused',
      'paused',
      'running',
    ]);
    expect(
      statuses((run) => [
        run.event('run.paused', { reason: 'user' }),
        run.event('budget.raised', { limits: { steps: 9 }, by: 'ada' }),
      ]),
    ).toEqual(['paused', 'paused']);
  });

  test('is compensating while it is undone, and ended by its end alone', () => {
    const end = {
      usage: EMPTY_USAGE,
      path: [],
      stateHash: 's',
      compensation: 'complete' as const,
      notUndone: [],
    };
    expect(
      statuses((run) => [
        run.event('run.paused', { reason: 'user' }),
        run.event('compensation.started', { steps: ['a'] }),
        run.stepStarted('a~undo'),
        run.event('run.cancelled', end),
        run.event('deadletter.closed', { action: 'dismiss', by: 'ada' }),
      ]),
    ).toEqual(['paused', 'compensating', 'compensating', 'cancelled', 'cancelled']);
  });
});

test('time between a crash and its recovery, waiting for people, and pauses are not counted', () => {
  const run = new RunScript('r');
  const first = run.started();
  const later = (ms: number, event: () => RunEvent) => {
    run.at += ms - 10;
    return event();
  };
  const events = [
    first,
    later(100, () => run.stepStarted('a', 'human')),
    later(5000, () => run.event('run.recovered', { epoch: 2, interrupted: [] })),
    later(20, () => run.asked('a', 'a')),
    later(7000, () => run.decided('a', 'a')),
    later(3, () => run.event('run.paused', { reason: 'user' })),
    later(9000, () => run.event('run.resumed', { by: 'ada' })),
    later(1, () => run.committed('a')),
  ];
  const { projection } = foldRun(newProjection('r', testFlow(), SEMANTIC_HASH, first), events);
  expect(projection.info.usage.durationMs).toBe(124);
});

test('folding all events gives the same as folding them in any parts', () => {
  const steps = ['a', 'b#2', 'm[1]/c'];
  const kinds = ['start', 'commit', 'fail', 'ask', 'decide', 'pause', 'resume', 'dead', 'raise'] as const;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...kinds), fc.constantFrom(...steps), fc.boolean()), {
        maxLength: 40,
      }),
      (moves) => {
        const run = new RunScript('r');
        const first = run.started();
        const written = moves.map(([kind, step]) => {
          if (kind === 'start') return run.stepStarted(step);
          if (kind === 'commit') return run.committed(step);
          if (kind === 'fail') return run.stepFailed(step);
          if (kind === 'ask') return run.asked(step, step);
          if (kind === 'decide') return run.decided(step, step);
          if (kind === 'pause') return run.event('run.paused', { reason: 'user' });
          if (kind === 'resume') return run.event('run.resumed', { by: 'ada' });
          if (kind === 'dead') return run.event('deadletter.added', { step, kind: 'error' });
          return run.event('budget.raised', { limits: { steps: 1 }, by: 'ada' });
        });
        const start = newProjection('r', testFlow(), SEMANTIC_HASH, first);
        const whole = foldRun(start, [first, ...written]);
        let parts = foldRun(start, [first]).projection;
        let batch: RunEvent[] = [];
        written.forEach((event, i) => {
          batch.push(event);
          if (!moves[i]?.[2]) return;
          parts = foldRun(parts, batch).projection;
          batch = [];
        });
        expect(foldRun(parts, batch).projection).toEqual(whole.projection);
      },
    ),
    { numRuns: 200 },
  );
});

test.each([
  ['review', 'review'],
  ['review#2', 'review'],
  ['orders[3]/review#2', 'review'],
  ['team[1]/clerk', 'clerk'],
  ['orders[3]', 'orders'],
  ['pay~undo', 'pay'],
])('the node of step %s is %s', (step, node) => {
  expect(nodeOfStep(step)).toBe(node);
});
