import { screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setBridge } from '../../../renderer/bridge/bridge';
import { FailureAnswers } from '../../../renderer/inspector/failure-answers';
import { NodeInspector } from '../../../renderer/inspector/node-inspector';
import { choosePreview, SAMPLE } from '../../../renderer/inspector/preview/preview-source';
import { sampleScope } from '../../../renderer/inspector/preview/sample-scope';
import type { Bridge } from '../../../shared/ipc/contract';
import type { Flow } from '../../../shared/spec/flow';
import { smallFlow } from '../../fakes/small-flows';
import { renderInTheme } from '../render';

const asked: { source: string; scope: unknown }[] = [];

beforeEach(() => {
  asked.length = 0;
  const replies: Record<string, (input: never) => unknown> = {
    'expression.preview': (input: { source: string; scope: unknown }) => {
      asked.push(input);
      return { ok: true, value: `<${input.source}>` };
    },
    'run.events': () => ({
      events: [
        { runId: 'r1', seq: 2, type: 'step.started', at: 1, step: 'write', data: { node: 'write' } },
        {
          runId: 'r1',
          seq: 3,
          type: 'step.committed',
          at: 2,
          step: 'write',
          data: { output: { text: 'done' } },
        },
      ],
      lastSeq: 3,
    }),
    'run.view': () => ({ scope: { input: { topic: 'from the run' } } }),
  };
  setBridge({
    request: (async (name: string, input: never) => ({
      ok: true,
      value: replies[name]?.(input),
    })) as Bridge['request'],
    on: () => () => undefined,
    pathOf: () => '',
  });
});
afterEach(() => choosePreview(SAMPLE));

function draw(flow: Flow, id: string) {
  renderInTheme(
    <NodeInspector
      input={{ flow, problems: [], edit: () => undefined }}
      id={id}
      onRenamed={() => undefined}
    />,
  );
}

test('a prompt shows what it gives with a sample', async () => {
  draw({ ...smallFlow, input: { type: 'object', properties: { topic: { type: 'string' } } } }, 'write');
  expect((await screen.findByText('<{{ input.topic }}>')).tagName).toBe('SPAN');
  const prompt = asked.find(({ source }) => source === '{{ input.topic }}');
  expect(prompt?.scope).toMatchObject({ input: { topic: '(topic)' }, context: { mood: '(mood)' } });
});

test('with a past run the values are those the node saw there', async () => {
  choosePreview('r1');
  draw(smallFlow, 'write');
  await screen.findByText('<{{ input.topic }}>');
  expect(asked.at(-1)?.scope).toEqual({ input: { topic: 'from the run' }, output: { text: 'done' } });
});

test('a sample takes what was rehearsed before it makes something up', () => {
  const scope = sampleScope(smallFlow, { type: 'node', id: 'end' });
  expect(scope['steps']).toEqual({
    write: { text: 'x' },
    check: { choice: 'good', values: {}, comment: '', by: 'sample' },
  });
});

test('every way a node can fail has its answer', () => {
  renderInTheme(<FailureAnswers flow={smallFlow} id="write" />);
  expect(screen.getByText('What happens if this fails?')).toBeTruthy();
  expect(screen.getAllByText(/takes the fallback to “check”/i).length).toBeGreaterThan(0);
});
