import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../shared/base/json';
import {
  EventData,
  type EventType,
  isFact,
  type NewEvent,
  type RunEvent,
} from '../../../../shared/events/event';
import type { FlowNode } from '../../../../shared/spec/nodes';
import type { Flow } from '../../../../shared/spec/flow';
import { forkHistory, forkPoint, previewFork } from '../../../../electron/runtime/fork';
import { replayRun } from '../../../../electron/runtime/replay';
import { viewOfStep } from '../../../../electron/runtime/view';
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
const human: FlowNode = { kind: 'human', mode: 'approve', title: 't' };
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

describe('context', () => {
  const context = {
    one: { schema: { type: 'number' }, merge: 'replace' as const },
    list: { schema: { type: 'array' }, merge: 'append' as const, initial: ['i'] },
    bag: { schema: { type: 'object', properties: { k: { type: 'string' } } }, merge: 'merge' as const },
    sum: { schema: { type: 'number' }, merge: 'sum' as const },
    low: { schema: { type: 'number' }, merge: 'min' as const },
    high: { schema: { type: 'number' }, merge: 'max' as const },
  };
  const writing = (...writes: Record<string, string>[]) =>
    play(
      rowOf(Object.fromEntries(writes.map((write, i) => [`t${i}`, { ...look, writes: write } as FlowNode])), {
        context,
        policies: oneTry,
      }),
    );
  const value = (run: Played, field: string) => run.state.root.ctx.own.get(field)?.value;

  test('each merge rule does what it says', () => {
    const run = writing(
      { one: '1', list: '["a","b"]', bag: '{"k":"v","x":{"y":1}}', sum: '2', low: '5', high: '5' },
      { one: '2', list: '"c"', bag: '{"k":null,"x":{"z":2}}', sum: '3', low: '7', high: '7' },
    );
    expect(['one', 'list', 'bag', 'sum', 'low', 'high'].map((field) => value(run, field))).toEqual([
      2,
      ['i', 'a', 'b', 'c'],
      { x: { y: 1, z: 2 } },
      5,
      5,
      7,
    ]);
    expect(run.data('step.committed', 't1')[0]?.writes.map((write) => [write.field, write.version])).toEqual([
      ['one', 2],
      ['list', 2],
      ['bag', 2],
      ['sum', 2],
      ['low', 2],
      ['high', 2],
    ]);
    expect(run.data('step.committed', 't1')[0]?.writes[1]?.value).toBe('c');
  });

  test('a missing value writes nothing; one that does not fit its field is `invalid_output`', () => {
    expect(writing({ one: 'output.no' }).data('step.committed', 't0')[0]?.writes).toEqual([]);
    const wrong: readonly Record<string, string>[] = [
      { one: '"x"' },
      { sum: '"x"' },
      { bag: '{"k":1}' },
      { high: '[1]' },
    ];
    for (const write of wrong)
      expect(writing(write).data('step.failed')).toMatchObject([
        { kind: 'invalid_output', code: 'output/write' },
      ]);
    const strict = play(
      rowOf(
        { t: { ...look, writes: { list: '"x"' } } as FlowNode },
        {
          policies: oneTry,
          context: { list: { schema: { type: 'array', items: { type: 'number' } }, merge: 'append' } },
        },
      ),
    );
    expect(strict.status).toBe('failed');
    const plain = play(rowOf({ t: { kind: 'transform', output: 1, writes: { one: '"x"' } } }, { context }));
    expect(plain.data('step.failed')).toMatchObject([{ kind: 'invalid_output', code: 'output/write:one' }]);
  });

  test('writes do not change the context its own expressions see', () => {
    const run = play(
      rowOf(
        {
          t: { ...look, reads: ['sum'], writes: { sum: 'context.sum + 1', high: 'context.sum' } } as FlowNode,
        },
        { context: { sum: context.sum, high: context.high } },
      ),
    );
    expect(value(run, 'high')).toBe(0);
  });

  test('a read that is not declared is `denied`; a computed one is missing', () => {
    const denied = play(rowOf({ t: { kind: 'transform', output: { $: 'context.one' } } }, { context }), {
      unchecked: true,
    });
    expect(denied.data('step.failed')).toMatchObject([{ kind: 'denied', code: 'expr/failed' }]);
    const computed = play(
      rowOf(
        {
          a: { ...look, writes: { one: '1' } } as FlowNode,
          t: {
            kind: 'transform',
            reads: ['sum'],
            output: { all: { $: '$keys(context)' }, one: { $: '$lookup(context, input.k)' } },
          },
        },
        { context },
      ),
      { input: { k: 'one' } },
    );
    expect(computed.last.data).toMatchObject({ output: { all: 'sum' } });
  });

  test('freshness: too old fails with `stale_context` or is told; never written is missing; initial counts from the start', () => {
    const fresh = (onStale?: 'fail' | 'warn', initial?: number) => ({
      n: {
        schema: { type: 'number' },
        merge: 'replace' as const,
        freshFor: 'PT10M',
        ...(onStale ? { onStale } : {}),
        ...(initial === undefined ? {} : { initial }),
      },
    });
    const flow = (ctx: ReturnType<typeof fresh>, wait = 'PT1H', write = true) =>
      rowOf(
        {
          a: { ...look, ...(write ? { writes: { n: '1' } } : {}) } as FlowNode,
          w: { kind: 'wait', for: wait },
          b: { kind: 'tool', tool: 'look', reads: ['n'] },
        },
        { context: ctx },
      );
    const failed = play(flow(fresh()));
    expect(failed.data('context.stale')).toMatchObject([{ field: 'n' }]);
    expect(failed.data('step.failed')).toMatchObject([
      { kind: 'stale_context', code: 'context/stale', attempts: 0 },
    ]);
    const warned = play(flow(fresh('warn')));
    expect([warned.status, warned.data('context.stale').length]).toEqual(['completed', 1]);
    expect(play(flow(fresh(), 'PT1M')).data('context.stale')).toEqual([]);
    expect(play(flow(fresh(), 'PT1H', false)).status).toBe('completed');
    expect(play(flow(fresh('fail', 3), 'PT1H', false)).data('step.failed')).toMatchObject([
      { kind: 'stale_context' },
    ]);
  });
});

