import { describe, expect, test } from 'vitest';
import { decisionProblem } from '../../../../shared/engine/people';
import type { FlowNode } from '../../../../shared/spec/nodes';
import {
  at,
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
} from '../../../fakes/small-flow';

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

describe('checkpoints', () => {
  test('a task says title, evidence, form, proposal, choices, assignee and deadline', () => {
    const run = play(rowOf({ h: { ...ask, body: 'b', deadline: 'PT1H' } as FlowNode }), {
      input: { who: 'Bob' },
      decide: nobody,
      maxEvents: 10,
    });
    expect(run.data('human.asked')).toEqual([
      {
        task: 'h',
        type: 'checkpoint',
        title: 'Well, Bob?',
        body: 'b',
        evidence: [{ label: 'input.who', value: 'Bob' }],
        form: FORM,
        proposed: { n: 3 },
        choices: [
          { port: 'approved', label: 'Approve' },
          { port: 'rejected', label: 'Reject' },
        ],
        assignee: 'ann',
        deadlineAt: run.startedAt + 3_600_000,
        onDeadline: 'expired',
      },
    ]);
  });

  test('values left out mean the proposed ones; who, choice and comment are in the output', () => {
    const run = play(rowOf({ h: ask }), { decide: () => ({ choice: 'approved', comment: 'fine' }) });
    expect(run.last.data).toMatchObject({
      output: { choice: 'approved', values: { n: 3 }, comment: 'fine', by: 'rehearsal' },
    });
    const edited = play(rowOf({ h: ask }), { decide: () => ({ choice: 'approved', values: { n: 9 } }) });
    expect(edited.last.data).toMatchObject({ output: { values: { n: 9 } } });
  });

  test('`rejected` and `expired` go their way when it is drawn, else the step fails with that kind', () => {
    const drawn = flowOf({
      nodes: {
        start: { kind: 'start' },
        h: { ...ask, deadline: 'PT1H' } as FlowNode,
        no: { kind: 'transform', output: { $: 'steps.h' } },
        end: { kind: 'end', output: { $: 'steps.no' } },
      },
      edges: ['start > h', 'h.approved > end', 'h.rejected > no', 'h.expired > no', 'no > end'],
    });
    expect(
      play(drawn, { decide: () => ({ choice: 'rejected', values: { n: 'any' } }) }).last.data,
    ).toMatchObject({ output: { choice: 'rejected', values: { n: 'any' } } });
    expect(play(drawn, { decide: nobody }).last.data).toMatchObject({
      output: { choice: 'expired', values: { n: 3 }, by: 'deadline' },
    });
    const open = rowOf({ h: { ...ask, deadline: 'PT1H' } as FlowNode });
    expect(play(open, { decide: () => ({ choice: 'rejected' }) }).data('step.failed')).toMatchObject([
      { kind: 'rejected', code: 'task/rejected' },
    ]);
    const expired = play(open, { decide: nobody });
    expect(expired.data('step.failed')).toMatchObject([{ kind: 'expired', code: 'task/expired' }]);
    expect(expired.data('human.expired')).toEqual([{ task: 'h', port: 'expired' }]);
  });

  test('`onDeadline` names a port; a choice leaves by itself; a form by `approved`', () => {
    const approves = play(rowOf({ h: { ...ask, deadline: 'PT1H', onDeadline: 'approved' } as FlowNode }), {
      decide: nobody,
    });
    expect(approves.last.data).toMatchObject({ output: { choice: 'approved', by: 'deadline' } });
    const choose = flowOf({
      nodes: {
        start: { kind: 'start' },
        h: {
          kind: 'human',
          mode: 'choose',
          title: 't',
          choices: [
            { port: 'red', label: 'R' },
            { port: 'stop', label: 'S' },
          ],
        },
        end: { kind: 'end', output: { $: 'steps.h.choice' } },
      },
      edges: ['start > h', 'h.red > end', 'h.stop > end'],
    });
    expect(play(choose, { decide: () => ({ choice: 'stop' }) }).last.data).toMatchObject({ output: 'stop' });
    const form = play(rowOf({ h: { kind: 'human', mode: 'form', title: 't', form: FORM } }), {
      decide: () => ({ choice: 'approved', values: { n: 1 } }),
    });
    expect(form.data('human.asked')[0]?.choices).toEqual([{ port: 'approved', label: 'Submit' }]);
    expect(form.status).toBe('completed');
  });

  test('review: the condition or the lot asks; else approved with the proposal, by sampling', () => {
    const sampled = (rate: number, when?: string) =>
      play(rowOf({ h: { ...ask, review: { rate, ...(when ? { when } : {}) } } as FlowNode }));
    expect(sampled(0).last.data).toMatchObject({
      output: { choice: 'approved', values: { n: 3 }, by: 'sampling' },
    });
    expect(sampled(0, 'true').data('human.asked')).toHaveLength(1);
    expect(sampled(1).data('human.asked')).toHaveLength(1);
    const bare = play(rowOf({ h: { kind: 'human', mode: 'approve', title: 't', review: { rate: 0 } } }));
    expect(bare.last.data).toMatchObject({ output: { values: {} } });
  });

  test('a decision is checked against the form, but not one that says no', () => {
    const { state } = play(rowOf({ h: ask }), { decide: nobody });
    const task = state.openTasks.get('h');
    if (!task) throw new Error('no task');
    expect(decisionProblem(state, task, 'approved', { n: 'x' })).toBeDefined();
    expect(decisionProblem(state, task, 'approved', { n: 1 })).toBeUndefined();
    expect(decisionProblem(state, task, 'approved', undefined)).toBeUndefined();
    expect(decisionProblem(state, task, 'rejected', { n: 'x' })).toBeUndefined();
    expect(decisionProblem(state, task, 'maybe', {})).toContain('"maybe"');
  });

  test('the result given for an uncertain call is checked against what the tool declares', () => {
    const tools = {
      wire: {
        description: 'w',
        input: {},
        output: FORM,
        effect: 'once' as const,
        kind: 'builtin' as const,
        name: 'echo',
      },
    };
    const { state } = play(rowOf({ t: { kind: 'tool', tool: 'wire' } }, { tools }), {
      script: () => fails('uncertain', { sent: 'maybe' }),
      decide: nobody,
    });
    const task = state.openTasks.get('t:uncertain:1');
    if (!task) throw new Error('no task');
    expect(decisionProblem(state, task, 'happened', { n: 1 })).toBeUndefined();
    expect(decisionProblem(state, task, 'happened', undefined)).toBeDefined();
    expect(decisionProblem(state, task, 'not_happened', undefined)).toBeUndefined();
  });
});

