/** Forks of a run that was undoing, or had undone, what it did. */
import { describe, expect, test } from 'vitest';
import { forkHistory, forkPoint } from '../../../../electron/runtime/fork';
import type { Flow } from '../../../../shared/spec/flow';
import type { FlowNode } from '../../../../shared/spec/nodes';
import { fails, gives, graph, play, type Played, rowOf, type Script } from '../../../fakes/small-flow';

const pay = { kind: 'tool', tool: 'pay', compensate: { tool: 'refund' } } as FlowNode;
const oneTry = { default: { retry: { maxAttempts: 1 } } };
const undoing = { onFailure: { do: 'compensate' as const }, policies: oneTry };

function forked(flow: Flow, parent: Played, at: number | string, script: Script): Played {
  const seq = forkPoint(parent.events, at);
  const parts = { runId: 'fork', seq, flow, semanticHash: '', sameFlow: true, at, by: 'me' };
  return play(flow, { runId: 'fork', history: forkHistory(parent.events, parts), script });
}

describe('a fork of a run that undoes', () => {
  const flow = rowOf({ a: pay, b: pay, c: { kind: 'tool', tool: 'look' } }, undoing);
  const failsAt =
    (...steps: string[]): Script =>
    (call) =>
      steps.includes(call.step) ? fails('error') : gives({ n: 1 });

  test('from anywhere in the undoing begins before it: what the parent did stays with the parent', () => {
    const parent = play(flow, { script: failsAt('c') });
    const begin = parent.of('compensation.started')[0]?.seq ?? 0;
    for (const event of parent.events.slice(begin - 1))
      expect(forkPoint(parent.events, event.seq)).toBe(begin - 1);
    const fork = forked(flow, parent, begin + 3, failsAt('c'));
    expect(fork.calls).toEqual([]);
    expect(fork.last).toMatchObject({ type: 'run.failed', data: { compensation: 'none', notUndone: [] } });
  });

  // The simulation found it: the undo of a step in a loop looked for the pass it had been in.
  test('works too when the undone step was in the pass of a loop', () => {
    const body = graph({ bs: { kind: 'start' }, p: pay, be: { kind: 'end' } }, 'bs > p', 'p > be');
    const looped = rowOf(
      { box: { kind: 'loop', while: 'true', maxIterations: 2, body }, c: { kind: 'tool', tool: 'look' } },
      { ...undoing, ways: ['box.exhausted > c'] },
    );
    const parent = play(looped, { script: failsAt('c') });
    expect(parent.data('compensation.completed')).toEqual([
      { undone: ['box[2]/p', 'box[1]/p'], notUndone: [] },
    ]);
    for (const event of parent.events) {
      const fork = forked(looped, parent, event.seq, failsAt('c'));
      expect([event.seq, fork.last.type]).toEqual([event.seq, 'run.failed']);
    }
  });

  test('at an undo that failed does this undo again, under a key of its own, and no other', () => {
    const parent = play(flow, { script: failsAt('c', 'b~undo') });
    expect(parent.last.data).toMatchObject({ compensation: 'partial', notUndone: ['b'] });
    const fork = forked(flow, parent, 'b~undo', failsAt('c'));
    expect(fork.calls.map((call) => call.step)).toEqual(['b~undo']);
    const keys = parent.data('tool.started').map((call) => call.key);
    expect(keys).not.toContain(fork.of('tool.started', 'b~undo')[0]?.data.key);
    expect(fork.data('compensation.completed')).toEqual([{ undone: ['b'], notUndone: [] }]);
    expect(fork.last.data).toMatchObject({ compensation: 'complete', notUndone: [] });
  });

  test('tells when the undo fails once more', () => {
    const parent = play(flow, { script: failsAt('c', 'a~undo') });
    const fork = forked(flow, parent, 'a~undo', failsAt('a~undo'));
    expect(fork.calls.map((call) => call.step)).toEqual(['a~undo']);
    expect(fork.data('deadletter.added').at(-1)).toEqual({ step: 'a~undo', kind: 'error' });
    expect(fork.last.data).toMatchObject({ compensation: 'partial', notUndone: ['a'] });
  });
});
