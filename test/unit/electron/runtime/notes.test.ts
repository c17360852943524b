import { expect, test } from 'vitest';
import { sensitiveKeys } from '../../../../electron/runtime/notes';
import type { Flow } from '../../../../shared/spec/flow';
import type { FlowNode } from '../../../../shared/spec/nodes';
import { graph, play, rowOf, say } from '../../../fakes/small-flow';

const context: Flow['context'] = {
  secret: { schema: {}, merge: 'replace', sensitive: true },
  open: { schema: {}, merge: 'replace' },
};

/** `type step: keys` of the events that hold something sensitive. */
function marked(nodes: Record<string, FlowNode>, more: Partial<Flow> = {}): string[] {
  const flow = rowOf(nodes, { ...more, context });
  const { events } = play(flow, {
    input: { ssn: 7 },
    script: (call) => (call.type === 'model' ? say('x') : undefined),
  });
  const keys = sensitiveKeys(flow, events) ?? {};
  return events.flatMap(({ seq, type, step }) =>
    keys[seq] === undefined
      ? []
      : [`${[type, ...(step === undefined ? [] : [step])].join(' ')}: ${keys[seq].join(' ')}`],
  );
}

const look = { kind: 'tool', tool: 'look' } as const;

test('a flow without sensitive fields marks nothing', () => {
  expect(marked({ a: { ...look, writes: { open: 'output' } } })).toEqual([]);
});

test('the value is sensitive in every event of its step, from the answer on', () => {
  expect(marked({ a: { ...look, writes: { secret: 'output.n' } } })).toEqual([
    'tool.completed a: result',
    'attempt.completed a: result',
    'step.committed a: output writes',
  ]);
  expect(
    marked({ a: { kind: 'agent', agent: 'worker', prompt: 'Say', writes: { secret: 'output' } } }),
  ).toEqual(['model.completed a: message', 'attempt.completed a: result', 'step.committed a: output writes']);
});

test('so it is in the steps it was made of, and in the input', () => {
  const made: FlowNode = { kind: 'transform', output: { x: { $: 'steps.a.n' } } };
  expect(marked({ a: look, b: made, c: { ...look, writes: { secret: 'steps.b.x' } } })).toEqual([
    'tool.completed a: result',
    'attempt.completed a: result',
    'step.committed a: output',
    'step.committed b: output',
    'tool.completed c: result',
    'attempt.completed c: result',
    'step.committed c: output writes',
  ]);
  expect(marked({ a: { kind: 'transform', output: 1, writes: { secret: 'input.ssn' } } })).toEqual([
    'run.started: input',
    'step.committed start: output',
    'step.committed a: output writes',
  ]);
});

test('what a write does not take from the output says nothing about what the output is made of', () => {
  const a: FlowNode = { kind: 'transform', output: { x: { $: 'input.ssn' } }, writes: { secret: '"fixed"' } };
  expect(marked({ a })).toEqual(['step.committed a: output writes']);
});

test('items, bodies and handoffs are followed back to where they come from', () => {
  const body = graph(
    {
      s: { kind: 'start' },
      w: { kind: 'transform', output: 1, writes: { secret: 'item' } },
      e: { kind: 'end' },
    },
    's > w',
    'w > e',
  );
  expect(marked({ a: look, m: { kind: 'map', items: '[steps.a.n]', body } })).toContain(
    'step.committed a: output',
  );
  const end = graph(
    { s: { kind: 'start' }, w: look, e: { kind: 'end', output: { $: 'steps.w.n' } } },
    's > w',
    'w > e',
  );
  const looped: FlowNode = { kind: 'loop', while: 'iteration < 2', maxIterations: 2, body: end };
  expect(marked({ l: looped, b: { kind: 'transform', output: 1, writes: { secret: 'steps.l' } } })).toEqual(
    expect.arrayContaining(['tool.completed l[1]/w: result', 'step.committed l[1]/e: output']),
  );
});

test('what a step shows of a field it may read is sensitive: arguments, questions to people', () => {
  const ask: FlowNode = {
    kind: 'human',
    mode: 'approve',
    title: 'Is it {{ context.secret }}?',
    reads: ['secret'],
  };
  const writes: FlowNode = { kind: 'transform', output: 1, writes: { secret: '"s"' } };
  const found = marked({
    w: writes,
    t: { ...look, reads: ['secret'], args: { of: { $: 'context.secret' } } },
    h: ask,
  });
  expect(found).toContain('tool.started t: args');
  expect(found.find((line) => line.startsWith('human.asked h'))).toContain('title');
});
