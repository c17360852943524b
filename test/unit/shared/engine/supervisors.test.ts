import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../shared/base/json';
import type { FlowNode, NodeOf } from '../../../../shared/spec/nodes';
import type { Agent } from '../../../../shared/spec/parts';
import type { Call, ModelCall } from '../../../../shared/ports/calls';
import {
  at,
  fails,
  flowOf,
  play,
  type Played,
  type PlayOptions,
  rowOf,
  say,
  steering,
  STEP,
} from '../../../fakes/small-flow';

const agents: Record<string, Agent> = {
  ann: { role: 'Reads', model: 'main', capabilities: ['read', 'write'] },
  bob: { role: 'Writes', model: 'main', does: ['write'], capabilities: ['write'] },
};
const oneTry = { default: { retry: { maxAttempts: 1 } } };

function teamFlow(node: Partial<NodeOf<'supervisor'>> = {}, more: Parameters<typeof rowOf>[1] = {}) {
  const team = {
    kind: 'supervisor',
    model: 'main',
    instructions: 'Lead',
    workers: ['ann', 'bob'],
    ...node,
  } as FlowNode;
  return rowOf(
    { team },
    { models: { main: { provider: 'test', model: 'one' } }, policies: oneTry, agents, ...more },
  );
}

/** The lead says these in turn; a worker answers with its own name and task. */
function lead(...replies: Json[]): PlayOptions['script'] {
  return (call, nth) =>
    call.type === 'model' && call.purpose === 'route'
      ? say(replies[nth - 1] ?? { done: 'enough' })
      : say(`${call.node} did ${call.type === 'model' ? call.prompt : ''}`);
}

function asked(run: Played): readonly ModelCall[] {
  return run.calls.filter((call): call is ModelCall => call.type === 'model' && call.purpose === 'route');
}

const lines = (call: Call | undefined) =>
  call?.type === 'model' ? call.messages.map((message) => ('text' in message ? message.text : '')) : [];

describe('a supervisor', () => {
  test('gives out tasks round by round, hears the results in assigned order, and says when it is done', () => {
    const script = lead(
      {
        assign: [
          { worker: 'bob', task: 'x' },
          { worker: 'ann', task: 'y' },
        ],
      },
      { assign: [{ worker: 'ann', task: 'z' }] },
      { done: 'all well' },
    );
    const run = play(teamFlow(), { script });
    expect(run.of('step.started').map((event) => event.step)).toEqual([
      'start',
      'team',
      'team[1]/bob',
      'team[1]/ann',
      'team[2]/ann',
      'end',
    ]);
    expect(lines(asked(run)[1]).at(-1)).toBe(
      'Results: [{"worker":"bob","task":"x","result":"bob did x"},{"worker":"ann","task":"y","result":"ann did y"}]',
    );
    expect(lines(asked(run)[0])[0]).toContain('- bob: Writes. Does: write. Capabilities: write.');
    expect(run.last.data).toMatchObject({ output: 'all well' });
  });

  test('one worker may get two tasks of a round: the second is a visit of its own', () => {
    const two = {
      assign: [
        { worker: 'ann', task: 'x' },
        { worker: 'ann', task: 'y' },
      ],
    };
    const run = play(teamFlow(), { script: lead(two) });
    expect(run.of('step.committed').map((event) => event.step)).toEqual(
      expect.arrayContaining(['team[1]/ann', 'team[1]/ann#2']),
    );
  });

  test('is told of a worker that failed and may go on without it', () => {
    const script: PlayOptions['script'] = (call, nth) =>
      call.node === 'ann' ? fails('error') : lead({ assign: [{ worker: 'ann', task: 'x' }] })?.(call, nth);
    const run = play(teamFlow(), { script });
    expect(lines(asked(run)[1]).at(-1)).toBe(
      'Results: [{"worker":"ann","task":"x","failed":"it was error"}]',
    );
    expect(run.status).toBe('completed');
  });

  test('has a bound of rounds, eight by itself: past it the step fails with `loop_limit`', () => {
    const again = { assign: [{ worker: 'ann', task: 'more' }] };
    const endless = (maxRounds?: number) =>
      play(teamFlow(maxRounds === undefined ? {} : { maxRounds }), {
        script: lead(...Array.from({ length: 20 }, () => again)),
      });
    expect(endless(2).data('step.failed', 'team')).toMatchObject([
      { kind: 'loop_limit', code: 'supervisor/max-rounds' },
    ]);
    expect(asked(endless(2))).toHaveLength(2);
    expect(asked(endless())).toHaveLength(8);
  });

  test.each<[string, Json, string]>([
    ['JSON that is no object', [], 'not an object with "assign" or "done"'],
    ['no words at all', ' ', 'not an object with "assign" or "done"'],
    ['nobody to do anything', { assign: [] }, '"assign" must be a list'],
    ['a list that is none', { assign: 'ann' }, '"assign" must be a list'],
    ['a task that is no text', { assign: [{ worker: 'ann', task: 1 }] }, 'needs a "task" in words'],
    ['a task that is no object', { assign: ['x'] }, 'needs a "task" in words'],
    ['somebody who is not drawn', { assign: [{ worker: 'eve', task: 'x' }] }, '"eve" is not one of ann, bob'],
    ['nobody by name', { assign: [{ task: 'x' }] }, '"worker" is not one of ann, bob'],
  ])('%s is answered with what is wrong; the second time it is `invalid_output`', (_name, reply, wrong) => {
    const mended = play(teamFlow(), { script: lead(reply, { done: 'fine' }) });
    expect(lines(asked(mended)[1]).at(-1)).toContain(wrong);
    expect(mended.last.data).toMatchObject({ output: 'fine' });
    const twice = play(teamFlow(), { script: lead(reply, reply) });
    expect(twice.data('step.failed', 'team')).toMatchObject([{ kind: 'invalid_output' }]);
    expect(asked(twice)).toHaveLength(2);
  });

  test('a miss that was mended is forgotten: the next one is asked again too', () => {
    const run = play(teamFlow(), {
      script: lead([], { assign: [{ worker: 'ann', task: 'x' }] }, [], { done: 'fine' }),
    });
    expect(run.last.data).toMatchObject({ output: 'fine' });
  });

  test('without a schema plain words are the result; with one `done` must fit it', () => {
    expect(play(teamFlow(), { script: lead('That is all.') }).last.data).toMatchObject({
      output: 'That is all.',
    });
    const output = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
    const run = play(teamFlow({ output }), {
      script: lead({ done: { n: 'one' } }, { done: { n: 1 } }),
    });
    expect(lines(asked(run)[1]).at(-1)).toContain('"done" does not fit');
    expect(run.last.data).toMatchObject({ output: { n: 1 } });
    expect(play(teamFlow({ output }), { script: lead('words', 'words') }).status).toBe('failed');
  });

  test('the topic is what was handed over, else the input; text stays text', () => {
    expect(lines(asked(play(teamFlow(), { input: 'words', script: lead() }))[0])[1]).toBe('words');
    expect(lines(asked(play(teamFlow(), { input: { q: 1 }, script: lead() }))[0])[1]).toBe('{"q":1}');
  });

  test('stepping lets one member start at a time', () => {
    const two = {
      assign: [
        { worker: 'ann', task: 'x' },
        { worker: 'bob', task: 'y' },
      ],
    };
    const run = play(teamFlow(), {
      script: lead(two),
      overrides: { stepping: true },
      facts: steering([at('run.paused'), STEP], [at('step.committed', 'start'), STEP]),
    });
    expect(run.of('step.started').map((event) => event.step)).toEqual(['start', 'team', 'team[1]/ann']);
    const on = play(teamFlow(), {
      script: lead(two),
      overrides: { stepping: true },
      facts: (events) => (events.some(at('run.paused')) ? [STEP] : []),
    });
    expect(on.of('step.started').map((event) => event.step)).toEqual([
      'start',
      'team',
      'team[1]/ann',
      'team[1]/bob',
      'end',
    ]);
    expect(on.status).toBe('completed');
  });
});