describe('bounds stand still while people are waited for', () => {
  const sub = {
    sub: graph(
      {
        s: { kind: 'start' },
        h: { ...ask, deadline: 'PT2H', onDeadline: 'approved' } as FlowNode,
        t: look,
        e: { kind: 'end' },
      },
      's > h',
      'h.approved > t',
      't > e',
    ),
  };

  test('a container may wait for a person longer than its timeout, not work longer', () => {
    const flow = rowOf(
      { call: { kind: 'subflow', flow: 'sub', policy: { timeout: 'PT1M' } } },
      { subflows: sub },
    );
    expect(play(flow, { decide: nobody }).status).toBe('completed');
    const slow = play(flow, { decide: nobody, script: () => [gives(1), 61_000] });
    expect(slow.data('step.failed')).toMatchObject([{ kind: 'timeout', code: 'step/timeout' }]);
    expect(slow.data('step.cancelled', 'call/t')).toHaveLength(1);
  });

  test('two people waited for at once are one wait', () => {
    const body = graph(
      {
        s: { kind: 'start' },
        h: { ...ask, deadline: 'PT1H', onDeadline: 'approved' } as FlowNode,
        t: look,
        e: { kind: 'end' },
      },
      's > h',
      'h.approved > t',
      't > e',
    );
    const run = play(rowOf({ m: { kind: 'map', items: '[1,2,3]', body, policy: { timeout: 'PT1M' } } }), {
      decide: nobody,
      script: () => [gives(1), 90_000],
    });
    expect(run.data('step.failed', 'm')).toMatchObject([{ kind: 'timeout' }]);
  });

  test('the duration of a budget bounds a container and an agent the same way, with kind `budget`', () => {
    const flow = rowOf(
      { call: { kind: 'subflow', flow: 'sub', budget: { duration: 'PT1M' } } },
      { subflows: sub },
    );
    expect(play(flow, { decide: nobody }).status).toBe('completed');
    const slow = play(flow, { decide: nobody, script: () => [gives(1), 61_000] });
    expect(slow.data('step.failed')).toMatchObject([{ kind: 'budget', code: 'budget/exceeded' }]);
    expect(slow.data('budget.exceeded')).toMatchObject([
      { scope: 'call', metric: 'duration', limit: 60_000, action: 'fail' },
    ]);
    const agent = play(
      rowOf(
        { a: { kind: 'agent', agent: 'doer' } },
        { agents: { doer: { role: 'd', model: 'main', budget: { duration: 'PT5S' } } } },
      ),
      { script: () => [say('x'), 9_000] },
    );
    expect(agent.data('step.failed')).toMatchObject([{ kind: 'budget' }]);
  });

  test('a pause by a person is such a wait', () => {
    const flow = rowOf(
      { call: { kind: 'subflow', flow: 'quick', policy: { timeout: 'PT1M' } } },
      {
        subflows: {
          quick: graph(
            { s: { kind: 'start' }, t: look, w: { kind: 'wait', for: 'PT30S' }, e: { kind: 'end' } },
            's > t',
            't > w',
            'w > e',
          ),
        },
      },
    );
    let paused = false;
    const run = play(flow, {
      facts: (events) => {
        if (events.some(at('timer.set')) && !paused) return (paused = true), [PAUSE];
        return events.some(at('timer.fired')) ? [RESUME] : [];
      },
    });
    expect(run.status).toBe('completed');
    expect(run.of('step.committed', 'call/w')[0]?.seq).toBeGreaterThan(
      run.of('run.resumed')[0]?.seq ?? Number.MAX_SAFE_INTEGER,
    );
  });
});
