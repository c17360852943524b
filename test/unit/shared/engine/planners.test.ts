import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../shared/base/json';
import type { FlowNode, NodeOf } from '../../../../shared/spec/nodes';
import type { Call, ModelCall } from '../../../../shared/ports/calls';
import { fails, gives, play, type Played, type PlayOptions, rowOf, say } from '../../../fakes/small-flow';

const VALUE = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
const catalogue: Record<string, FlowNode> = {
  look: { kind: 'tool', tool: 'look', description: 'Looks it up', args: { $: 'handoff' } },
  put: { kind: 'tool', tool: 'put', name: 'Put away' },
  work: { kind: 'agent', agent: 'worker' },
} as Record<string, FlowNode>;

function planFlow(node: Partial<NodeOf<'planner'>> = {}) {
  const plan = {
    kind: 'planner',
    model: 'main',
    goal: 'Tidy up',
    catalogue: { nodes: catalogue },
    ...node,
  } as FlowNode;
  return rowOf(
    { plan },
    {
      models: { main: { provider: 'test', model: 'one' } },
      policies: { default: { retry: { maxAttempts: 1 } } },
    },
  );
}

type Reply = Json | undefined;
/** What the planner's own model says, by what it is asked for; steps are done unless told otherwise. */
function planner(
  plans: readonly Reply[],
  more: { readonly outputs?: readonly Json[]; readonly steps?: PlayOptions['script'] } = {},
): PlayOptions['script'] {
  let nth = 0;
  let last = 0;
  return (call, count) => {
    if (call.type === 'model' && call.purpose === 'plan') return say(plans[nth++] ?? { steps: [] });
    if (call.type === 'model' && call.purpose === 'output') return say(more.outputs?.[last++] ?? {});
    return more.steps?.(call, count) ?? (call.type === 'model' ? say('done') : gives(call.step));
  };
}

function asked(run: Played, purpose: 'plan' | 'output'): readonly ModelCall[] {
  return run.calls.filter((call): call is ModelCall => call.type === 'model' && call.purpose === purpose);
}

const lastLine = (call: Call | undefined) => {
  const message = call?.type === 'model' ? call.messages.at(-1) : undefined;
  return message && 'text' in message ? message.text : '';
};

describe('a planner', () => {
  test('plans over its catalogue; what comes after another gets its results; the output names each step', () => {
    const steps: Json = [
      { id: 'a', use: 'look', input: { q: 1 } },
      { id: 'b', use: 'put', after: 'a' },
      { id: 'c', use: 'look', input: { q: 2 }, after: ['a'] },
      { id: 'd', use: 'look', input: 'words', after: ['a'] },
    ];
    const run = play(planFlow(), { script: planner([{ steps }]) });
    expect(run.data('plan.proposed')).toEqual([
      {
        steps: [
          { id: 'a', use: 'look', input: { q: 1 }, after: [] },
          { id: 'b', use: 'put', input: {}, after: [] },
          { id: 'c', use: 'look', input: { q: 2 }, after: ['a'] },
          { id: 'd', use: 'look', input: 'words', after: ['a'] },
        ],
      },
    ]);
    const args = Object.fromEntries(
      run.calls.flatMap((call) => (call.type === 'tool' ? [[call.step, call.args]] : [])),
    );
    expect(args).toMatchObject({
      'plan/a': { q: 1 },
      'plan/c': { q: 2, results: { a: 'plan/a' } },
      'plan/d': 'words',
    });
    expect(run.last.data).toMatchObject({
      output: { a: 'plan/a', b: 'plan/b', c: 'plan/c', d: 'plan/d' },
    });
    expect(asked(run, 'plan')[0]?.messages[0]).toMatchObject({
      text: expect.stringContaining(
        '- look (tool): Looks it up\n- put (tool): Put away\n- work (agent): work',
      ),
    });
  });

  test.each<[string, Reply, string]>([
    ['words', 'no plan today', 'not an object with a list "steps"'],
    ['an empty plan', { steps: [] }, 'not an object with a list "steps"'],
    [
      'a plan of more than a hundred steps',
      { steps: Array.from({ length: 101 }, (_none, i) => ({ id: `s${i}`, use: 'look' })) },
      'at most 100 steps',
    ],
    ['a step that is none', { steps: ['look'] }, 'each step needs an "id"'],
    ['an id that is none', { steps: [{ id: 'a b', use: 'look' }] }, 'each step needs an "id"'],
    ['a step without a use', { steps: [{ id: 'a' }] }, 'and a "use"'],
    [
      'an id twice',
      {
        steps: [
          { id: 'a', use: 'look' },
          { id: 'a', use: 'put' },
        ],
      },
      'two steps are called "a"',
    ],
    ['a step that is not drawn', { steps: [{ id: 'a', use: 'fly' }] }, '"fly" is not in the catalogue'],
    ['a step of every object', { steps: [{ id: 'a', use: 'toString' }] }, 'not in the catalogue'],
    [
      'a wait for nothing',
      { steps: [{ id: 'a', use: 'look', after: ['z'] }] },
      '"after" names "z", which is no step of the plan',
    ],
    [
      'a circle',
      {
        steps: [
          { id: 'a', use: 'look', after: ['b'] },
          { id: 'b', use: 'look', after: ['a'] },
        ],
      },
      'wait for each other in a circle',
    ],
  ])('%s is no plan: told once, then `invalid_output`, and nothing is started', (_name, reply, wrong) => {
    const good = { steps: [{ id: 'a', use: 'look' }] };
    const mended = play(planFlow(), { script: planner([reply, good]) });
    expect(lastLine(asked(mended, 'plan')[1])).toContain(wrong);
    expect(mended.status).toBe('completed');
    const twice = play(planFlow(), { script: planner([reply, reply]) });
    expect(twice.data('step.failed', 'plan')).toMatchObject([{ kind: 'invalid_output' }]);
    expect(twice.calls).toHaveLength(2);
  });

  test('with a schema the result is asked for at the end and must be JSON that fits', () => {
    const plan = { steps: [{ id: 'a', use: 'look' }] };
    const run = (...outputs: Json[]) =>
      play(planFlow({ output: VALUE }), { script: planner([plan], { outputs }) });
    expect(run({ n: 1 }).last.data).toMatchObject({ output: { n: 1 } });
    expect(lastLine(asked(run({ n: 1 }), 'output')[0])).toContain('Results: {"a":"plan/a"}');
    expect(lastLine(asked(run('words', { n: 1 }), 'output')[1])).toContain('it is not JSON');
    expect(run({ n: 'x' }, { n: 2 }).last.data).toMatchObject({ output: { n: 2 } });
    expect(run('words', { n: 'x' }).data('step.failed', 'plan')).toMatchObject([{ kind: 'invalid_output' }]);
  });
});

