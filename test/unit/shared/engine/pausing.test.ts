/** What a pause, a cancellation and an empty budget do to what is under way. */
import { describe, expect, test } from 'vitest';
import { apply } from '../../../../shared/engine/apply';
import type { NewEvent } from '../../../../shared/events/event';
import type { FlowNode } from '../../../../shared/spec/nodes';
import type { Agent, Budget } from '../../../../shared/spec/parts';
import { decisionProblem } from '../../../../shared/engine/people';
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
  type PlayOptions,
  RESUME,
  rowOf,
  say,
  steering,
} from '../../../fakes/small-flow';

const look: FlowNode = { kind: 'tool', tool: 'look' };
const paid = { kind: 'tool', tool: 'pay', compensate: { tool: 'refund' } } as FlowNode;
const oneTry = { default: { retry: { maxAttempts: 1 } } };
const nobody: PlayOptions['decide'] = () => undefined;
const echo = { description: 'd', input: {}, kind: 'builtin', name: 'echo' } as const;

function branches(nodes: Record<string, FlowNode>, more: object = {}) {
  return flowOf({
    nodes: {
      start: { kind: 'start' },
      fork: { kind: 'parallel' },
      ...nodes,
      join: { kind: 'join' },
      end: { kind: 'end' },
    },
    edges: [
      'start > fork',
      ...Object.keys(nodes).flatMap((id) => [
        `fork.branch > ${id}`,
        nodes[id]?.kind === 'human' ? `${id}.approved > join` : `${id} > join`,
      ]),
      'join > end',
    ],
    ...more,
  });
}

describe('a pause', () => {
  test('holds a join whose branches have all arrived; it goes on at resume', () => {
    const flow = branches({ a: look, b: look });
    const run = play(flow, { facts: steering([at('tool.started'), PAUSE]) });
    expect(run.of('step.committed', 'b')).toHaveLength(1);
    expect(run.of('step.started', 'join')).toEqual([]);
    const on = play(flow, {
      script: (call) => [gives(1), call.node === 'a' ? 10 : 500],
      facts: steering([at('tool.started'), PAUSE], [at('step.committed', 'a'), RESUME]),
    });
    expect(on.status).toBe('completed');
  });

  test('asks no task twice and makes no call twice', () => {
    const h: FlowNode = { kind: 'human', mode: 'approve', title: 't' };
    const c = { kind: 'code', source: 'return 1' } as FlowNode;
    const run = play(branches({ h, c, t: look }), {
      decide: nobody,
      script: (call) => (call.type === 'code' ? [gives(1), 500] : undefined),
      facts: steering([at('human.asked'), PAUSE], [at('step.committed', 't'), RESUME]),
    });
    expect(run.data('human.asked')).toHaveLength(1);
    expect(run.calls.map((call) => call.node)).toEqual(['c', 't']);
    expect(run.status).toBe('waiting');
  });

  test('while undoing lets the undo in flight finish; the next begins at resume', () => {
    const flow = rowOf({ a: paid, b: paid, c: look }, { onFailure: { do: 'compensate' }, policies: oneTry });
    const script: PlayOptions['script'] = (call) => (call.node === 'c' ? fails('error') : undefined);
    const run = play(flow, { script, facts: steering([at('tool.started', 'b~undo'), PAUSE]) });
    expect(run.of('step.committed', 'b~undo')).toHaveLength(1);
    expect(run.of('step.started', 'a~undo')).toEqual([]);
    const on = play(flow, {
      script,
      facts: steering([at('tool.started', 'b~undo'), PAUSE], [at('step.committed', 'b~undo'), RESUME]),
    });
    expect(on.last).toMatchObject({ type: 'run.failed', data: { compensation: 'complete' } });
  });

  test('that comes before an undo begins holds it back', () => {
    const flow = rowOf({ a: paid, c: look }, { onFailure: { do: 'compensate' }, policies: oneTry });
    const script: PlayOptions['script'] = (call) => (call.node === 'c' ? [fails('error'), 500] : undefined);
    const run = play(flow, { script, facts: steering([at('tool.started', 'c'), PAUSE]) });
    expect(run.of('step.failed', 'c')).toHaveLength(1);
    expect(run.of('compensation.started')).toEqual([]);
    const on = play(flow, {
      script,
      facts: steering([at('tool.started', 'c'), PAUSE], [at('step.failed', 'c'), RESUME]),
    });
    expect(on.last).toMatchObject({ type: 'run.failed', data: { compensation: 'complete' } });
  });
});

