import { describe, expect, test } from 'vitest';
import { type RunEvent } from '../../../../shared/events/event';
import type { FlowNode } from '../../../../shared/spec/nodes';
import { replayRun } from '../../../../electron/runtime/replay';
import { viewOfStep } from '../../../../electron/runtime/view';
import { fails, graph, play, pure, rowOf } from '../../../fakes/small-flow';

const look: FlowNode = { kind: 'tool', tool: 'look' };
const oneTry = { default: { retry: { maxAttempts: 1 } } };

describe('replay', () => {
  const flow = rowOf({ a: look, b: { kind: 'transform', output: { x: { $: 'steps.a.n' } } } });
  const { events } = play(flow);
  const replayed = (changed: readonly RunEvent[]) => replayRun(pure, 'run', flow, changed);

  test('an untouched record is identical', () => {
    expect(replayed(events)).toEqual({
      runId: 'run',
      verdict: 'identical',
      events: events.length,
      firstDifference: null,
    });
  });

  test('a changed consequence is told with both sides, and so is a missing or a made-up one', () => {
    const at1 = events.findIndex((event) => event.type === 'step.committed' && event.step === 'b');
    const changed = events.map((event, i) =>
      i === at1 && event.type === 'step.committed'
        ? { ...event, data: { ...event.data, output: { x: 2 } } }
        : event,
    );
    expect(replayed(changed as RunEvent[])).toMatchObject({
      verdict: 'different',
      firstDifference: {
        seq: at1 + 1,
        step: 'b',
        recorded: { data: { output: { x: 2 } } },
        derived: { data: { output: { x: 1 } } },
      },
    });
    expect(replayed(events.slice(0, -1))).toMatchObject({
      verdict: 'different',
      firstDifference: { recorded: null },
    });
    const extra = { ...(events[events.length - 1] as RunEvent), seq: events.length + 1 };
    expect(replayed([...events, extra as RunEvent])).toMatchObject({
      verdict: 'different',
      firstDifference: { derived: null },
    });
  });
});

describe('what a step saw', () => {
  test('is made again from the record', () => {
    const flow = rowOf({ a: look, b: { kind: 'agent', agent: 'worker', prompt: 'n is {{ steps.a.n }}' } });
    const run = play(flow, { input: { q: 1 } });
    expect(viewOfStep(pure, 'run', flow, run.events, 'b')).toMatchObject({
      scope: { input: { q: 1 }, steps: { a: { n: 1 } }, run: { id: 'run' } },
      system: 'Your role: Works',
      prompt: 'n is 1',
    });
    expect(viewOfStep(pure, 'run', flow, run.events, 'a')).toHaveProperty('scope');
    expect(() => viewOfStep(pure, 'run', flow, run.events, 'x')).toThrow('No step "x"');
  });

  test('context, handoff, error and item are in it; an expression that failed leaves the messages out', () => {
    const body = graph(
      {
        s: { kind: 'start' },
        t: { ...look, reads: ['n'] } as FlowNode,
        f: { kind: 'transform', output: { $: 'error.kind' } },
        e: { kind: 'end' },
      },
      's > t',
      't > e',
      't.fallback > f',
      'f > e',
    );
    const flow = rowOf(
      { m: { kind: 'map', items: '["i"]', body } },
      { context: { n: { schema: { type: 'number' }, merge: 'sum' } }, policies: oneTry },
    );
    const run = play(flow, { script: () => fails('error') });
    expect(viewOfStep(pure, 'run', flow, run.events, 'm[0]/t').scope).toMatchObject({
      context: { n: 0 },
      item: 'i',
      index: 0,
    });
    expect(viewOfStep(pure, 'run', flow, run.events, 'm[0]/f').scope).toMatchObject({
      error: { kind: 'error' },
    });
    const broken = rowOf({ a: { kind: 'agent', agent: 'worker', prompt: '{{ $error("x") }}' } });
    const failed = play(broken);
    expect(failed.data('step.failed')).toMatchObject([{ code: 'expr/failed' }]);
    expect(viewOfStep(pure, 'run', broken, failed.events, 'a')).toEqual({
      scope: expect.any(Object) as object,
    });
  });
});
