import { describe, expect, test } from 'vitest';
import { findText, replaceText } from '../../../../shared/editing/find';
import type { Flow } from '../../../../shared/spec/flow';
import { smallFlow } from '../../../fakes/small-flows';

const fields = (flow: Flow, query: string) =>
  findText(flow, query).map(({ place, field }) => `${'id' in place ? place.id : place.type} ${field}`);

describe('finding', () => {
  test('looks into names, prompts, expressions and the parts of a flow', () => {
    expect(fields(smallFlow, 'steps.write')).toEqual(['check title', 'end output.text.$']);
    expect(fields(smallFlow, 'be {{')).toEqual(['part instructions']);
  });

  test('gives every place in a text', () => {
    const [found] = findText(smallFlow, 'steps.write').filter(({ field }) => field.startsWith('output'));
    expect(found?.ranges.map(([start, end]) => found.text.slice(start, end))).toEqual([
      'steps.write',
      'steps.write',
    ]);
  });

  test('an empty query finds nothing', () => {
    expect(findText(smallFlow, '')).toEqual([]);
  });

  test('signs with a meaning in patterns are only signs', () => {
    expect(fields(smallFlow, '{{ input.topic }}')).toEqual(['write prompt']);
    expect(fields(smallFlow, '.*')).toEqual([]);
  });

  test('case and whole words count when asked for', () => {
    expect(findText(smallFlow, 'GOOD', { matchCase: true })).toEqual([]);
    expect(findText(smallFlow, 'Goo', { wholeWord: true })).toEqual([]);
  });

  test('notes on the drawing are found too', () => {
    const noted: Flow = { ...smallFlow, layout: { notes: [{ id: 'n1', text: 'Ask legal', x: 0, y: 0 }] } };
    expect(findText(noted, 'legal').map(({ place }) => place)).toEqual([{ type: 'note', id: 'n1' }]);
  });
});

describe('replacing', () => {
  test('changes what people wrote and leaves references alone', () => {
    const found = findText(smallFlow, 'write');
    const next = replaceText(smallFlow, found, 'write', 'draft');
    expect(next.nodes['write']).toMatchObject({ kind: 'agent', name: 'draft', agent: 'writer' });
    expect(next.edges).toBe(smallFlow.edges);
  });

  test('signs with a meaning in replacements are only signs', () => {
    const found = findText(smallFlow, 'topic');
    const next = replaceText(smallFlow, found, 'topic', '$& $1');
    expect(next.nodes['write']).toMatchObject({ prompt: '{{ input.$& $1 }}' });
  });

  test('without anything found the document stays the same object', () => {
    expect(replaceText(smallFlow, [], 'x', 'y')).toBe(smallFlow);
  });
});
