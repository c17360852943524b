import { describe, expect, test } from 'vitest';
import type { FlowNode } from '../../../../shared/spec/nodes';
import {
  at,
  cancelling,
  fails,
  flowOf,
  gives,
  graph,
  PAUSE,
  play,
  type PlayOptions,
  RESUME,
  rowOf,
  say,
  steering,
  STEP,
} from '../../../fakes/small-flow';
import type { Agent, Budget } from '../../../../shared/spec/parts';

const look: FlowNode = { kind: 'tool', tool: 'look' };
const FORM = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
const ask: FlowNode = {
  kind: 'human',
  mode: 'approve',
  title: 'Well, {{ input.who }}?',
  show: ['input.who'],
  form: FORM,
  propose: { n: { $: '1 + 2' } },
  assignee: 'ann',
};
const nobody: PlayOptions['decide'] = () => undefined;
const oneTry = { default: { retry: { maxAttempts: 1 } } };

describe('control', () => {
  test('paused: calls in flight finish and commit, nothing new starts; resumed it goes on', () => {
    const run = play(rowOf({ a: look, b: look }), { facts: steering([at('tool.started', 'a'), PAUSE]) });
    expect(run.of('step.committed', 'a')).toHaveLength(1);
    expect(run.of('step.started', 'b')).toHaveLength(0);
    expect(run.status).toBe('paused');
    const on = play(rowOf({ a: look, b: look }), {
      facts: steering([at('tool.started', 'a'), PAUSE], [at('step.committed', 'a'), RESUME]),
    });
    expect(on.status).toBe('completed');
  });

  test('a decision while paused is recorded and acts at resume', () => {
    const flow = rowOf({ h: ask, b: look });
    const run = play(flow, {
      decide: () => ({ choice: 'approved' }),
      facts: steering([at('human.asked'), PAUSE]),
    });
    expect(run.data('human.decided')).toHaveLength(1);
    expect(run.of('step.committed', 'h')).toHaveLength(0);
    const on = play(flow, {
      decide: () => ({ choice: 'approved' }),
      facts: steering([at('human.asked'), PAUSE], [at('human.decided'), RESUME]),
    });
    expect(on.status).toBe('completed');
  });

  test('a deadline while paused is recorded: a later decision finds the task closed', () => {
    const run = play(rowOf({ h: { ...ask, deadline: 'PT1M' } as FlowNode, b: look }), {
      decide: nobody,
      facts: steering([at('human.asked'), PAUSE]),
    });
    expect(run.data('human.expired')).toHaveLength(1);
    expect(run.state.closedTasks.has('h')).toBe(true);
    expect(run.of('step.failed')).toHaveLength(0);
  });

  test('an approval refused while paused acts at resume, in a tool node and in an agent', () => {
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
    const no: PlayOptions['decide'] = () => ({ choice: 'rejected' });
    const flow = rowOf({ t: { kind: 'tool', tool: 'ask' } }, { tools });
    expect(play(flow, { decide: no, facts: steering([at('human.asked'), PAUSE]) }).of('step.failed')).toEqual(
      [],
    );
    const agent = rowOf(
      { a: { kind: 'agent', agent: 'doer' } },
      { tools, agents: { doer: { role: 'd', model: 'main', tools: ['ask'] } } },
    );
    const script: PlayOptions['script'] = (_call, nth) =>
      nth === 1 ? say('', { id: 'x', name: 'ask', args: {} }) : say('done');
    expect(
      play(agent, { script, decide: no, facts: steering([at('human.asked'), PAUSE]) }).of('tool.refused'),
    ).toEqual([]);
    expect(
      play(agent, {
        script,
        decide: no,
        facts: steering([at('human.asked'), PAUSE], [at('human.decided'), RESUME]),
      }).status,
    ).toBe('completed');
  });

  test('calls that waited for a place when the run was paused are asked for again at resume', () => {
    const body = graph({ s: { kind: 'start' }, t: look, e: { kind: 'end' } }, 's > t', 't > e');
    const flow = rowOf(
      { m: { kind: 'map', items: '[1..3]', body } },
      { policies: { default: { concurrency: 1 } } },
    );
    const run = play(flow, { facts: steering([at('governor.queued'), PAUSE]) });
    expect(run.data('tool.started')).toHaveLength(1);
    const on = play(flow, {
      facts: steering([at('governor.queued'), PAUSE], [at('step.committed', 'm[0]/t'), RESUME]),
    });
    expect(on.status).toBe('completed');
  });

  test('stepping goes one ready step at a time, in token order, into bodies as well', () => {
    const body = graph({ s: { kind: 'start' }, t: look, e: { kind: 'end' } }, 's > t', 't > e');
    const steps: number[] = [];
    const run = play(rowOf({ a: look, m: { kind: 'map', items: '[1,2]', body } }), {
      overrides: { stepping: true },
      facts: (events) => {
        // a container counts together with the first step inside it
        steps.push(
          events.filter((event) => event.type === 'step.started' && event.data.kind !== 'map').length,
        );
        return events.some(at('run.paused')) ? [STEP] : [];
      },
    });
    expect(run.status).toBe('completed');
    expect(Math.max(...steps)).toBe(1);
    expect(run.data('run.paused').every((pause) => pause.reason === 'step')).toBe(true);
  });

  test('a step that waits for a person ends its turn of stepping', () => {
    const run = play(rowOf({ h: ask }), {
      overrides: { stepping: true },
      decide: nobody,
      facts: steering([at('run.paused'), STEP]),
    });
    expect(run.of('step.started').map((event) => event.step)).toEqual(['start', 'h']);
    expect(run.status).toBe('paused');
  });

  const stops = (breakpoints: object[], flow = rowOf({ a: look, b: look })) =>
    play(flow, {
      overrides: { breakpoints: breakpoints as never },
      facts: (events) => (events.some(at('run.paused')) ? [RESUME] : []),
    });

  test('breakpoints stop before or after a node, once for each arrival, when their condition holds', () => {
    const before = stops([{ node: 'b', when: 'before' }]);
    expect(before.data('run.paused')).toEqual([{ reason: 'breakpoint', node: 'b' }]);
    expect(before.of('run.paused')[0]?.seq).toBeLessThan(before.of('step.started', 'b')[0]?.seq ?? 0);
    expect(stops([{ node: 'a', when: 'after' }]).data('run.paused')).toEqual([
      { reason: 'breakpoint', node: 'a' },
    ]);
    expect(stops([{ node: 'b', when: 'before', if: 'steps.a.n > 5' }]).data('run.paused')).toEqual([]);
    expect(stops([{ node: 'b', when: 'before', if: 'steps.a.n = 1' }]).data('run.paused')).toHaveLength(1);
    expect(before.status).toBe('completed');
  });

  test('a condition that cannot be evaluated stops, it does not break the run; it may read all of the context', () => {
    expect(stops([{ node: 'b', when: 'before', if: '$error("x")' }]).data('run.paused')).toHaveLength(1);
    const flow = rowOf(
      { a: { ...look, writes: { n: '3' } } as FlowNode, b: look },
      { context: { n: { schema: { type: 'number' }, merge: 'replace' } } },
    );
    expect(stops([{ node: 'b', when: 'before', if: 'context.n = 3' }], flow).data('run.paused')).toHaveLength(
      1,
    );
    expect(stops([{ node: 'b', when: 'before', if: 'context.n = 4' }], flow).data('run.paused')).toHaveLength(
      0,
    );
  });

  test('breakpoints stop before a join and after the last node of a branch', () => {
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        a: look,
        b: look,
        join: { kind: 'join' },
        end: { kind: 'end' },
      },
      edges: ['start > fork', 'fork.branch > a', 'fork.branch > b', 'a > join', 'b > join', 'join > end'],
    });
    expect(stops([{ node: 'join', when: 'before' }], flow)).toMatchObject({ status: 'completed' });
    expect(stops([{ node: 'join', when: 'before' }], flow).data('run.paused')).toHaveLength(1);
    expect(stops([{ node: 'b', when: 'after' }], flow).data('run.paused')).toHaveLength(1);
    expect(stops([{ node: 'fork', when: 'after' }], flow).data('run.paused')).toHaveLength(1);
  });

  test('cancelled: calls are aborted, tasks withdrawn, the run says so', () => {
    const run = play(rowOf({ h: ask }), {
      decide: nobody,
      facts: steering([at('human.asked'), cancelling(false)]),
    });
    expect(run.data('human.withdrawn')).toMatchObject([{ task: 'h' }]);
    expect(run.last).toMatchObject({ type: 'run.cancelled', data: { compensation: 'none', path: [] } });
  });
});

