/** What the simulator does must be what the runtime does: who decided, which visit a fault meets, whose results are bad. */
import { describe, expect, test } from 'vitest';
import { simulateRun } from '../../../../electron/runtime/simulated-run';
import { createRuntime } from '../../../../electron/runtime/runtime';
import { MemoryRunLog } from '../../../../electron/store/memory-run-log';
import type { RunEvent } from '../../../../shared/events/event';
import type { Flow } from '../../../../shared/spec/flow';
import type { Answers, Fault } from '../../../../shared/spec/parts';
import { SteppedClock } from '../../../simulation/crash-world';
import { graph, play, pure, rowOf, say } from '../../../fakes/small-flow';

interface More {
  readonly answers?: Answers;
  readonly faults?: readonly Fault[];
}

/** The same flow rehearsed by both hosts. */
async function both(flow: Flow, more: More = {}): Promise<readonly (readonly RunEvent[])[]> {
  const simulated = simulateRun({ pure, flow, input: {}, seed: 1, runId: 'run', ...more });
  const log = new MemoryRunLog();
  const clock = new SteppedClock(0);
  const none = (): Promise<never> => Promise.reject(new Error('nothing is called in a rehearsal'));
  const runtime = createRuntime({
    log,
    clock,
    pure,
    executors: { model: none, tool: none, code: none },
    entropy: { seed: () => 1, runId: () => 'run' },
    secret: async () => undefined,
  });
  const grants = { trust: true, baseFolder: '.', granted: {} };
  runtime.start({
    flow,
    semanticHash: 'x',
    input: {},
    mode: 'rehearsal',
    runId: 'run',
    seed: 1,
    grants,
    ...more,
  });
  do {
    while (clock.pump());
    await new Promise(setImmediate);
  } while (clock.pump() || clock.advance());
  return [simulated.events, log.events('run')];
}

describe('both hosts', () => {
  test('say the same of who decided', async () => {
    const ask = { kind: 'human', mode: 'approve', title: 'Well?' } as const;
    const answers = { named: { choice: 'approved', comment: 'fine' } };
    for (const events of await both(rowOf({ named: ask, other: ask }), { answers })) {
      const decided = events.flatMap((event) => (event.type === 'human.decided' ? [event.data] : []));
      expect(decided).toMatchObject([
        { task: 'named', by: 'answers', via: 'answers', comment: 'fine' },
        { task: 'other', by: 'rehearsal', via: 'rehearsal' },
      ]);
    }
  });

  test('let a fault meet the visit and the attempt it names, and no other', async () => {
    const body = graph(
      {
        s: { kind: 'start' },
        t: { kind: 'tool', tool: 'look' },
        u: { kind: 'tool', tool: 'look' },
        e: { kind: 'end' },
      },
      's > t',
      't > u',
      'u > e',
    );
    const flow = rowOf({ l: { kind: 'loop', while: 'iteration <= 3', maxIterations: 3, body } });
    const faults: Fault[] = [
      { node: 'l[2]/t', attempt: 1, kind: 'unavailable' },
      { node: 'l[3]/u', attempt: 2, kind: 'unavailable' }, // there is no second attempt
    ];
    for (const events of await both(flow, { faults })) {
      const failed = events.filter((event) => event.type === 'attempt.failed');
      expect(failed.map(({ step, attempt }) => [step, attempt])).toEqual([['l[2]/t', 1]]);
      expect(events.at(-1)?.type).toBe('run.completed');
    }
  });
});

test('an agent whose results are under its gate too often is not asked any more, in a simulation too', () => {
  const flow = rowOf(
    {
      l: {
        kind: 'loop',
        while: 'iteration <= 4',
        maxIterations: 4,
        body: graph(
          {
            s: { kind: 'start' },
            think: { kind: 'agent', agent: 'doubtful', prompt: 'Go' },
            spare: { kind: 'transform', output: { $: 'error.kind' } },
            e: { kind: 'end' },
          },
          's > think',
          'think > e',
          'think.fallback > spare',
          'spare > e',
        ),
      },
    },
    {
      agents: {
        doubtful: {
          role: 'Doubts',
          model: 'spare',
          gate: {
            checks: [{ expr: 'output = "good"', message: 'not good' }],
            breaker: { failures: 4, cooldown: 'PT1H' },
          },
        },
      },
      policies: { default: { retry: { maxAttempts: 1 } } },
    },
  );
  const run = play(flow, { script: (call) => (call.type === 'model' ? say('bad') : undefined) });
  expect(run.calls.map((call) => call.step)).toEqual(
    ['l[1]', 'l[1]', 'l[2]', 'l[2]'].map((pass) => `${pass}/think`),
  );
  expect(run.data('step.failed').map(({ kind }) => kind)).toEqual([
    'invalid_output',
    'invalid_output',
    'circuit_open',
    'circuit_open',
  ]);
  expect(run.data('breaker.changed')).toMatchObject([{ subject: 'agent:doubtful', to: 'open' }]);
  expect(run.data('governor.refused').map(({ reason }) => reason)).toEqual(['quality', 'quality']);
});
