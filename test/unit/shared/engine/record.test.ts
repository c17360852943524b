import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../shared/base/json';
import { isFact, type NewEvent, type RunEvent } from '../../../../shared/events/event';
import type { FlowNode } from '../../../../shared/spec/nodes';
import type { Flow } from '../../../../shared/spec/flow';
import { forkHistory, forkPoint, previewFork } from '../../../../electron/runtime/fork';
import { replayRun } from '../../../../electron/runtime/replay';
import {
  asks,
  at,
  cancelling,
  fails,
  flowOf,
  gives,
  graph,
  PAUSE,
  play,
  type Played,
  type PlayOptions,
  pure,
  RESUME,
  rowOf,
  say,
  steering,
} from '../../../fakes/small-flow';

const look: FlowNode = { kind: 'tool', tool: 'look' };
const pay: FlowNode = { kind: 'tool', tool: 'pay' };
const oneTry = { default: { retry: { maxAttempts: 1 } } };
/** Plays until an event, then as a new process would go on. */
function crashedAfter(flow: Flow, when: (event: RunEvent) => boolean, options: PlayOptions = {}): Played {
  return play(flow, { ...options, history: prefix(flow, when, options) });
}
function prefix(
  flow: Flow,
  when: (event: RunEvent) => boolean,
  options: PlayOptions = {},
): readonly RunEvent[] {
  return play(flow, { ...options, onTurn: (events) => !events.some((event) => when(event)) }).events;
}
function forked(
  flow: Flow,
  parent: readonly RunEvent[],
  point: number | string,
  edits: readonly NewEvent[] = [],
  options: PlayOptions = {},
): Played {
  const seq = forkPoint(parent, point);
  const history = forkHistory(parent, {
    runId: 'fork',
    seq,
    flow,
    semanticHash: '',
    sameFlow: true,
    at: point,
    by: 'me',
  });
  let given = false;
  return play(flow, {
    ...options,
    runId: 'fork',
    history,
    facts: () => (given ? [] : ((given = true), edits)),
    ...(edits.length > 0 ? {} : { facts: () => [] }),
  });
}

describe('recovery', () => {
  test('interrupted calls are made again in the same attempt and are no failed attempt', () => {
    const run = crashedAfter(rowOf({ a: look }), at('tool.started'));
    expect(run.data('run.recovered')).toEqual([{ epoch: 0, interrupted: ['a'] }]);
    expect(run.of('attempt.started').map((event) => event.attempt)).toEqual([1]);
    expect(run.status).toBe('completed');
  });

  test('a started `once` call is asked about, an `idempotent` one repeated under its key', () => {
    const once = crashedAfter(rowOf({ a: pay }), at('tool.started'), {
      decide: () => ({ choice: 'happened', values: 5 }),
    });
    expect(once.data('human.asked')).toMatchObject([{ task: 'a:uncertain:1' }]);
    expect(once.calls).toEqual([]);
    expect(once.last.data).toMatchObject({ output: 5 });
    const put = crashedAfter(rowOf({ a: { kind: 'tool', tool: 'put' } }), at('tool.started'));
    expect(new Set(put.data('tool.started').map((call) => call.key)).size).toBe(1);
    expect(put.data('tool.started')).toHaveLength(2);
  });

  const again = (flow: Flow, history: readonly RunEvent[], times: number): readonly RunEvent[] => {
    let events = history;
    for (let i = 0; i < times; i++) {
      const run = play(flow, { history: events, decide: () => undefined, onTurn: () => false });
      events = run.events;
    }
    return events;
  };

  test('five interruptions of one step fail it with `engine/crash-loop`', () => {
    const flow = rowOf({ a: look });
    const events = again(flow, prefix(flow, at('tool.started')), 4);
    expect(play(flow, { history: events }).data('step.failed')).toMatchObject([
      { kind: 'error', code: 'engine/crash-loop' },
    ]);
    expect(play(flow, { history: again(flow, prefix(flow, at('tool.started')), 3) }).status).toBe(
      'completed',
    );
  });

  test('a step that waits for a person is not interrupted, however often the program ends', () => {
    const tools = {
      ask: {
        description: 'd',
        input: {},
        effect: 'read' as const,
        kind: 'builtin' as const,
        name: 'echo',
        approval: 'always' as const,
      },
    };
    const flow = rowOf(
      { a: { kind: 'agent', agent: 'doer' } },
      { tools, agents: { doer: { role: 'd', model: 'main', tools: ['ask'] } } },
    );
    const script: PlayOptions['script'] = (call) =>
      call.type === 'model' ? (call.turn === 1 ? say('', asks('ask')) : say('done')) : gives(1);
    const asked = play(flow, { script, decide: () => undefined }).events;
    const events = again(flow, asked, 8);
    expect(events).toHaveLength(asked.length);
    expect(play(flow, { history: events, script }).status).toBe('completed');
    const doubted = play(rowOf({ a: pay }), {
      script: () => fails('uncertain', { sent: 'maybe' }),
      decide: () => undefined,
    }).events;
    expect(again(rowOf({ a: pay }), doubted, 8)).toHaveLength(doubted.length);
  });

  test('tool calls of an agent that were in flight are made again, the finished ones are not', () => {
    const flow = rowOf(
      { a: { kind: 'agent', agent: 'doer' } },
      { agents: { doer: { role: 'd', model: 'main', tools: ['look', 'pay'] } } },
    );
    const script: PlayOptions['script'] = (call) =>
      call.type === 'model'
        ? call.turn === 1
          ? say('', asks('look', {}, 'x'), asks('pay', {}, 'y'))
          : say('done')
        : gives(1);
    const run = crashedAfter(flow, (event) => event.type === 'tool.started' && event.data.tool === 'pay', {
      script,
      decide: () => ({ choice: 'not_happened' }),
    });
    expect(run.data('tool.started').map((call) => call.tool)).toEqual(['look', 'pay', 'pay']);
    expect(run.status).toBe('completed');
    const read = crashedAfter(flow, at('tool.started'), { script });
    expect(read.data('tool.started').map((call) => call.tool)).toEqual(['look', 'look', 'pay']);
    const model = crashedAfter(flow, at('attempt.started'), { script });
    expect(model.data('run.recovered')).toHaveLength(1);
    expect(model.status).toBe('completed');
    expect(
      crashedAfter(flow, at('attempt.started'), {
        script,
        facts: steering([at('attempt.started'), PAUSE], [at('run.paused'), RESUME]),
      }).status,
    ).toBe('completed');
  });
});