describe('budgets', () => {
  const limited = (budget: Budget, more: object = {}) =>
    rowOf({ a: look, b: look, c: look }, { budget, ...more });

  test('steps: the run pauses and asks; raised it goes on, stopped it fails with `budget`', () => {
    const raised = play(limited({ steps: 2 }), {
      decide: () => ({ choice: 'raise', values: { steps: 10 } }),
    });
    expect(raised.data('budget.exceeded')).toMatchObject([
      { scope: 'run', metric: 'steps', used: 2, limit: 2, action: 'pause' },
    ]);
    expect(raised.data('run.paused')).toEqual([{ reason: 'budget' }]);
    expect(raised.data('human.asked')).toMatchObject([
      { task: 'run:budget:1', type: 'budget', proposed: { steps: 4 } },
    ]);
    expect(raised.data('budget.raised')).toEqual([{ limits: { steps: 10 }, by: 'rehearsal' }]);
    expect(raised.status).toBe('completed');
    const stopped = play(limited({ steps: 2 }), { decide: () => ({ choice: 'stop' }) });
    expect(stopped.last).toMatchObject({
      type: 'run.failed',
      data: { error: { kind: 'budget', code: 'budget/exceeded' } },
    });
  });

  test('raised as proposed it is doubled; too little is asked about again', () => {
    expect(play(limited({ steps: 2 }), { decide: () => ({ choice: 'raise' }) }).status).toBe('completed');
    const twice = play(limited({ steps: 1 }), {
      decide: (task) => ({ choice: 'raise', values: { steps: task.task === 'run:budget:1' ? 2 : 9 } }),
    });
    expect(twice.data('human.asked').map((task) => task.task)).toEqual(['run:budget:1', 'run:budget:2']);
    expect(twice.status).toBe('completed');
  });

  test('`fail` goes straight to `onFailure`; a person may take over with budgets off', () => {
    const failed = play(limited({ steps: 2, onExceeded: 'fail' }));
    expect(failed.of('run.paused')).toEqual([]);
    expect(failed.last).toMatchObject({ type: 'run.failed', data: { error: { kind: 'budget' } } });
    const flow = flowOf({
      budget: { steps: 1, onExceeded: 'fail' },
      onFailure: { do: 'escalate', to: 'help' },
      nodes: {
        start: { kind: 'start' },
        a: look,
        b: look,
        help: { kind: 'human', mode: 'form', title: '{{ error.kind }}', form: {} },
        end: { kind: 'end' },
      },
      edges: ['start > a', 'a > b', 'b > end', 'help.approved > end'],
    });
    const taken = play(flow);
    expect(taken.data('human.asked')).toMatchObject([{ title: 'budget' }]);
    expect(taken.last).toMatchObject({ type: 'run.completed', data: { path: ['a', 'help', 'end'] } });
  });

  test('it is warned once at 80 %', () => {
    const run = play(
      rowOf({ a: look, b: look, c: look, d: look, e: look }, { budget: { steps: 5, duration: 'PT1H' } }),
    );
    expect(run.data('budget.warned')).toEqual([{ scope: 'run', metric: 'steps', used: 4, limit: 5 }]);
    const time = play(rowOf({ a: look, b: look }, { budget: { duration: 'PT10S' } }), {
      script: () => [gives(1), 4_500],
    });
    expect(time.data('budget.warned')).toMatchObject([{ metric: 'duration', limit: 10_000 }]);
  });

  test('turns, tokens and cost are held before the call is made', () => {
    const agent: Partial<Agent> = { role: 'd', model: 'main' };
    const priced = {
      main: {
        provider: 'test',
        model: 'one',
        price: { inputPerMTok: 0, outputPerMTok: 1_000_000, currency: 'USD' },
        settings: { maxOutputTokens: 10 },
      },
    };
    const flow = (budget: Budget) =>
      rowOf(
        { a: { kind: 'agent', agent: 'doer' }, b: { kind: 'agent', agent: 'doer' } },
        { budget: { ...budget, onExceeded: 'fail' }, models: priced, agents: { doer: agent as Agent } },
      );
    const run = (budget: Budget) =>
      play(flow(budget), {
        script: () => ({
          ok: true,
          text: 'x',
          toolCalls: [],
          finish: 'stop',
          usage: { in: 10, out: 10 },
          cost: { amount: 10, currency: 'USD' },
        }),
      });
    expect(run({ turns: 1 })).toMatchObject({ status: 'failed', calls: { length: 1 } });
    expect(run({ tokens: 5 })).toMatchObject({ status: 'failed', calls: { length: 0 } });
    expect(run({ tokens: 30 })).toMatchObject({ status: 'failed', calls: { length: 1 } });
    expect(run({ cost: { amount: 15, currency: 'USD' } })).toMatchObject({
      status: 'failed',
      calls: { length: 1 },
    });
    expect(run({ cost: { amount: 20, currency: 'USD' } }).status).toBe('completed');
    expect(run({ cost: { amount: 15, currency: 'USD' } }).data('budget.exceeded')).toMatchObject([
      { metric: 'cost', used: 10, limit: 15 },
    ]);
  });

  test("when only others' reservations stand in the way a call waits for them", () => {
    const settings = { maxOutputTokens: 100 };
    const flow = flowOf({
      budget: { tokens: 250, onExceeded: 'fail' },
      models: { main: { provider: 'test', model: 'one', settings } },
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        a: { kind: 'agent', agent: 'worker', prompt: 'x' },
        b: { kind: 'agent', agent: 'worker', prompt: 'x' },
        c: { kind: 'agent', agent: 'worker', prompt: 'x' },
        join: { kind: 'join' },
        end: { kind: 'end' },
      },
      edges: [
        'start > fork',
        ...['a', 'b', 'c'].flatMap((id) => [`fork.branch > ${id}`, `${id} > join`]),
        'join > end',
      ],
    });
    const run = play(flow, { script: () => [say('ok'), 100] });
    expect(run.status).toBe('completed');
    const started = run.of('attempt.started').map((event) => event.at - run.startedAt);
    expect(started[2]).toBeGreaterThanOrEqual(100);
  });

  test('duration is time in `running`: waiting for people does not count', () => {
    const flow = rowOf(
      { h: { ...ask, deadline: 'PT5H', onDeadline: 'approved' } as FlowNode, a: look },
      { budget: { duration: 'PT1H', onExceeded: 'fail' } },
    );
    expect(play(flow, { decide: nobody }).status).toBe('completed');
    const busy = play(rowOf({ a: look, b: look }, { budget: { duration: 'PT1S', onExceeded: 'fail' } }), {
      script: () => [gives(1), 700],
    });
    expect(busy.last).toMatchObject({ data: { error: { kind: 'budget' }, usage: { durationMs: 1000 } } });
    const asked = play(rowOf({ a: look, b: look }, { budget: { duration: 'PT1S' } }), {
      script: () => [gives(1), 700],
      decide: () => ({ choice: 'raise' }),
    });
    expect(asked.data('human.asked')).toMatchObject([{ proposed: { duration: 'PT2S' } }]);
    expect(asked.status).toBe('completed');
  });

  test('handoffs are counted in the run and in the containers around', () => {
    const nodes: Record<string, FlowNode> = { s: { kind: 'start' }, a: look, b: look, e: { kind: 'end' } };
    const over = (name: string) => ({ handoff: { name, schema: {} } });
    const sub = graph(nodes, 's > a', ['a > b', over('one')], ['b > e', over('two')]);
    const flow = (budget: Budget, node: Budget = {}) =>
      rowOf({ call: { kind: 'subflow', flow: 'sub', budget: node } }, { budget, subflows: { sub } });
    expect(play(flow({ handoffs: 2 })).last.data).toMatchObject({ usage: { handoffs: 2 } });
    expect(play(flow({ handoffs: 1, onExceeded: 'fail' })).data('budget.exceeded')).toMatchObject([
      { scope: 'run', metric: 'handoffs', used: 1, limit: 1 },
    ]);
    expect(play(flow({}, { handoffs: 1 })).data('step.failed', 'call')).toMatchObject([{ kind: 'budget' }]);
    expect(play(flow({ handoffs: 1 }), { decide: () => ({ choice: 'raise' }) }).status).toBe('completed');
  });

  test('a step over its own budget fails with `budget` and may take its fallback; what is inside is cancelled', () => {
    const sub = graph(
      { s: { kind: 'start' }, a: look, b: look, e: { kind: 'end' } },
      's > a',
      'a > b',
      'b > e',
    );
    const run = play(
      rowOf(
        { call: { kind: 'subflow', flow: 'sub', budget: { steps: 2 } } },
        { subflows: { sub }, ways: ['call.fallback > end'] },
      ),
    );
    expect(run.data('budget.exceeded')).toMatchObject([{ scope: 'call', metric: 'steps', action: 'fail' }]);
    expect(run.data('step.failed')).toMatchObject([{ kind: 'budget', routed: 'fallback' }]);
    const agent = play(
      rowOf(
        { a: { kind: 'agent', agent: 'doer' } },
        { agents: { doer: { role: 'd', model: 'main', tools: ['look'], budget: { turns: 1 } } } },
      ),
      { script: (call) => (call.type === 'model' ? say('', { id: 'x', name: 'look', args: {} }) : gives(1)) },
    );
    expect(agent.data('step.failed')).toMatchObject([{ kind: 'budget' }]);
  });

  test('a run that waits for its budget can be cancelled and undone; the question is withdrawn', () => {
    const paid: FlowNode = { kind: 'tool', tool: 'pay', compensate: { tool: 'refund' } };
    const run = play(rowOf({ a: paid, b: look, c: look }, { budget: { steps: 1 } }), {
      decide: nobody,
      facts: steering([at('human.asked'), cancelling(true)]),
    });
    expect(run.data('human.withdrawn')).toMatchObject([{ task: 'run:budget:1' }]);
    expect(run.last).toMatchObject({ type: 'run.cancelled', data: { compensation: 'complete' } });
    expect(run.state.openTasks.size).toBe(0);
  });

  test('a run that fails while its budget is asked about withdraws the question', () => {
    const body = graph(
      { s: { kind: 'start' }, t: look, u: look, e: { kind: 'end' } },
      's > t',
      't > u',
      'u > e',
    );
    const flow = rowOf(
      { m: { kind: 'map', items: '[1,2]', body } },
      { budget: { steps: 4 }, policies: oneTry },
    );
    const run = play(flow, {
      decide: nobody,
      script: (call) => (call.item === 0 ? ([gives(1), 10] as const) : ([fails('error'), 900] as const)),
    });
    expect(run.state.openTasks.size === 0 || run.status === 'paused').toBe(true);
  });
});