describe('who does a task', () => {
  test('round-robin: the next in listed order, over the rounds', () => {
    const tasks = (...names: string[]) => ({ assign: names.map((task) => ({ task })) });
    const run = play(teamFlow({ route: 'round-robin' }), { script: lead(tasks('a'), tasks('b', 'c')) });
    expect(run.of('step.committed').map((event) => event.step)).toEqual(
      expect.arrayContaining(['team[1]/ann', 'team[2]/bob', 'team[2]/ann']),
    );
    expect(asked(run)[0]?.output).toMatchObject({
      properties: { assign: { items: { required: ['task'] } } },
    });
  });

  test('by capability: fewest tasks first, then listed order; nobody able is a miss; a name still counts', () => {
    const by = (capability: string, task: string) => ({ capability, task });
    const run = play(teamFlow({ route: 'capability' }), {
      script: lead({ assign: [by('write', 'a'), by('write', 'b'), by('read', 'c')] }),
    });
    expect(run.of('step.started').map((event) => event.step)).toEqual(
      expect.arrayContaining(['team[1]/ann', 'team[1]/bob', 'team[1]/ann#2']),
    );
    expect(asked(run)[0]?.output).toMatchObject({
      properties: { assign: { items: { required: ['task', 'capability'] } } },
    });
    const nobody = play(teamFlow({ route: 'capability' }), { script: lead({ assign: [by('sing', 'a')] }) });
    expect(lines(asked(nobody)[1]).at(-1)).toContain('no worker has the capability "sing"');
    const named = play(teamFlow({ route: 'capability' }), {
      script: lead({ assign: [{ worker: 'bob', task: 'x' }] }),
    });
    expect(named.of('step.committed', 'team[1]/bob')).toHaveLength(1);
  });

  test('by capability: one whose breaker is open comes last, until it closes', () => {
    const own: Record<string, Agent> = {
      ann: { ...(agents['ann'] as Agent), model: 'other' },
      bob: agents['bob'] as Agent,
    };
    const flow = flowOf({
      ...teamFlow({ route: 'capability' }, { agents: own }),
      models: { main: { provider: 'test', model: 'one' }, other: { provider: 'test', model: 'three' } },
      edges: [],
    });
    const whole = { ...flow, edges: teamFlow().edges };
    const script = lead(
      { assign: [{ capability: 'write', task: 'a' }] },
      { assign: [{ capability: 'write', task: 'b' }] },
    );
    const change = (subject: string, from: 'closed' | 'open', to: 'closed' | 'open') => ({
      type: 'breaker.changed' as const,
      data: { subject, from, to },
    });
    for (const subject of ['agent:ann', 'model:test/three@test']) {
      const run = play(whole, {
        script,
        facts: steering(
          [at('step.committed', 'start'), change(subject, 'closed', 'open')],
          [at('step.started', 'team[1]/bob'), change(subject, 'open', 'closed')],
        ),
      });
      expect(run.of('step.committed').map((event) => event.step)).toEqual([
        'start',
        'team[1]/bob',
        'team[2]/ann',
        'team',
        'end',
      ]);
    }
  });
});
