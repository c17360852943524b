import { describe, expect, test } from 'vitest';
import { createTrace, traceOf } from '../../../../shared/events/trace';
import { contextValues, stateAt, whoRead, whoWrote } from '../../../../shared/events/trace-query';
import type { Flow } from '../../../../shared/spec/flow';
import { History } from './history';

const flow = {
  nodes: {},
  edges: [],
  context: {
    note: { schema: true, merge: 'append' },
    total: { schema: true, merge: 'sum' },
    low: { schema: true, merge: 'min', initial: 9 },
    high: { schema: true, merge: 'max', initial: 1 },
    card: { schema: true, merge: 'merge', initial: { a: 1, b: { c: 2 } } },
    label: { schema: true, merge: 'replace' },
  },
} as unknown as Flow;

function writes(...values: [string, number, unknown][]) {
  return { writes: values.map(([field, version, value]) => ({ field, version, value: value as never })) };
}

function history(): History {
  return new History()
    .begin()
    .start('a', 'agent', { reads: { low: 0 } })
    .commit(
      'a',
      [['next', 'b']],
      writes(['note', 1, 'one'], ['total', 1, 2], ['low', 1, 4], ['high', 1, 5], ['label', 1, 'x']),
    )
    .start('b', 'agent', { reads: { note: 1, label: 1 } })
    .commit(
      'b',
      [['next', 'c']],
      writes(
        ['note', 2, ['two', 'three']],
        ['total', 2, 3],
        ['low', 2, 6],
        ['high', 2, 3],
        ['card', 1, { b: { c: null, d: 3 }, e: 4 }],
      ),
    )
    .start('c', 'agent', { reads: { note: 2, label: 1 } });
}

describe('context', () => {
  test('values follow the merge rules when the flow is known', () => {
    expect(contextValues(traceOf(history().events, flow))).toEqual({
      note: ['one', 'two', 'three'],
      total: 5,
      low: 4,
      high: 5,
      card: { a: 1, b: { d: 3 }, e: 4 },
      label: 'x',
    });
  });

  test('without the flow the last addition is the value', () => {
    expect(contextValues(traceOf(history().events))).toMatchObject({ note: ['two', 'three'], total: 3 });
  });

  test('who wrote a field is answered for any moment', () => {
    const trace = traceOf(history().events, flow);
    expect(whoWrote(trace, 'note', 4)).toMatchObject({ step: 'a', version: 1, value: ['one'] });
    expect(whoWrote(trace, 'note')).toMatchObject({ step: 'b', version: 2, written: ['two', 'three'] });
    expect(whoWrote(trace, 'low', 1)).toMatchObject({ version: 0, value: 9 });
    expect(whoWrote(trace, 'label', 1)).toBeUndefined();
    expect(whoWrote(trace, 'nothing')).toBeUndefined();
  });

  test('who read a version is answered too', () => {
    const trace = traceOf(history().events, flow);
    expect(whoRead(trace, 'label').map((r) => r.step)).toEqual(['b', 'c']);
    expect(whoRead(trace, 'note', 2).map((r) => r.step)).toEqual(['c']);
    expect(whoRead(trace, 'nothing')).toEqual([]);
  });

  test('a value set by a person is a version with their name', () => {
    const trace = traceOf(
      history().add('context.set', { field: 'label', value: 'y', by: 'ann' }).events,
      flow,
    );
    expect(whoWrote(trace, 'label')).toMatchObject({ version: 2, value: 'y', by: 'ann' });
  });
});

describe('scrubbing', () => {
  test('the state at a seq is the state of the history cut there', () => {
    const full = history()
      .task('c', 'c')
      .add('human.decided', { task: 'c', choice: 'approved', by: 'x', via: 'cli' });
    full.commit('c', [['next', 'a']]).start('a#2', 'agent', { node: 'a' });
    const whole = traceOf(full.events, flow);
    for (let seq = 1; seq <= full.events.length; seq++) {
      const cut = traceOf(full.events.slice(0, seq), flow);
      const steps = new Map([...cut.steps.values()].map((step) => [step.key, step.status]));
      const edges = new Map([...cut.edges].map(([key, edge]) => [key, edge.count]));
      expect(stateAt(whole, seq)).toEqual({
        run: cut.run.status,
        steps,
        context: Object.fromEntries([...cut.context].map(([field, versions]) => [field, versions.at(-1)])),
        edges,
        openTasks: [...cut.openTasks.keys()],
      });
    }
  });

  test('before the first event there is nothing', () => {
    expect(stateAt(createTrace(), 0)).toEqual({
      run: undefined,
      steps: new Map(),
      context: {},
      edges: new Map(),
      openTasks: [],
    });
  });
});
