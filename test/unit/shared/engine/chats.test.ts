import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../shared/base/json';
import type { FlowNode, NodeOf } from '../../../../shared/spec/nodes';
import type { Agent } from '../../../../shared/spec/parts';
import type { Call, ModelCall } from '../../../../shared/ports/calls';
import { fails, play, type Played, type PlayOptions, rowOf, say } from '../../../fakes/small-flow';

const VALUE = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
const agents: Record<string, Agent> = {
  ann: { role: 'Asks', model: 'main' },
  bob: { role: 'Answers', model: 'main' },
};

function chatFlow(
  node: Partial<NodeOf<'chat'>> = {},
  ways: string[] = ['talk.exhausted > end'],
  own = agents,
) {
  const talk = { kind: 'chat', participants: ['ann', 'bob'], maxRounds: 3, ...node } as FlowNode;
  return rowOf(
    { talk },
    {
      ways,
      agents: own,
      models: { main: { provider: 'test', model: 'one' } },
      policies: { default: { retry: { maxAttempts: 1 } } },
    },
  );
}

/** `route` and `output` are what the chat's own model says; whoever speaks says its name and round. */
function talking(
  more: { readonly route?: readonly Json[]; readonly output?: readonly Json[] } = {},
): PlayOptions['script'] {
  const said = { route: 0, output: 0 };
  return (call) => {
    if (call.type !== 'model') return undefined;
    if (call.purpose === 'route') return say(more.route?.[said.route++] ?? { speaker: 'ann' });
    if (call.purpose === 'output') return say(more.output?.[said.output++] ?? {});
    return say(call.step);
  };
}

function asked(run: Played, purpose: 'route' | 'output' | 'turn'): readonly ModelCall[] {
  return run.calls.filter((call): call is ModelCall => call.type === 'model' && call.purpose === purpose);
}

const lastLine = (call: Call | undefined) => {
  const message = call?.type === 'model' ? call.messages.at(-1) : undefined;
  return message && 'text' in message ? message.text : '';
};

describe('a chat', () => {
  test('one speaks a round, in listed order, and hears what was said; its bound leaves by `exhausted`', () => {
    const run = play(chatFlow(), { input: 'the weather', script: talking() });
    expect(asked(run, 'turn').map((call) => call.step)).toEqual([
      'talk[1]/ann',
      'talk[2]/bob',
      'talk[3]/ann',
    ]);
    expect(asked(run, 'turn').map((call) => call.prompt)).toEqual([
      'the weather',
      'the weather\n\nSaid so far:\nann: talk[1]/ann',
      'the weather\n\nSaid so far:\nann: talk[1]/ann\nbob: talk[2]/bob',
    ]);
    expect(run.data('step.committed', 'talk')).toMatchObject([{ routes: [{ port: 'exhausted' }] }]);
    expect(run.last.data).toMatchObject({
      output: {
        messages: [
          { by: 'ann', text: 'talk[1]/ann' },
          { by: 'bob', text: 'talk[2]/bob' },
          { by: 'ann', text: 'talk[3]/ann' },
        ],
      },
    });
  });

  test('`until` is asked after every round and leaves by `next`', () => {
    const until = "$count(messages) = 2 or messages[-1].text = 'stop'";
    const run = play(chatFlow({ until }), { script: talking() });
    expect(asked(run, 'turn')).toHaveLength(2);
    expect(run.data('step.committed', 'talk')).toMatchObject([{ routes: [{ port: 'next' }] }]);
    const never = play(chatFlow({ until: 'false' }), { script: talking() });
    expect(never.data('step.committed', 'talk')).toMatchObject([{ routes: [{ port: 'exhausted' }] }]);
  });

  test('past its bound with no `exhausted` drawn it fails with `loop_limit`', () => {
    const run = play(chatFlow({ until: 'false' }, []), { script: talking() });
    expect(run.data('step.failed', 'talk')).toMatchObject([{ kind: 'loop_limit', code: 'loop/limit' }]);
  });

  test('what is said is told as text; a participant that fails fails the chat', () => {
    const own = { ...agents, bob: { role: 'Counts', model: 'main', output: VALUE } };
    const run = play(chatFlow({ maxRounds: 2 }, undefined, own), {
      script: (call) => (call.node === 'bob' ? say({ n: 1 }) : say('hm')),
    });
    expect(run.last.data).toMatchObject({
      output: {
        messages: [
          { by: 'ann', text: 'hm' },
          { by: 'bob', text: '{"n":1}' },
        ],
      },
    });
    const failing = play(chatFlow(), {
      script: (call) => (call.node === 'bob' ? fails('error') : undefined),
    });
    expect(failing.data('step.failed', 'talk')).toMatchObject([{ kind: 'error', message: 'it was error' }]);
  });
});

describe('a speaker chosen by the model', () => {
  test('is named by the model of the first participant, as JSON or in a word', () => {
    const run = play(chatFlow({ speaker: 'model' }), {
      script: talking({ route: [{ speaker: 'bob' }, ' bob ', { speaker: 'ann' }] }),
    });
    expect(asked(run, 'turn').map((call) => call.node)).toEqual(['bob', 'bob', 'ann']);
    expect(asked(run, 'route')[0]).toMatchObject({ modelName: 'main' });
    expect(asked(run, 'route')[1]?.messages[0]).toMatchObject({
      text: 'You choose who speaks next.\nParticipants:\n- ann: Asks.\n- bob: Answers.',
    });
    expect(lastLine(asked(run, 'route')[1])).toContain('Said so far: [{"by":"bob","text":"talk[1]/bob"}]');
  });

  test('nobody of that name is asked again once, then `invalid_output`', () => {
    const mended = play(chatFlow({ speaker: 'model', maxRounds: 1 }), {
      script: talking({ route: [{ speaker: 'eve' }, { speaker: 'bob' }] }),
    });
    expect(lastLine(asked(mended, 'route')[1])).toContain('name one of ann, bob');
    expect(asked(mended, 'turn').map((call) => call.node)).toEqual(['bob']);
    const twice = play(chatFlow({ speaker: 'model' }), {
      script: talking({ route: ['eve', { speaker: 1 }] }),
    });
    expect(twice.data('step.failed', 'talk')).toMatchObject([{ kind: 'invalid_output' }]);
    expect(asked(twice, 'turn')).toEqual([]);
  });
});

describe('the result of a chat', () => {
  const run = (...output: Json[]) =>
    play(chatFlow({ maxRounds: 1, output: VALUE, speaker: 'model' }), { script: talking({ output }) });

  test('with a schema it is one last question, asked again once when it does not fit', () => {
    expect(run({ n: 1 }).last.data).toMatchObject({ output: { n: 1 } });
    expect(lastLine(asked(run({ n: 1 }), 'output')[0])).toContain('The conversation: [{"by":"ann"');
    expect(lastLine(asked(run('words', { n: 1 }), 'output')[1])).toContain('it is not JSON');
    expect(run({ n: 'x' }, '```json\n{"n": 2}\n```').last.data).toMatchObject({ output: { n: 2 } });
    expect(run('words', 'words').data('step.failed', 'talk')).toMatchObject([{ kind: 'invalid_output' }]);
  });
});