describe('several questions of one step', () => {
  const tools = { ask: { ...echo, effect: 'read' as const, approval: 'always' as const } };
  const agents: Record<string, Agent> = { doer: { role: 'd', model: 'main', tools: ['ask'] } };
  const flow = rowOf({ a: { kind: 'agent', agent: 'doer' } }, { tools, agents, policies: oneTry });
  const two: PlayOptions['script'] = (call, nth) =>
    call.type === 'model'
      ? nth === 1
        ? say('', asks('ask', {}, 'x'), asks('ask', {}, 'y'))
        : say('done')
      : gives(1);

  test('the step waits until the last is answered; a bare value becomes an argument called `value`', () => {
    const status: (string | undefined)[] = [];
    const run = play(flow, {
      script: two,
      decide: (task) => (task.task === 'a:approval:1' ? { choice: 'approved', values: 7 } : undefined),
      facts: (events, state) => {
        if (events.some(at('human.decided'))) status.push(state.steps.get('a')?.status);
        return [];
      },
    });
    expect(run.data('human.asked').map((task) => task.task)).toEqual(['a:approval:1', 'a:approval:2']);
    expect(status).toEqual(['waiting']);
    expect(run.data('tool.started')).toMatchObject([{ call: 1, args: { value: 7 } }]);
    const list = play(flow, { script: two, decide: () => ({ choice: 'approved', values: [1] }) });
    expect(list.data('tool.started')).toMatchObject([{ args: [1] }, { args: [1] }]);
  });

  test('the questions left open are withdrawn when the step fails', () => {
    const refused: PlayOptions['script'] = () =>
      say('', asks('ask', {}, 'x'), ...['u', 'v', 'w'].map((id) => asks('look', {}, id)));
    const run = play(flow, { script: refused, decide: nobody });
    expect(run.data('step.failed')).toMatchObject([{ kind: 'denied' }]);
    expect(run.data('human.withdrawn')).toEqual([{ task: 'a:approval:1', reason: 'the step failed' }]);
    expect(run.state.openTasks.size).toBe(0);
  });

  test('only those left open are withdrawn when the run is cancelled', () => {
    const run = play(flow, {
      script: (call, nth) => (call.type === 'tool' ? [gives(1), 5000] : two(call, nth)),
      decide: (task) => (task.task === 'a:approval:1' ? { choice: 'approved' } : undefined),
      facts: steering([at('human.decided'), cancelling(false)]),
    });
    expect(run.data('human.withdrawn')).toEqual([{ task: 'a:approval:2', reason: 'the run was cancelled' }]);
    expect(run.status).toBe('cancelled');
  });

  test('a decision on a task nobody asks about changes nothing', () => {
    const run = play(flow, { script: two });
    const before = JSON.stringify([...run.state.closedTasks]);
    const late = { task: 'a:approval:1', choice: 'rejected', by: 'me', via: 'test' };
    apply(run.state, { ...run.last, seq: run.last.seq + 1, type: 'human.decided', data: late } as never);
    expect([JSON.stringify([...run.state.closedTasks]), run.state.status]).toEqual([before, 'completed']);
  });

  test('what has no proposal is checked as an empty object', () => {
    const form = { type: 'object', required: ['n'] };
    const run = play(rowOf({ h: { kind: 'human', mode: 'form', title: 't', form } }), { decide: nobody });
    const task = run.state.openTasks.get('h');
    expect(task && decisionProblem(run.state, task, 'approved', undefined)).toContain('n');
    expect(task && decisionProblem(run.state, task, 'approved', { n: 1 })).toBeUndefined();
  });
});

