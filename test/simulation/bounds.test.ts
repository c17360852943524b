/** The checks of the simulation bite: a run is sound under its own flow and not under one with tighter bounds. */
import { expect, test } from 'vitest';
import type { RunEvent } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import { fails, gives, graph, play, rowOf, type Script } from '../fakes/small-flow';
import { boundsBroken } from './bounds';

const look = { kind: 'tool', tool: 'look' } as const;
const context: Flow['context'] = { log: { schema: { type: 'array' }, merge: 'append' } };

function loop(maxIterations: number): FlowNode {
  const body = graph({ s: { kind: 'start' }, w: look, e: { kind: 'end' } }, 's > w', 'w > e');
  return { kind: 'loop', while: 'iteration <= 3', maxIterations, body };
}

function back(maxTraversals: number): Flow {
  const flow = rowOf({ a: look, b: { kind: 'branch', cases: [{ port: 'again', when: 'steps.a.n < 3' }] } });
  const edges = flow.edges.map((edge) => (edge.from === 'b' ? { ...edge, port: 'else' } : edge));
  return { ...flow, edges: [...edges, { from: 'b', port: 'again', to: 'a', maxTraversals }] };
}

const tries = (maxAttempts: number): Partial<Flow> => ({
  policies: { default: { retry: { maxAttempts, on: ['unavailable'] } } },
});
const down: Script = () => fails('unavailable');

test.each<[string, Flow, Flow, Script, string]>([
  ['passes', rowOf({ l: loop(5) }), rowOf({ l: loop(2) }), () => undefined, 'l[3]/s is in pass 3 of 2'],
  [
    'ways back',
    back(4),
    back(1),
    (_call, nth) => gives({ n: nth }),
    ' b.again>a was taken 2 times, 1 are allowed',
  ],
  [
    'attempts',
    rowOf({ a: look }, tries(3)),
    rowOf({ a: look }, tries(2)),
    down,
    'a  has more than 2 failed attempts',
  ],
  [
    'steps',
    rowOf({ a: look, b: look }),
    rowOf({ a: look, b: look }, { budget: { steps: 1 } }),
    () => undefined,
    '2 steps with a budget of 1',
  ],
  [
    'steps inside a step',
    rowOf({ l: loop(5) }),
    rowOf({ l: { ...loop(5), budget: { steps: 2 } } as FlowNode }),
    () => undefined,
    'l has 3 steps of 2',
  ],
  [
    'tokens',
    rowOf({ a: { kind: 'agent', agent: 'worker', prompt: 'Go' } }),
    rowOf({ a: { kind: 'agent', agent: 'worker', prompt: 'Go' } }, { budget: { tokens: 10 } }),
    () => undefined,
    '15 tokens with a budget of 10',
  ],
  [
    'writes',
    rowOf({ a: { ...look, writes: { log: '1' } } }, { context }),
    rowOf({ a: look }, { context }),
    () => undefined,
    'a wrote log, which is not among its writes',
  ],
  [
    'reads',
    rowOf({ a: { ...look, reads: ['log'] } }, { context }),
    rowOf({ a: look }, { context }),
    () => undefined,
    'a read log, which is not among its reads',
  ],
])('%s beyond their bound are found', (_what, flow, tighter, script, found) => {
  const { events } = play(flow, { script });
  expect(boundsBroken(flow, events)).toEqual([]);
  expect(boundsBroken(tighter, events)).toContain(found);
});

test('a refusal without an open breaker is found', () => {
  const flow = rowOf(
    { l: loop(3) },
    {
      policies: {
        default: {
          retry: { maxAttempts: 4, initial: 'PT0.1S' },
          breaker: { failures: 2, window: 'PT1M', cooldown: 'PT1M' },
        },
      },
    },
  );
  const { events } = play(flow, { script: down });
  expect(events.some((event) => event.type === 'governor.refused')).toBe(true);
  expect(boundsBroken(flow, events)).toEqual([]);
  const silent = events.filter((event) => event.type !== 'breaker.changed');
  expect(boundsBroken(flow, silent)).toEqual([expect.stringContaining('though its breaker is closed')]);
});

test('more retries than the budget allows are found', () => {
  const flow = rowOf({ a: look });
  const event = (type: string, at: number, data: object): RunEvent =>
    ({ runId: 'run', seq: at, type, at, step: 'a', data }) as unknown as RunEvent; // two kinds of events are read
  const again = (at: number): RunEvent[] => [
    event('retry.scheduled', at, { nextAttempt: 2, dueAt: at, delayMs: 0 }),
    event('attempt.started', at, { dependency: 'host:x' }),
  ];
  const some = Array.from({ length: 12 }, (_none, i) => again(2000 + i));
  const first = event('attempt.started', 1000, { dependency: 'host:x' });
  expect(boundsBroken(flow, [first, ...some.slice(0, 11).flat()])).toEqual([]);
  expect(boundsBroken(flow, [first, ...some.flat()])).toEqual([
    '12 retries of host:x in a minute at event 2011',
  ]);
});
