/** What must not depend on which of two things came first, nor be lost when they come together. */
import { expect, test } from 'vitest';
import type { FlowNode } from '../../../../shared/spec/nodes';
import { asks, flowOf, gives, play, type PlayOptions, rowOf, say } from '../../../fakes/small-flow';

const oneTry = { default: { retry: { maxAttempts: 1 } } };
const agent: FlowNode = { kind: 'agent', agent: 'worker' };

test('results of the tools of one turn are told in the order they were asked for, whichever came first', () => {
  const flow = rowOf({ a: agent }, { agents: { worker: { role: 'Works', model: 'main', tools: ['look'] } } });
  const ways = ['slow', 'quick', 'middle'];
  const latency = [90, 10, 50];
  const script: PlayOptions['script'] = (call) => {
    if (call.type === 'tool') return [gives(call.call), latency[call.call - 1] ?? 0];
    return call.type === 'model' && call.turn === 1
      ? say('', ...ways.map((id) => asks('look', {}, id)))
      : say('done');
  };
  const run = play(flow, { script });
  expect(run.data('tool.completed').map((data) => data.call)).toEqual([2, 3, 1]);
  const [, second] = run.calls.filter((call) => call.type === 'model');
  expect(second?.messages.flatMap((each) => (each.role === 'tool' ? [each.callId] : []))).toEqual(ways);
});

test('what a cancelled branch had reserved is there at once for the step after the join', () => {
  const flow = flowOf({
    policies: oneTry,
    budget: { tokens: 1500 },
    models: { main: { provider: 'test', model: 'one', settings: { maxOutputTokens: 1000 } } },
    nodes: {
      start: { kind: 'start' },
      fork: { kind: 'parallel' },
      slow: agent,
      quick: { kind: 'tool', tool: 'look' },
      join: { kind: 'join', wait: 'any' },
      after: agent,
      end: { kind: 'end' },
    },
    edges: [
      'start > fork',
      'fork.branch > slow',
      'fork.branch > quick',
      'slow > join',
      'quick > join',
      'join > after',
      'after > end',
    ],
  });
  const run = play(flow, {
    script: (call) =>
      call.type === 'tool' ? [gives(1), 20] : call.node === 'slow' ? [say('x'), 90] : undefined,
  });
  expect(run.status).toBe('completed');
  expect(run.of('attempt.started', 'after')[0]?.at).toBe(run.of('step.cancelled', 'slow')[0]?.at);
});