describe('an empty budget', () => {
  const limited = (budget: Budget, more: object = {}) =>
    rowOf({ a: look, b: look, c: look }, { budget, policies: oneTry, ...more });
  const decide = (choice: string): NewEvent => ({
    type: 'human.decided',
    data: { task: 'run:budget:1', choice, by: 'me', via: 'test' },
  });

  test('raised while a person has paused the run leaves it paused', () => {
    const run = play(limited({ steps: 1 }), {
      decide: nobody,
      facts: steering(
        [at('human.asked'), PAUSE],
        [(event) => event.type === 'run.paused' && event.data.reason === 'user', decide('raise')],
      ),
    });
    expect(run.status).toBe('paused');
    expect(run.state.pause).toEqual({ reason: 'user' });
    expect(run.state.limits.steps).toBe(2);
  });

  test('answered in the moment of a cancellation changes nothing about it', () => {
    const run = play(limited({ steps: 1 }), {
      decide: nobody,
      facts: steering([at('human.asked'), cancelling(false), decide('stop')]),
    });
    expect(run.last).toMatchObject({ type: 'run.cancelled' });
  });

  test('proposes twice the cost, and takes no other currency, no odd time and no odd member', () => {
    const price = { inputPerMTok: 0, outputPerMTok: 1_000_000, currency: 'EUR' };
    const settings = { maxOutputTokens: 10 };
    const flow = rowOf(
      { a: { kind: 'agent', agent: 'worker' } },
      {
        budget: { cost: { amount: 5, currency: 'EUR' } },
        models: { main: { provider: 'test', model: 'one', price, settings } },
      },
    );
    const run = play(flow, { decide: nobody });
    const task = run.state.openTasks.get('run:budget:1');
    expect(task?.asked.proposed).toEqual({ cost: { amount: 10, currency: 'EUR' } });
    const problem = (values?: object) => task && decisionProblem(run.state, task, 'raise', values as never);
    expect(problem()).toBeUndefined();
    expect(problem({ steps: 5 })).toBeUndefined();
    expect(problem({ cost: { amount: 9, currency: 'USD' } })).toBe(
      'this run counts its cost in EUR, not in USD.',
    );
    expect(problem({ duration: 'soon' })).toContain('duration: ');
    expect(problem({ tokens: 0 })).toContain('tokens');
    const free = play(limited({ steps: 1 }), { decide: nobody });
    const asked = free.state.openTasks.get('run:budget:1');
    expect(
      asked && decisionProblem(free.state, asked, 'raise', { cost: { amount: 1, currency: 'EUR' } }),
    ).toBeUndefined();
  });

  test('of a step, found while the run waits for its own, ends the run and withdraws the question', () => {
    const over = (name: string) => ({ handoff: { name, schema: {} } });
    const sub = graph(
      {
        s: { kind: 'start' },
        fork: { kind: 'parallel' },
        a: look,
        a2: look,
        b: look,
        b2: { kind: 'transform', output: 1 },
        join: { kind: 'join' },
        e: { kind: 'end' },
      },
      's > fork',
      'fork.branch > a',
      'fork.branch > b',
      'a > a2',
      ['b > b2', over('on')],
      'a2 > join',
      'b2 > join',
      'join > e',
    );
    const call: FlowNode = { kind: 'subflow', flow: 'sub', budget: { handoffs: 0 } };
    const flow = (more: object = {}) =>
      rowOf({ call }, { subflows: { sub }, budget: { steps: 4 }, policies: oneTry, ...more });
    const run = play(flow(), { decide: nobody, script: (each) => [gives(1), each.node === 'a' ? 10 : 500] });
    expect(run.data('human.asked')).toMatchObject([{ task: 'run:budget:1' }]);
    expect(run.data('step.failed', 'call')).toMatchObject([{ kind: 'budget' }]);
    expect(run.data('human.withdrawn')).toEqual([
      { task: 'run:budget:1', reason: 'the run has come to its end' },
    ]);
    expect(run.last).toMatchObject({ type: 'run.failed', data: { error: { kind: 'budget' } } });
    expect(run.state.pause).toBeNull();
  });

  test('holds nobody back any more once a person has taken the run over', () => {
    const flow = flowOf({
      budget: { steps: 1, tokens: 10_000, onExceeded: 'fail' },
      onFailure: { do: 'escalate', to: 'help' },
      nodes: {
        start: { kind: 'start' },
        a: look,
        b: look,
        help: { kind: 'human', mode: 'form', title: 't', form: {} },
        c: { kind: 'agent', agent: 'worker' },
        end: { kind: 'end' },
      },
      edges: ['start > a', 'a > b', 'b > end', 'help.approved > c', 'c > end'],
    });
    expect(play(flow).last).toMatchObject({
      type: 'run.completed',
      data: { path: ['a', 'help', 'c', 'end'] },
    });
  });

  test('is asked of a judge as of any other call', () => {
    const gate = { judge: { model: 'main', instructions: 'judge', minScore: 0.5 } };
    const agents = { worker: { role: 'w', model: 'main', gate } };
    const run = play(
      rowOf({ a: { kind: 'agent', agent: 'worker' } }, { agents, budget: { turns: 1, onExceeded: 'fail' } }),
    );
    expect(run.calls).toHaveLength(1);
    expect(run.last).toMatchObject({ type: 'run.failed', data: { error: { kind: 'budget' } } });
  });

  test('of steps stops a team before its next member', () => {
    const team: FlowNode = {
      kind: 'supervisor',
      model: 'main',
      instructions: 'l',
      workers: ['worker', 'other'],
    };
    const run = play(
      rowOf(
        { team },
        { budget: { steps: 2, onExceeded: 'fail' }, agents: { other: { role: 'o', model: 'main' } } },
      ),
      {
        script: () =>
          say({
            assign: [
              { worker: 'worker', task: 'x' },
              { worker: 'other', task: 'y' },
            ],
          }),
      },
    );
    expect(run.of('step.started').map((event) => event.step)).toEqual(['start', 'team', 'team[1]/worker']);
    expect(run.last).toMatchObject({ type: 'run.failed', data: { error: { kind: 'budget' } } });
    expect(run.of('step.cancelled').map((event) => event.step)).toEqual(['team[1]/worker', 'team']);
  });

  test('holds for a node that is switched off and whose way past is spent', () => {
    const flow = flowOf({
      budget: { steps: 2, onExceeded: 'fail' },
      nodes: {
        start: { kind: 'start' },
        a: look,
        off: { kind: 'branch', cases: [{ port: 'stop', when: 'false' }], disabled: true },
        end: { kind: 'end' },
      },
      edges: ['start > a', 'a > off', 'off.stop > end', ['off.else > a', { maxTraversals: 1 }]],
    });
    const run = play(flow);
    expect(run.of('step.started').map((event) => event.step)).toEqual(['start', 'a', 'a#2']);
    expect(run.last).toMatchObject({ type: 'run.failed', data: { error: { kind: 'budget' } } });
  });
});

test('a team that takes too long fails, and its members with it', () => {
  const team: FlowNode = {
    kind: 'supervisor',
    model: 'main',
    instructions: 'l',
    workers: ['worker', 'other'],
    policy: { timeout: 'PT1S' },
  };
  const run = play(rowOf({ team }, { agents: { other: { role: 'o', model: 'main' } } }), {
    script: (call) =>
      call.step === 'team' ? say({ assign: [{ worker: 'other', task: 'x' }] }) : [say('late'), 5000],
  });
  expect(run.data('step.failed', 'team')).toMatchObject([{ kind: 'timeout', code: 'step/timeout' }]);
  expect(run.of('step.cancelled').map((event) => event.step)).toEqual(['team[1]/other']);
  expect(run.state.steps.size).toBe(0);
});
