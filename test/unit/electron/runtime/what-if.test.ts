/** What-if: the record's answers under a flow, at the moments they came in. */
import { expect, test } from 'vitest';
import { replayRun } from '../../../../electron/runtime/replay';
import type { Flow } from '../../../../shared/spec/flow';
import {
  asks,
  fails,
  flowOf,
  gives,
  play,
  type PlayOptions,
  pure,
  rowOf,
  say,
} from '../../../fakes/small-flow';

const AGENTS: Flow['agents'] = { doer: { role: 'Does', model: 'main', tools: ['look'] } };
const oneTry = { default: { retry: { maxAttempts: 1 } } };

/** An agent whose model fails 70 ms after its tool has answered, then a step that writes down the time. */
const failing = flowOf({
  nodes: {
    s: { kind: 'start' },
    a: { kind: 'agent', agent: 'doer' },
    when: { kind: 'transform', output: { at: { $: '$millis()' } } },
    e: { kind: 'end' },
  },
  edges: ['s > a', 'a > e', 'a.fallback > when', 'when > e'],
  agents: AGENTS,
  policies: oneTry,
});
const script: PlayOptions['script'] = (call) => {
  if (call.type === 'tool') return [gives({ n: 1 }), 30];
  return call.type === 'model' && call.turn === 1 ? say('', asks('look')) : [fails('error'), 70];
};

test('a model call that failed after a tool had answered failed when it did, not when the tool answered', () => {
  const run = play(failing, { script });
  const [answered] = run.of('tool.completed');
  const [failed] = run.of('attempt.failed');
  expect([failed?.seq, failed?.at]).toEqual([(answered?.seq ?? 0) + 1, (answered?.at ?? 0) + 70]);
  const report = replayRun(pure, 'run', failing, run.events, failing);
  expect(report).toMatchObject({ verdict: 'identical', firstDifference: null, wouldRunAgain: [] });
});

test('the first step that comes out otherwise under the edited flow is named with both sides', () => {
  const flow = rowOf({ a: { kind: 'transform', output: { n: 1 } }, b: { kind: 'tool', tool: 'look' } });
  const edited = rowOf({ a: { kind: 'transform', output: { n: 2 } }, b: { kind: 'tool', tool: 'look' } });
  const report = replayRun(pure, 'run', flow, play(flow).events, edited);
  expect(report).toMatchObject({
    verdict: 'different',
    firstDifference: { step: 'a', recorded: { output: { n: 1 } }, derived: { output: { n: 2 } } },
    wouldRunAgain: [],
  });
});

test('a call the record has no answer for would be made again, and what follows from it is not made up', () => {
  const flow = rowOf({ a: { kind: 'tool', tool: 'look' } });
  const edited = rowOf({ a: { kind: 'tool', tool: 'look' }, b: { kind: 'tool', tool: 'put' } });
  const report = replayRun(pure, 'run', flow, play(flow).events, edited);
  expect(report).toMatchObject({ verdict: 'different', reused: 1, wouldRunAgain: ['b'] });
});

test('a call that was still queued when its branch was no longer wanted is not let through either', () => {
  const flow = flowOf({
    nodes: {
      s: { kind: 'start' },
      both: { kind: 'parallel' },
      slow: { kind: 'tool', tool: 'pay' },
      queued: { kind: 'tool', tool: 'pay' },
      quick: { kind: 'tool', tool: 'look' },
      first: { kind: 'join', wait: 'any' },
      e: { kind: 'end' },
    },
    edges: [
      's > both',
      'both.branch > slow',
      'both.branch > queued',
      'both.branch > quick',
      'slow > first',
      'queued > first',
      'quick > first',
      'first > e',
    ],
    policies: { default: { retry: { maxAttempts: 1 }, concurrency: 1 } },
  });
  const run = play(flow, { script: (call) => [gives(1), call.step === 'slow' ? 50 : 20] });
  expect(run.of('governor.queued').map((event) => event.step)).toEqual(['queued']);
  expect(run.of('attempt.started', 'queued')).toEqual([]);
  const report = replayRun(pure, 'run', flow, run.events, flow);
  expect(report).toMatchObject({ verdict: 'identical', firstDifference: null, wouldRunAgain: [] });
});

test('two calls of one turn that ask for the same get each their own answer', () => {
  const flow = rowOf({ a: { kind: 'agent', agent: 'doer' } }, { agents: AGENTS });
  let tries = 0;
  const run = play(flow, {
    script: (call, nth) => {
      if (call.type !== 'tool')
        return nth === 1 ? say('', asks('look', {}, 'x'), asks('look', {}, 'y')) : say('done');
      return call.call === 1 && ++tries < 3 ? [fails('unavailable'), 5] : [gives(call.call), 500];
    },
  });
  expect(run.data('tool.failed').map((data) => data.call)).toEqual([1, 1]);
  const report = replayRun(pure, 'run', flow, run.events, flow);
  expect(report).toMatchObject({ verdict: 'identical', firstDifference: null, wouldRunAgain: [] });
});

test('a call that was refused after it had waited is refused no sooner', () => {
  const flow = flowOf({
    nodes: {
      s: { kind: 'start' },
      both: { kind: 'parallel' },
      first: { kind: 'tool', tool: 'look' },
      second: { kind: 'tool', tool: 'look' },
      all: { kind: 'join', wait: 'all', onBranchFailure: 'skip' },
      when: { kind: 'transform', output: { at: { $: '$millis()' } } },
      e: { kind: 'end' },
    },
    edges: [
      's > both',
      'both.branch > first',
      'both.branch > second',
      'first > all',
      'second.fallback > when',
      'second > all',
      'when > all',
      'all > e',
      'all.fallback > e',
    ],
    policies: {
      default: {
        retry: { maxAttempts: 1 },
        concurrency: 1,
        breaker: { failures: 1, window: 'PT1M', cooldown: 'PT10S', halfOpen: 1 },
      },
    },
  });
  const run = play(flow, { script: () => [fails('unavailable'), 50] });
  expect(run.of('governor.queued').map((event) => event.step)).toEqual(['second']);
  expect(run.of('governor.refused').map((event) => event.step)).toEqual(['second']);
  const report = replayRun(pure, 'run', flow, run.events, flow);
  expect(report).toMatchObject({ verdict: 'identical', firstDifference: null, wouldRunAgain: [] });
});