describe('forks', () => {
  const flow = rowOf({
    a: { kind: 'tool', tool: 'put' },
    b: { kind: 'tool', tool: 'put', args: { from: { $: 'steps.a.n' } } },
    c: { kind: 'transform', output: { run: { $: 'run.id' }, b: { $: 'steps.b' } } },
  });
  const parent = play(flow, { script: (call) => gives({ n: call.step }) });

  test('at a step key: just before its first start; what came before is reused, keys are new', () => {
    const run = forked(flow, parent.events, 'b');
    expect(run.calls.map((call) => call.step)).toEqual(['b']);
    const key = (events: Played) => events.data('tool.started', 'b').at(-1)?.key;
    expect(key(run)).not.toBe(key(parent));
    expect(run.last.data).toMatchObject({ output: { run: 'fork' } });
    expect(previewFork(parent.events, forkPoint(parent.events, 'b'))).toMatchObject({
      reused: ['start', 'a'],
      effectsAgain: [{ step: 'b', tool: 'put', effect: 'idempotent' }],
    });
    expect(() => forkPoint(parent.events, 'nowhere')).toThrow('No step "nowhere"');
    expect(() => forkPoint(parent.events, 999)).toThrow('there is no 999');
    expect(() =>
      forkHistory([], { runId: 'x', seq: 0, flow, semanticHash: '', sameFlow: true, at: 1, by: 'me' }),
    ).toThrow('does not begin');
  });

  test('at a seq: the end of the turn that holds it; an ended run from before its end', () => {
    const committed = parent.of('step.committed', 'a')[0]?.seq ?? 0;
    const point = forkPoint(parent.events, committed);
    expect(parent.events[point - 1]).toMatchObject({ type: 'step.started', step: 'b' });
    expect(isFact(parent.events[point] as RunEvent)).toBe(true);
    expect(forkPoint(parent.events, parent.events.length)).toBe(parent.events.length - 1);
    expect(forked(flow, parent.events, parent.events.length).status).toBe('completed');
  });

  test('what a fork inherited is taken over by a replay, also where it holds the name of the parent', () => {
    const named = rowOf({ a: { kind: 'transform', output: { $: 'run.id' } }, b: look });
    const run = forked(named, play(named).events, 'b');
    expect(replayRun(pure, 'fork', named, run.events).verdict).toBe('identical');
  });

  test('a cancelled run is forked from before that was asked for', () => {
    const waiting = rowOf({ a: look, w: { kind: 'wait', for: 'PT1H' } });
    const run = play(waiting, { facts: steering([at('timer.set'), cancelling(false)]) });
    expect(run.status).toBe('cancelled');
    expect(forked(waiting, run.events, run.events.length).status).toBe('completed');
  });

  test('a question about a doubtful call is not taken over: the call is made anew under its own key', () => {
    const paying = rowOf({ a: pay });
    const run = play(paying, {
      script: () => fails('uncertain', { sent: 'maybe' }),
      decide: () => undefined,
    });
    expect(forked(paying, run.events, run.events.length).calls).toHaveLength(1); // an answer that comes at once changes nothing
    const after = forked(paying, run.events, run.events.length, [], { decide: () => undefined });
    expect(after.data('human.withdrawn')).toEqual([
      { task: 'a:uncertain:1', reason: 'the call is made anew' },
    ]);
    expect(after.status).toBe('completed');
    expect(new Set(after.data('tool.started').map((call) => call.key)).size).toBe(2);
  });

  test('steps inherited are not undone', () => {
    const paid: FlowNode = { kind: 'tool', tool: 'pay', compensate: { tool: 'refund' } };
    const undoing = rowOf(
      { a: paid, b: paid, c: look },
      { onFailure: { do: 'compensate' }, policies: oneTry },
    );
    const run = play(undoing);
    expect(
      forked(undoing, run.events, 'b', [], {
        script: (call) => (call.node === 'c' ? fails('error') : undefined),
      }).data('compensation.started'),
    ).toEqual([{ steps: ['b'] }]);
  });

  const edit = (node: string, value: Json): NewEvent => ({
    type: 'output.set',
    data: { node, value, by: 'me' },
  });

  test('edited outputs and context are what the steps after it see', () => {
    const context = { note: { schema: {}, merge: 'replace' as const } };
    const seeing = rowOf(
      {
        a: look,
        w: { kind: 'wait', for: 'PT1M' },
        b: {
          kind: 'transform',
          reads: ['note'],
          output: { a: { $: 'steps.a' }, note: { $: 'context.note' } },
        },
      },
      { context },
    );
    const run = play(seeing);
    const edits: NewEvent[] = [
      edit('a', 'other'),
      { type: 'context.set', data: { field: 'note', value: 'hello', by: 'me' } },
    ];
    expect(forked(seeing, run.events, 'w', edits).last.data).toMatchObject({
      output: { a: 'other', note: 'hello' },
    });
  });

  test('an edited output is found in its branch and in its body; one of a body that is over changes nothing', () => {
    const branchy = flowOf({
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        a: look,
        w: { kind: 'wait', for: 'PT1M' },
        b: { kind: 'transform', output: { $: 'steps.a' } },
        c: look,
        join: { kind: 'join' },
        end: { kind: 'end', output: { $: 'steps.b' } },
      },
      edges: [
        'start > fork',
        'fork.branch > a',
        'fork.branch > c',
        'a > w',
        'w > b',
        'b > join',
        'c > join',
        'join > end',
      ],
    });
    expect(forked(branchy, play(branchy).events, 'w', [edit('a', 7)]).last.data).toMatchObject({ output: 7 });
    const body = graph(
      {
        s: { kind: 'start' },
        a: look,
        w: { kind: 'wait', for: 'PT1M' },
        e: { kind: 'end', output: { $: 'steps.a' } },
      },
      's > a',
      'a > w',
      'w > e',
    );
    const mapped = rowOf({ m: { kind: 'map', items: '[1]', body } });
    const run = play(mapped);
    expect(forked(mapped, run.events, 'm[0]/w', [edit('m[0]/a', 7)]).last.data).toMatchObject({
      output: [7],
    });
    expect(forked(mapped, run.events, run.events.length, [edit('m[0]/a', 7)]).last.data).toMatchObject({
      output: [{ n: 1 }],
    });
  });

  test('a fork inside a map or team starts its calls afresh', () => {
    const body = graph({ s: { kind: 'start' }, a: look, e: { kind: 'end' } }, 's > a', 'a > e');
    const mapped = rowOf({ m: { kind: 'map', items: '[1,2]', body } });
    const run = play(mapped);
    expect(forked(mapped, run.events, 'm[1]/a').status).toBe('completed');
    const agent = rowOf(
      { a: { kind: 'agent', agent: 'doer' } },
      { agents: { doer: { role: 'd', model: 'main', tools: ['look'] } } },
    );
    const script: PlayOptions['script'] = (call) =>
      call.type === 'model' ? (call.turn === 1 ? say('', asks('look')) : say('done')) : gives(1);
    const talked = play(agent, { script });
    const after = forked(agent, talked.events, talked.of('tool.started')[0]?.seq ?? 0, [], { script });
    expect(after.of('attempt.started').map((event) => event.attempt)).toEqual([1, 2]);
    expect(after.status).toBe('completed');
  });
});