/** Names of `data` as DECISIONS 14 gives them; `?` where it may be missing, and what the schemas add beyond the table. */
const TABLE: Readonly<Record<EventType, string>> = {
  'run.started': 'flowId flowVersion semanticHash engineVersion mode input seed overrides? forkedFrom?',
  'run.paused': 'reason by? node?',
  'run.resumed': 'by step?',
  'run.recovered': 'epoch interrupted',
  'run.cancelRequested': 'by compensate',
  'run.completed': 'output end path usage stateHash',
  'run.failed': 'error output? compensation notUndone path usage stateHash',
  'run.cancelled': 'error? output? compensation notUndone path usage stateHash',
  'step.started': 'node kind via? viewHash reads',
  'step.committed': 'output routes writes handoff? usage',
  'step.failed': 'kind code message attempts effects routed to? handoff? usage',
  'step.cancelled': 'reason',
  'step.skipped': 'to?',
  'attempt.started': 'model? dependency',
  'attempt.completed': 'result latencyMs',
  'attempt.failed': 'kind code message sent retryAfterMs? latencyMs?',
  'attempt.rejected': 'kind check message',
  'retry.scheduled': 'nextAttempt model? dueAt delayMs',
  'model.completed': 'turn purpose model requestHash message toolCalls finish usage cost? latencyMs?',
  'tool.started': 'call tool args effect key',
  'tool.completed': 'call result latencyMs?',
  'tool.failed': 'call kind code message sent retryAfterMs?',
  'tool.refused': 'call tool reason',
  'human.asked': 'task type title body? evidence form? proposed? choices assignee? deadlineAt? onDeadline?',
  'human.expired': 'task port',
  'human.withdrawn': 'task reason',
  'human.decided': 'task choice values? comment? by via',
  'timer.set': 'timer dueAt why',
  'timer.fired': 'timer',
  'context.set': 'field value by',
  'context.stale': 'field ageMs',
  'output.set': 'node value by',
  'governor.queued': 'dependency reason until?',
  'governor.refused': 'dependency reason until?',
  'breaker.changed': 'subject from to until?',
  'budget.warned': 'scope metric used limit',
  'budget.exceeded': 'scope metric used limit action',
  'budget.raised': 'limits by',
  'compensation.started': 'steps',
  'compensation.completed': 'undone notUndone',
  'plan.proposed': 'steps',
  'deadletter.added': 'step kind',
  'deadletter.closed': 'step? action by',
  'run.migrated': 'from to',
};

describe('the table of events', () => {
  test.each(Object.entries(TABLE))('%s has exactly the data named for it', (type, names) => {
    const shape = EventData[type as EventType].shape as Record<string, { isOptional(): boolean }>;
    const wanted = names.split(' ');
    expect(Object.keys(shape).sort()).toEqual(wanted.map((name) => name.replace('?', '')).sort());
  });

  test('every event of many runs parses, names no more than the table, and time never goes back', () => {
    const body = graph({ s: { kind: 'start' }, t: look, e: { kind: 'end' } }, 's > t', 't > e');
    const runs = [
      play(
        rowOf(
          { a: look, h: human, p: pay, m: { kind: 'map', items: '[1..3]', body } },
          { policies: { default: { concurrency: 1 } } },
        ),
      ),
      play(rowOf({ a: { kind: 'agent', agent: 'worker' } }), {
        script: (call) =>
          call.attempt < 3 ? fails('timeout', { sent: 'maybe', retryAfterMs: 5 }) : undefined,
      }),
      play(
        rowOf(
          { a: { ...pay, compensate: { tool: 'refund' } } as FlowNode, b: look },
          { onFailure: { do: 'compensate' }, policies: oneTry },
        ),
        { script: (call) => (call.node === 'b' ? fails('error') : undefined) },
      ),
    ];
    for (const { events } of runs) {
      let last = 0;
      for (const event of events) {
        const schema: { safeParse(data: unknown): { error?: unknown } } = EventData[event.type];
        expect(schema.safeParse(event.data).error).toBeUndefined();
        const required = TABLE[event.type].split(' ').filter((name) => !name.endsWith('?'));
        expect(Object.keys(event.data)).toEqual(expect.arrayContaining(required));
        expect(event.at).toBeGreaterThanOrEqual(last);
        last = event.at;
      }
    }
  });
});