describe('planning again', () => {
  const plan = (b: string) => ({
    steps: [
      { id: 'a', use: 'put' },
      { id: 'b', use: b },
    ],
  });
  const breaks =
    (latencyMs: number): PlayOptions['script'] =>
    (call) =>
      call.type === 'tool' && call.toolName === 'look' ? fails('error') : [gives(call.step), latencyMs];

  test('happens when a step failed and nothing is at work; what is done stays done', () => {
    for (const latencyMs of [1, 500]) {
      const run = play(planFlow(), {
        script: planner([plan('look'), plan('put')], { steps: breaks(latencyMs) }),
      });
      expect(lastLine(asked(run, 'plan')[1])).toBe(
        'A step failed: it was error What is done stays done: ["a"]. Plan again.',
      );
      expect(run.of('step.started').map((event) => event.step)).toEqual([
        'start',
        'plan',
        'plan/a',
        'plan/b',
        'plan/b#2',
        'end',
      ]);
      expect(run.last.data).toMatchObject({ output: { a: 'plan/a', b: 'plan/b#2' } });
    }
  });

  test('is bounded: twice by itself, then the step fails as its last step did', () => {
    const run = (maxReplans?: number) =>
      play(planFlow(maxReplans === undefined ? {} : { maxReplans }), {
        script: planner(
          Array.from({ length: 9 }, () => plan('look')),
          { steps: breaks(1) },
        ),
      });
    expect(asked(run(), 'plan')).toHaveLength(3);
    expect(lastLine(asked(run(), 'plan')[2])).toContain('Plan again');
    expect(asked(run(), 'plan')[2]?.messages.map((message) => 'text' in message && message.text)).toContain(
      'That plan failed. Plan again.',
    );
    expect(asked(run(0), 'plan')).toHaveLength(1);
    expect(run(0).data('step.failed', 'plan')).toMatchObject([{ kind: 'error', message: 'it was error' }]);
  });
});

describe('a plan a person agrees to', () => {
  const plan = { steps: [{ id: 'a', use: 'look' }] };

  test('is shown before anything of it starts, once for each plan', () => {
    const run = play(planFlow({ approve: {} }), { script: planner([plan]) });
    expect(run.data('human.asked')).toMatchObject([
      {
        task: 'plan:plan:1',
        type: 'plan',
        title: 'Approve the plan?',
        evidence: [{ label: 'plan', value: [{ id: 'a', use: 'look', input: {}, after: [] }] }],
        choices: [{ port: 'approved' }, { port: 'rejected' }],
      },
    ]);
    expect(run.status).toBe('completed');
    const titled = play(planFlow({ approve: { title: 'Well?' } }), { script: planner([plan]) });
    expect(titled.data('human.asked')).toMatchObject([{ title: 'Well?' }]);
  });

  test('rejected, or approved by nobody in time, fails the planner', () => {
    const approve = { approve: { deadline: 'PT1M' } } as Partial<NodeOf<'planner'>>;
    const rejected = play(planFlow(approve), {
      script: planner([plan]),
      decide: () => ({ choice: 'rejected' }),
    });
    expect(rejected.data('step.failed', 'plan')).toMatchObject([{ kind: 'rejected', code: 'task/rejected' }]);
    const late = play(planFlow(approve), { script: planner([plan]), decide: () => undefined });
    expect(late.data('step.failed', 'plan')).toMatchObject([{ kind: 'expired', code: 'task/expired' }]);
    expect([...rejected.calls, ...late.calls].every((call) => call.type === 'model')).toBe(true);
  });
});
