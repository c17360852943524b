/** Forks and recoveries at odd moments: amid the calls of a turn, under another flow, beside a person who is asked. */
import { describe, expect, test } from 'vitest';
import { forkHistory, forkPoint } from '../../../../electron/runtime/fork';
import type { Json } from '../../../../shared/base/json';
import type { NewEvent, RunEvent } from '../../../../shared/events/event';
import type { Flow } from '../../../../shared/spec/flow';
import type { FlowNode } from '../../../../shared/spec/nodes';
import {
  asks,
  at,
  fails,
  flowOf,
  gives,
  graph,
  play,
  type Played,
  type PlayOptions,
  rowOf,
  say,
} from '../../../fakes/small-flow';

const look: FlowNode = { kind: 'tool', tool: 'look' };

function forked(
  flow: Flow,
  parent: readonly RunEvent[],
  point: number | string,
  edits: readonly NewEvent[] = [],
  options: PlayOptions = {},
): Played {
  const seq = forkPoint(parent, point);
  const parts = { runId: 'fork', seq, flow, semanticHash: '', sameFlow: true, at: point, by: 'me' };
  let given = false;
  const facts = () => (given ? [] : ((given = true), edits));
  return play(flow, { ...options, runId: 'fork', history: forkHistory(parent, parts), facts });
}

const edit = (node: string, value: Json): NewEvent => ({
  type: 'output.set',
  data: { node, value, by: 'me' },
});

describe('a fork', () => {
  test('amid the tool calls of a turn keeps the finished ones and makes the others anew', () => {
    const flow = rowOf(
      { a: { kind: 'agent', agent: 'doer' } },
      { agents: { doer: { role: 'd', model: 'main', tools: ['put'] } } },
    );
    const script: PlayOptions['script'] = (call) =>
      call.type === 'tool'
        ? gives(call.call)
        : call.type === 'model' && call.turn === 1
          ? say('', asks('put', {}, 'x'), asks('put', {}, 'y'), asks('put', {}, 'z'))
          : say('done');
    const parent = play(flow, { script });
    const fork = forked(flow, parent.events, parent.of('tool.started')[1]?.seq ?? 0, [], { script });
    expect(fork.calls.flatMap((call) => (call.type === 'tool' ? [call.call] : []))).toEqual([2, 3]);
    expect(fork.last.data).toMatchObject({ output: 'done' });
  });

  test('an output set for a step of a body that is over changes nothing; one that has not run yet is seen', () => {
    const body = graph(
      { s: { kind: 'start' }, a: look, e: { kind: 'end', output: { $: 'steps.a' } } },
      's > a',
      'a > e',
    );
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        m: { kind: 'map', items: '[1]', body },
        b: { kind: 'branch', cases: [{ port: 'yes', when: 'false' }] },
        side: look,
        w: { kind: 'wait', for: 'PT1M' },
        end: { kind: 'end', output: { $: '[steps.m, steps.side]' } },
      },
      edges: ['start > m', 'm > b', 'b.yes > side', 'b.else > w', 'side > w', 'w > end'],
    });
    const fork = forked(flow, play(flow).events, 'w', [edit('m[0]/a', 7), edit('side', 8)]);
    expect(fork.last.data).toMatchObject({ output: [{ n: 1 }, 8] });
  });

  test('under a flow that no longer declares a field keeps what was written to it', () => {
    const write: FlowNode = { kind: 'transform', output: 1, writes: { note: 'output' } };
    const nodes: Record<string, FlowNode> = { a: write, b: look };
    const before = rowOf(nodes, { context: { note: { schema: {}, merge: 'replace' } } });
    const after = rowOf({ a: { kind: 'transform', output: 1 }, b: look });
    const fork = forked(after, play(before).events, 'b');
    expect(fork.data('step.committed', 'a')).toMatchObject([{ writes: [{ field: 'note', value: 1 }] }]);
    expect(fork.status).toBe('completed');
  });

  test('at an undo its flow no longer has undoes nothing and comes to its end', () => {
    const undone = (tool: string): FlowNode =>
      ({ kind: 'tool', tool, compensate: { tool: 'refund' } }) as FlowNode;
    const more = {
      onFailure: { do: 'compensate' as const },
      policies: { default: { retry: { maxAttempts: 1 } } },
    };
    const script: PlayOptions['script'] = (call) => (call.node === 'stop' ? fails('error') : undefined);
    for (const tool of ['look', 'pay']) {
      const parent = play(rowOf({ a: undone(tool), stop: look }, more), { script });
      const fork = forked(rowOf({ a: { kind: 'tool', tool }, stop: look }, more), parent.events, 'a~undo');
      expect(fork.calls).toEqual([]);
      expect(fork.last).toMatchObject({ type: 'run.failed' });
    }
  });
});

describe('a recovery', () => {
  test('makes calls in flight again and leaves alone who waits for a person', () => {
    const h: FlowNode = { kind: 'human', mode: 'approve', title: 't' };
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        h,
        t: look,
        join: { kind: 'join' },
        end: { kind: 'end' },
      },
      edges: [
        'start > fork',
        'fork.branch > h',
        'fork.branch > t',
        'h.approved > join',
        't > join',
        'join > end',
      ],
    });
    const history = play(flow, { onTurn: (events) => !events.some(at('tool.started')) }).events;
    const run = play(flow, { history });
    expect(run.data('run.recovered')).toEqual([{ epoch: 0, interrupted: ['t'] }]);
    expect(run.data('human.asked')).toHaveLength(1);
    expect(run.data('tool.started')).toHaveLength(2);
    expect(run.status).toBe('completed');
  });
});
